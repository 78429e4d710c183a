/// The difference of two shares of the same cases.
package enum PairedShares {
  /// The 97.5% point of the standard normal distribution.
  private static let z = 1.959963984540054

  /// Tango's score interval of the difference of two paired shares, 95% (T. Tango, Stat Med
  /// 1998;17:891-908). It has width where no case differs too, and holds for small counts, where a
  /// bootstrap is too sure: of three cases that differ, all for one side, it says that this may be
  /// chance. It is a little less careful than McNemar's exact test, which says so of five as well.
  ///
  /// - Parameters:
  ///   - onlyA: Cases that count for A and not for B.
  ///   - onlyB: Cases that count for B and not for A.
  ///   - count: All cases.
  /// - Returns: The interval of B less A, or nothing without cases.
  package static func interval(onlyA: Int, onlyB: Int, of count: Int) -> ClosedRange<Double>? {
    guard count > 0 else { return nil }
    let estimate = Double(onlyB - onlyA) / Double(count)
    func score(_ difference: Double) -> Double {
      Self.score(difference, Double(onlyA), Double(onlyB), Double(count))
    }
    // The score falls as the difference grows.
    let lower = root(between: -1, and: estimate) { score($0) <= z }
    let upper = root(between: estimate, and: 1) { score($0) <= -z }
    return min(lower, estimate)...max(upper, estimate)
  }

  /// The score statistic of a difference, with the variance that is most likely under it.
  private static func score(_ d: Double, _ onlyA: Double, _ onlyB: Double, _ n: Double) -> Double {
    let deviation = onlyB - onlyA - n * d
    let b = -onlyB - onlyA + (2 * n - onlyB + onlyA) * d
    let c = -onlyA * d * (1 - d)
    let share = (max(b * b - 8 * n * c, 0).squareRoot() - b) / (4 * n)
    let variance = n * (2 * share + d * (1 - d))
    guard variance > 0 else { return deviation == 0 ? 0 : deviation * .infinity }
    return deviation / variance.squareRoot()
  }

  /// The least place at which something holds that holds from there on.
  private static func root(
    between low: Double, and high: Double, holds: (Double) -> Bool
  ) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle }
    }
    return (low + high) / 2
  }
}
