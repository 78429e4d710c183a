internal import DorsalCore

/// A chart as SVG, to stand in a page: lines and marks told apart by dashes and shapes, so that
/// black and white is enough, in the colour of the text around it.
///
///     var chart = Chart(
///       title: "Reliability", description: "...", x: .share("probability"), y: .share("observed"))
///     chart.series.append(Chart.Series("before", points, dash: .dotted, marker: .hollowCircle))
///     chart.series.append(Chart.Series("after", others, marker: .circle))
///     page += chart.svg
package struct Chart: Sendable {
  /// One place of a series.
  package struct Point: Sendable, Hashable {
    let x: Double
    let y: Double
    let interval: ClosedRange<Double>?

    /// A place, and the interval of its height where there is one.
    package init(_ x: Double, _ y: Double, interval: ClosedRange<Double>? = nil) {
      (self.x, self.y, self.interval) = (x, y, interval)
    }
  }

  /// How a line is broken.
  package enum Dash: String, Sendable, CaseIterable {
    case solid = ""
    case dashed = "7 4"
    case dotted = "2 3"
    case mixed = "9 3 2 3"
  }

  /// The shape at each point.
  package enum Marker: Sendable, CaseIterable {
    case circle, hollowCircle, square, hollowSquare, triangle, diamond
  }

  /// How the intervals of a series are shown.
  package enum IntervalStyle: Sendable {
    /// A shaded band along the line.
    case band
    /// A bar at each point.
    case bars
  }

  /// A line with or without marks.
  package struct Series: Sendable {
    let label: String
    let points: [Point]
    let dash: Dash?
    let marker: Marker?
    let intervals: IntervalStyle

    /// A series.
    ///
    /// - Parameters:
    ///   - label: Its name in the legend; empty for none.
    ///   - points: From left to right.
    ///   - dash: How its line is broken, or nothing for no line.
    ///   - marker: The shape at its points, or nothing for none.
    ///   - intervals: How intervals of points are shown.
    package init(
      _ label: String, _ points: [Point], dash: Dash? = .solid, marker: Marker? = nil,
      intervals: IntervalStyle = .bars
    ) {
      (self.label, self.points, self.dash) = (label, points, dash)
      (self.marker, self.intervals) = (marker, intervals)
    }
  }

  /// Bars below the chart, on the same x axis.
  package struct Histogram: Sendable {
    let counts: [Int]
    let label: String

    /// Counts of equal parts of the x axis.
    package init(_ counts: [Int], label: String) { (self.counts, self.label) = (counts, label) }
  }

  /// The title, read to those who do not see the chart.
  package let title: String
  /// What the chart shows, in a sentence, for them too.
  package let description: String
  let x: Axis
  let y: Axis
  /// The lines, each with a name of its own in the legend.
  package var series: [Series] = []
  /// Bars below.
  package var histogram: Histogram?
  /// A marked value of the x axis, with its name.
  package var mark: (value: Double, label: String)?

  /// An empty chart.
  package init(title: String, description: String, x: Axis, y: Axis) {
    (self.title, self.description, self.x, self.y) = (title, description, x, y)
  }

  /// Says where lines go on outside of what is shown; nothing where all is shown.
  package var cutNote: String? {
    let heights = series.flatMap { series in
      series.points.flatMap { point in
        [point.y] + (point.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
      }
    }
    // A tenth of a thousandth of the height is no more than the line is wide.
    let slack = 1e-4 * (y.range.upperBound - y.range.lowerBound)
    func text(_ value: Double) -> String {
      (value < 0 ? "-" : "") + NumberText.significant(abs(value))
    }
    var cuts: [String] = []
    if heights.contains(where: { $0 < y.range.lowerBound - slack }) {
      cuts.append("below \(text(y.range.lowerBound))")
    }
    if heights.contains(where: { $0 > y.range.upperBound + slack }) {
      cuts.append("above \(text(y.range.upperBound))")
    }
    return cuts.isEmpty
      ? nil : "What lies \(cuts.joined(separator: " or ")) is cut off"
  }

  // Places in the picture, in its own units; the page scales it.
  static let width = 420.0
  static let left = 56.0
  static let right = 400.0
  static let top = 12.0
  static let bottom = 300.0
  private static let histogramHeight = 48.0

  private var legendTop: Double { Self.bottom + 52 + (histogram == nil ? 0 : 78) }
  private var height: Double {
    legendTop + 18 * Double(series.count { !$0.label.isEmpty }) + 6
  }

  func placeX(_ value: Double) -> Double { Self.left + x.place(value) * (Self.right - Self.left) }
  func placeY(_ value: Double) -> Double { Self.bottom - y.place(value) * (Self.bottom - Self.top) }

  /// The chart as an element of HTML or a file of SVG. Its ids begin with a digest of what it
  /// shows, so that charts of one page do not meet.
  package var svg: String {
    let lines = series.map(drawing).joined(separator: "\n")
    let around = [histogramDrawing, markDrawing, legend].joined(separator: "\n")
    let digest = SHA256.hexadecimalDigest(of: Array((title + frame + lines + around).utf8))
    let id = "c" + String(digest.prefix(8))
    let size = "0 0 \(SVG.number(Self.width)) \(SVG.number(height))"
    return """
      <svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="\(size)" role="img" \
      aria-labelledby="\(id)t \(id)d" font-family="sans-serif" font-size="12">
      <title id="\(id)t">\(Page.escape(title))</title>
      <desc id="\(id)d">\(Page.escape(description))</desc>
      <clipPath id="\(id)p"><rect x="\(SVG.number(Self.left))" y="\(SVG.number(Self.top - 4))" \
      width="\(SVG.number(Self.right - Self.left + 4))" \
      height="\(SVG.number(Self.bottom - Self.top + 8))"/></clipPath>
      \(frame)
      <g clip-path="url(#\(id)p)">\(lines)</g>
      \(around)
      </svg>
      """
  }

  private var frame: String {
    var parts: [String] = []
    for tick in x.ticks {
      let place = placeX(tick.value)
      parts.append(SVG.line(place, Self.top, place, Self.bottom, opacity: 0.15))
      parts.append(SVG.text(tick.label, place, Self.bottom + 16, anchor: "middle"))
    }
    for tick in y.ticks {
      let place = placeY(tick.value)
      parts.append(SVG.line(Self.left, place, Self.right, place, opacity: 0.15))
      parts.append(SVG.text(tick.label, Self.left - 6, place + 4, anchor: "end"))
    }
    parts.append(
      SVG.path(
        "M\(SVG.number(Self.left)) \(SVG.number(Self.top))V\(SVG.number(Self.bottom))H\(SVG.number(Self.right))"
      ))
    parts.append(
      SVG.text(x.label, (Self.left + Self.right) / 2, Self.bottom + 34, anchor: "middle"))
    parts.append(
      SVG.text(y.label, 14, (Self.top + Self.bottom) / 2, anchor: "middle", turned: true))
    return parts.joined(separator: "\n")
  }

  private func drawing(_ series: Series) -> String {
    var parts: [String] = []
    let bounded = series.points.filter { $0.interval != nil }
    if series.intervals == .band, bounded.count > 1 {
      let upper = bounded.map { (placeX($0.x), placeY($0.interval?.upperBound ?? $0.y)) }
      let lower = bounded.map { (placeX($0.x), placeY($0.interval?.lowerBound ?? $0.y)) }
      parts.append(SVG.area(upper + lower.reversed()))
    } else {
      for point in bounded {
        guard let interval = point.interval else { continue }
        let place = placeX(point.x)
        parts.append(
          SVG.line(place, placeY(interval.lowerBound), place, placeY(interval.upperBound)))
      }
    }
    let places = series.points.map { (placeX($0.x), placeY($0.y)) }
    if let dash = series.dash, places.count > 1 {
      parts.append(SVG.path(SVG.polyline(places), width: 1.6, dash: dash.rawValue))
    }
    if let marker = series.marker { parts += places.map { SVG.marker(marker, $0.0, $0.1) } }
    return parts.joined()
  }

  private var histogramDrawing: String {
    guard let histogram, let greatest = histogram.counts.max(), greatest > 0 else { return "" }
    let base = Self.bottom + 44 + Self.histogramHeight + 16
    let step = (Self.right - Self.left) / Double(histogram.counts.count)
    let bars = histogram.counts.enumerated().filter { $0.element > 0 }.map { place, count in
      // What is there is seen, however rare.
      let height = max(Double(count) / Double(greatest) * Self.histogramHeight, 0.7)
      return SVG.bar(Self.left + Double(place) * step + 0.5, base - height, step - 1, height)
    }
    return bars.joined()
      + SVG.path("M\(SVG.number(Self.left)) \(SVG.number(base))H\(SVG.number(Self.right))")
      + SVG.text(histogram.label, (Self.left + Self.right) / 2, base + 14, anchor: "middle")
      + SVG.text("\(greatest)", Self.left - 6, base - Self.histogramHeight + 8, anchor: "end")
  }

  private var markDrawing: String {
    guard let mark, x.range.contains(mark.value) else { return "" }
    let place = placeX(mark.value)
    return SVG.line(place, Self.top, place, Self.bottom, opacity: 0.9, dash: "1 3")
      + SVG.text(mark.label, place + 4, Self.top + 10, anchor: "start")
  }

  private var legend: String {
    series.filter { !$0.label.isEmpty }.enumerated().map { index, series in
      let place = legendTop + 18 * Double(index) + 4
      var part = ""
      if let dash = series.dash {
        part += SVG.path(
          SVG.polyline([(Self.left, place), (Self.left + 34, place)]), width: 1.6,
          dash: dash.rawValue)
      }
      if let marker = series.marker { part += SVG.marker(marker, Self.left + 17, place) }
      return part + SVG.text(series.label, Self.left + 42, place + 4, anchor: "start")
    }.joined(separator: "\n")
  }
}
