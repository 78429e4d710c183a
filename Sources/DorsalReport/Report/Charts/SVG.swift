internal import DorsalCore

/// Elements of SVG in the colour of the text.
enum SVG {
  /// A place with one decimal, which is finer than a screen.
  static func number(_ value: Double) -> String {
    NumberText.fixed(min(max(value, -1e5), 1e5), decimals: 1)
  }

  /// A straight line.
  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, opacity: Double = 1, dash: String = ""
  ) -> String {
    let dashes = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    return "<path d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\" fill=\"none\" "
      + "stroke=\"currentColor\" stroke-opacity=\"\(NumberText.plain(opacity))\"\(dashes)/>"
  }

  /// A path that is not filled.
  static func path(_ data: String, width: Double = 1, dash: String = "") -> String {
    let dashes = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
    return "<path d=\"\(data)\" fill=\"none\" stroke=\"currentColor\" "
      + "stroke-width=\"\(NumberText.plain(width))\"\(dashes)/>"
  }

  /// The path through places.
  static func polyline(_ places: [(Double, Double)]) -> String {
    "M" + places.map { "\(number($0.0)) \(number($0.1))" }.joined(separator: "L")
  }

  /// A shaded area.
  static func area(_ places: [(Double, Double)]) -> String {
    "<path d=\"\(polyline(places))Z\" fill=\"currentColor\" fill-opacity=\"0.13\"/>"
  }

  /// A bar of a histogram.
  static func bar(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
    "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" "
      + "height=\"\(number(height))\" fill=\"currentColor\" fill-opacity=\"0.55\"/>"
  }

  /// A text, which is escaped here.
  static func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String, turned: Bool = false
  ) -> String {
    let turn = turned ? " transform=\"rotate(-90 \(number(x)) \(number(y)))\"" : ""
    return "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" "
      + "fill=\"currentColor\"\(turn)>\(Page.escape(text))</text>"
  }

  /// A mark of a shape.
  static func marker(_ marker: Chart.Marker, _ x: Double, _ y: Double) -> String {
    let hollow = " fill=\"var(--paper, #fff)\" stroke=\"currentColor\" stroke-width=\"1.4\""
    let full = " fill=\"currentColor\""
    func polygon(_ places: [(Double, Double)]) -> String {
      "<path d=\"\(polyline(places.map { (x + $0.0, y + $0.1) }))Z\"\(full)/>"
    }
    func circle(_ style: String) -> String {
      "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"3.2\"\(style)/>"
    }
    func square(_ style: String) -> String {
      "<rect x=\"\(number(x - 3))\" y=\"\(number(y - 3))\" width=\"6\" height=\"6\"\(style)/>"
    }
    switch marker {
    case .circle: return circle(full)
    case .hollowCircle: return circle(hollow)
    case .square: return square(full)
    case .hollowSquare: return square(hollow)
    case .triangle: return polygon([(0, -4), (3.8, 3), (-3.8, 3)])
    case .diamond: return polygon([(0, -4.2), (4.2, 0), (0, 4.2), (-4.2, 0)])
    }
  }
}
