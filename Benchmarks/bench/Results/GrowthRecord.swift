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
  /// Median time by the wall, of the kernels gather and gemm.
  let nanosecondsPerCase: [Double]
  /// Median processor time of all threads, of the kernels gather and gemm.
  let processorNanosecondsPerCase: [Double]
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
      (axis.rawValue, .right), ("cases", .right), ("gather ns/case", .right),
      ("its processor time", .right), ("gemm ns/case", .right), ("its processor time", .right),
      ("product alone", .right),
    ])
    for point in points {
      let times = zip(point.nanosecondsPerCase, point.processorNanosecondsPerCase)
      table.append(
        [NumberText.plain(point.value), "\(point.cases)"]
          + times.flatMap { [Self.figure($0), Self.figure($1)] }
          + [Self.figure(point.productNanosecondsPerCase)])
    }
    return table.lines + (axis == .threads ? [] : [sentence(points)])
  }

  private static func figure(_ value: Double) -> String {
    NumberText.fixed(value, decimals: value < 10 ? 1 : 0)
  }

  /// How the time of a case grows over the upper half of an axis.
  private func sentence(_ points: [GrowthPoint]) -> String {
    guard let last = points.last, let middle = points.dropLast().last, last.value != middle.value
    else { return "" }
    let size = "from \(NumberText.plain(middle.value)) to \(NumberText.plain(last.value))"
    let growth = ["gather", "gemm"].enumerated().map { index, kernel in
      let growth =
        last.processorNanosecondsPerCase[index] / middle.processorNanosecondsPerCase[index]
      let power = log(growth) / log(last.value / middle.value)
      return "\(kernel) x \(NumberText.fixed(growth, decimals: 2)) "
        + "(power \(NumberText.fixed(power, decimals: 2)))"
    }
    return "Processor time of a case \(size): " + growth.joined(separator: ", ") + "."
  }

  /// A panel an axis: all of the work, and the product alone.
  var plot: Plot {
    Plot(
      panels: GrowthAxis.allCases.map { axis in
        let points = points(of: axis)
        let kernels = ["gather", "gemm"].enumerated().map { index, kernel in
          Plot.Line(
            name: kernel + (axis == .threads ? ", by the wall" : ""),
            points: points.map { point in
              let times =
                axis == .threads ? point.nanosecondsPerCase : point.processorNanosecondsPerCase
              return (point.value, times[index])
            })
        }
        let product = Plot.Line(
          name: "dense product alone",
          points: points.map { ($0.value, $0.productNanosecondsPerCase) })
        return Plot.Panel(title: axis.rawValue, lines: kernels + [product])
      }, unit: "ns a case")
  }
}
