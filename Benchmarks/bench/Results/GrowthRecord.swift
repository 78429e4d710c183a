import Dorsal
import Foundation

/// One point of how cost grows.
struct GrowthPoint: Codable {
  let axis: GrowthAxis
  let value: Double
  let cases: Int
  let causes: Int
  let findings: Int
  let knownShare: Double
  let threads: Int
  /// Median time by the wall.
  let nanosecondsPerCase: Double
  /// Median processor time, of all threads.
  let processorNanosecondsPerCase: Double
  /// Processor time of the dense product of the same shape alone, by `sgemm` of 1024 rows.
  let productNanosecondsPerCase: Double
}

/// How cost grows, as it is kept.
struct GrowthRecord: Codable {
  let machine: Machine
  let rounds: Int
  let points: [GrowthPoint]

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  private func points(of axis: GrowthAxis) -> [GrowthPoint] { points.filter { $0.axis == axis } }

  /// The tables, and a sentence below each.
  var text: String {
    (machine.lines + GrowthAxis.allCases.flatMap { [""] + lines(of: $0) }).joined(separator: "\n")
  }

  private func lines(of axis: GrowthAxis) -> [String] {
    let points = points(of: axis)
    var table = TextTable([
      (axis.rawValue, .right), ("cases", .right), ("ns/case", .right),
      ("processor ns/case", .right), ("product alone", .right), ("its share", .right),
    ])
    for point in points {
      table.append([
        NumberText.plain(point.value), "\(point.cases)", Self.figure(point.nanosecondsPerCase),
        Self.figure(point.processorNanosecondsPerCase),
        Self.figure(point.productNanosecondsPerCase),
        NumberText.fixed(
          100 * point.productNanosecondsPerCase / point.processorNanosecondsPerCase, decimals: 0)
          + "%",
      ])
    }
    return table.lines + [sentence(points)]
  }

  private static func figure(_ value: Double) -> String {
    NumberText.fixed(value, decimals: value < 10 ? 1 : 0)
  }

  /// How the time of a case grows over the upper half of an axis.
  private func sentence(_ points: [GrowthPoint]) -> String {
    guard let last = points.last, let middle = points.dropLast().last, last.value != middle.value
    else { return "" }
    let growth = last.processorNanosecondsPerCase / middle.processorNanosecondsPerCase
    let exponent = log(growth) / log(last.value / middle.value)
    let size = "from \(NumberText.plain(middle.value)) to \(NumberText.plain(last.value))"
    return "Processor time of a case \(size): x \(NumberText.fixed(growth, decimals: 2)), "
      + "the power \(NumberText.fixed(exponent, decimals: 2)) of the size."
  }

  /// A panel an axis: all of the work, and the product alone.
  var plot: Plot {
    Plot(
      panels: GrowthAxis.allCases.map { axis in
        let points = points(of: axis)
        return Plot.Panel(
          title: axis.rawValue,
          lines: [
            Plot.Line(
              name: axis == .threads ? "scoring, by the wall" : "scoring",
              points: points.map {
                (
                  $0.value,
                  axis == .threads ? $0.nanosecondsPerCase : $0.processorNanosecondsPerCase
                )
              }),
            Plot.Line(
              name: "dense product alone",
              points: points.map { ($0.value, $0.productNanosecondsPerCase) }),
          ])
      }, unit: "ns a case")
  }
}
