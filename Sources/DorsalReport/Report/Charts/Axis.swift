internal import DorsalCore
internal import DorsalNumerics

/// A side of a chart: what it measures and how values become places.
package struct Axis: Sendable {
  /// A marked value.
  package struct Tick: Sendable {
    let value: Double
    let label: String

    /// A value and how it is written.
    package init(_ value: Double, _ label: String) { (self.value, self.label) = (value, label) }
  }

  /// What the axis measures.
  package let label: String
  /// The values at its ends.
  package let range: ClosedRange<Double>
  /// The marked values.
  package let ticks: [Tick]
  /// Whether equal factors, rather than equal differences, are equally far apart.
  package let isLogarithmic: Bool

  /// An axis.
  ///
  /// - Parameter range: Not empty; above zero where the axis is logarithmic.
  package init(
    _ label: String, range: ClosedRange<Double>, ticks: [Tick], isLogarithmic: Bool = false
  ) {
    precondition(range.lowerBound < range.upperBound, "an axis has a length")
    precondition(!isLogarithmic || range.lowerBound > 0, "a logarithm needs positive values")
    (self.label, self.range, self.ticks) = (label, range, ticks)
    self.isLogarithmic = isLogarithmic
  }

  /// An axis of shares from 0 to 1, marked in percent.
  package static func share(_ label: String) -> Axis {
    Axis(
      label, range: 0...1,
      ticks: (0...5).map { Tick(Double($0) / 5, "\(20 * $0)%") })
  }

  /// An axis of any numbers with about five round marks.
  package static func number(_ label: String, range: ClosedRange<Double>) -> Axis {
    let span = range.upperBound - range.lowerBound
    var step = 1.0
    while step > span / 4 { step /= 10 }
    while step * 10 <= span / 4 { step *= 10 }
    if step * 5 <= span / 4 { step *= 5 } else if step * 2 <= span / 4 { step *= 2 }
    var decimals = 0
    var unit = step
    while unit < 0.999_999, decimals < 6 {
      unit *= 10
      decimals += 1
    }
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    let ticks = stride(from: first, through: last, by: 1).map {
      Tick($0 * step, NumberText.fixed($0 * step, decimals: decimals))
    }
    return Axis(label, range: range, ticks: ticks)
  }

  /// Where a value stands, 0 at the lower and 1 at the upper end; outside it beyond them.
  func place(_ value: Double) -> Double {
    func scale(_ value: Double) -> Double {
      isLogarithmic ? Elementary.log(max(value, range.lowerBound * 1e-3)) : value
    }
    let (low, high) = (scale(range.lowerBound), scale(range.upperBound))
    return (scale(value) - low) / (high - low)
  }
}
