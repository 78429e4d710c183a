import Dorsal
import Foundation

/// Small plots side by side, drawn as SVG: nanoseconds a case against what grows, both on
/// logarithmic axes.
struct Plot {
  /// A line of a panel.
  struct Line {
    let name: String
    let points: [(x: Double, y: Double)]
  }

  /// A panel.
  struct Panel {
    let title: String
    let lines: [Line]
  }

  let panels: [Panel]
  let unit: String

  private static let (width, height, margin) = (300.0, 220.0, 48.0)
  private static let colours = ["#1b6ca8", "#c8553d", "#5f8f3e", "#7a5c99"]

  /// The picture.
  var svg: String {
    let wide = Double(panels.count) * (Self.width + Self.margin) + Self.margin
    let high = Self.height + 3 * Self.margin
    var body =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.text(wide))\" "
      + "height=\"\(Self.text(high))\" font-family=\"sans-serif\" font-size=\"11\">\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    for (place, panel) in panels.enumerated() {
      let left = Self.margin + Double(place) * (Self.width + Self.margin)
      body += draw(panel, left: left, top: Self.margin)
    }
    return body + "</svg>\n"
  }

  private func draw(_ panel: Panel, left: Double, top: Double) -> String {
    let points = panel.lines.flatMap(\.points)
    let (across, up) = (Scale(points.map(\.x)), Scale(points.map(\.y)))
    func x(_ value: Double) -> Double { left + across.share(of: value) * Self.width }
    func y(_ value: Double) -> Double { top + (1 - up.share(of: value)) * Self.height }
    var body = Self.label(
      panel.title, left + Self.width / 2, top - 14, "middle", "#222", bold: true)
    for tick in across.ticks {
      body += Self.line(x(tick), top, x(tick), top + Self.height, "#ddd", 1)
      body += Self.label(Self.short(tick), x(tick), top + Self.height + 14, "middle", "#444")
    }
    for tick in up.ticks {
      body += Self.line(left, y(tick), left + Self.width, y(tick), "#ddd", 1)
      body += Self.label(Self.short(tick), left - 4, y(tick) + 4, "end", "#444")
    }
    body += Self.label(unit, left, top - 2, "start", "#444")
    for (index, line) in panel.lines.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      for (one, next) in zip(line.points, line.points.dropFirst()) {
        body += Self.line(x(one.x), y(one.y), x(next.x), y(next.y), colour, 2)
      }
      for point in line.points {
        body +=
          "<circle cx=\"\(Self.text(x(point.x)))\" cy=\"\(Self.text(y(point.y)))\" r=\"3\" "
          + "fill=\"\(colour)\"/>\n"
      }
      body += Self.label(
        line.name, left + 6, top + Self.height + 32 + 14 * Double(index), "start", colour)
    }
    return body
  }

  /// A logarithmic axis from one power of ten to another.
  private struct Scale {
    let low: Double
    let high: Double

    init(_ values: [Double]) {
      let low = log10(values.min() ?? 1).rounded(.down)
      self.low = low
      high = max(log10(values.max() ?? 10).rounded(.up), low + 1)
    }

    func share(of value: Double) -> Double { (log10(value) - low) / (high - low) }
    var ticks: [Double] { stride(from: low, through: high, by: 1).map { pow(10, $0) } }
  }

  private static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String, _ width: Int
  ) -> String {
    "<line x1=\"\(text(x1))\" y1=\"\(text(y1))\" x2=\"\(text(x2))\" y2=\"\(text(y2))\" "
      + "stroke=\"\(colour)\" stroke-width=\"\(width)\"/>\n"
  }

  /// A text, none of which holds a sign that XML reserves.
  private static func label(
    _ name: String, _ x: Double, _ y: Double, _ anchor: String, _ colour: String,
    bold: Bool = false
  ) -> String {
    "<text x=\"\(text(x))\" y=\"\(text(y))\" text-anchor=\"\(anchor)\" fill=\"\(colour)\""
      + (bold ? " font-weight=\"bold\"" : "") + ">\(name)</text>\n"
  }

  private static func text(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }

  /// A power of ten in few letters.
  private static func short(_ value: Double) -> String {
    switch value {
    case 1e6...: NumberText.fixed(value / 1e6, decimals: 0) + " M"
    case 1e3...: NumberText.fixed(value / 1e3, decimals: 0) + " k"
    case 1...: NumberText.fixed(value, decimals: 0)
    default: NumberText.plain(value)
    }
  }
}
