internal import DorsalNumerics

/// 95% intervals of proportions and means.
package enum Intervals {
  /// The 97.5% point of the standard normal distribution.
  private static let z = 1.959963984540054

  /// Wilson's score interval of a proportion (E. B. Wilson, J Am Stat Assoc
  /// 1927;22:209-12), which stays inside 0...1 and holds for small counts.
  package static func wilson(successes: Int, of count: Int) -> ClosedRange<Double>? {
    guard count > 0 else { return nil }
    return wilson(share: Double(successes) / Double(count), of: Double(count))
  }

  /// The same for a share of cases that do not all count one.
  ///
  /// - Parameters:
  ///   - p: The share.
  ///   - n: How many cases that count alike would say as much.
  package static func wilson(share p: Double, of n: Double) -> ClosedRange<Double>? {
    guard n > 0, p >= 0, p <= 1 else { return nil }
    let scale = 1 + z * z / n
    let centre = (p + z * z / (2 * n)) / scale
    let half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // At 0 and n the interval reaches the end; rounding must not keep it from there.
    let lower = p == 0 ? 0 : max(0, centre - half)
    let upper = p == 1 ? 1 : min(1, centre + half)
    return lower...max(lower, upper)
  }

  /// The percentile bootstrap interval of a mean (B. Efron, Ann Stat 1979;7:1-26).
  ///
  /// - Parameters:
  ///   - values: The observations.
  ///   - draws: How many samples with replacement.
  ///   - seed: Where the random numbers begin; the same seed gives the same interval.
  package static func bootstrapMean(
    of values: [Double], draws: Int, seed: UInt64
  ) -> ClosedRange<Double>? {
    guard !values.isEmpty, draws > 0 else { return nil }
    var generator = SplitMix64(seed: seed)
    let means = (0..<draws).map { _ in
      var sum = 0.0
      for _ in values { sum += values[Int.random(in: 0..<values.count, using: &generator)] }
      return sum / Double(values.count)
    }.sorted()
    return quantile(means, 0.025)...quantile(means, 0.975)
  }

  /// The 2.5% and 97.5% percentiles of a figure's values in bootstrap samples.
  ///
  /// A sample may lack what the figure needs, an event for one; its value is then not a number.
  ///
  /// - Returns: The percentiles of the samples that have the figure; nothing where more than one
  ///   in twenty has not, or there are fewer than 20, or all have the same: an area of 1 is 1 in
  ///   every sample, which says nothing about how sure it is.
  package static func percentiles(of samples: [Double]) -> ClosedRange<Double>? {
    let defined = samples.filter(\.isFinite).sorted()
    guard defined.count >= 20, defined.count * 20 >= samples.count * 19 else { return nil }
    let interval = quantile(defined, 0.025)...quantile(defined, 0.975)
    return interval.lowerBound < interval.upperBound ? interval : nil
  }

  /// An interval, where it says how sure its figure is.
  ///
  /// Samples may differ by rounding alone, which gives an interval without width. And all of them may
  /// lie to one side of the figure, where drawing cases twice moves it further than chance does, as
  /// the average precision of probabilities that repeat: such an interval is of another figure.
  ///
  /// - Returns: The interval, which then holds the figure and has width; nothing otherwise.
  package static func telling(
    _ interval: ClosedRange<Double>?, of value: Double
  ) -> ClosedRange<Double>? {
    guard let interval else { return nil }
    // Contributions of cases are floats, with 6e-8 of their size lost to rounding.
    let rounding = 1e-6 * max(abs(interval.lowerBound), abs(interval.upperBound))
    guard interval.upperBound - interval.lowerBound > rounding,
      value >= interval.lowerBound - rounding, value <= interval.upperBound + rounding
    else { return nil }
    return min(interval.lowerBound, value)...max(interval.upperBound, value)
  }

  /// A quantile of sorted values, linear between neighbours.
  private static func quantile(_ sorted: [Double], _ q: Double) -> Double {
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
}
