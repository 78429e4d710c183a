/// Cases of an event in bins of about as many cases each, by probability.
public struct CalibrationBin: Sendable, Hashable {
  /// How many cases.
  public let count: Int
  /// How many events among them.
  public let events: Int
  /// The mean probability.
  public let meanProbability: Double
  /// The share of events.
  public let observed: Double
  /// The 95% interval of the share by Wilson's method.
  public let interval: ClosedRange<Double>?
}

/// How far binned probabilities are from the shares of events.
///
/// Edges are the quantiles of the probabilities, linear between neighbours; a case on an edge
/// belongs to the bin below it, so that equal probabilities stay together (the bins of
/// scikit-learn's `calibration_curve` with the strategy `quantile`). Empty bins are left out.
package struct CalibrationBins: Sendable {
  /// The bins that have cases, from the least probable up.
  package let bins: [CalibrationBin]
  /// Where bins part in the descending order of the forecast: the first place of each bin
  /// but the first one down, ascending.
  package let cuts: [Int]

  /// How many bins there are at most; fewer where they would have fewer than 10 cases.
  package static let usualCount = 15

  /// - Complexity: O(cases).
  package init(_ forecast: EventForecast, sums: (Range<Int>) -> (probability: Double, events: Int))
  {
    let count = forecast.count
    let wanted = max(1, min(Self.usualCount, count / 10))
    func ascending(_ place: Int) -> Double { Double(forecast.probabilities[count - 1 - place]) }
    var cuts: [Int] = []
    for bin in 1..<max(wanted, 1) where count > 0 {
      let position = Double(bin) / Double(wanted) * Double(count - 1)
      let below = Int(position)
      let (low, high) = (ascending(below), ascending(min(below + 1, count - 1)))
      let edge = low + (high - low) * (position - Double(below))
      // Everything above the edge stands before the cut.
      cuts.append(Self.count(above: edge, in: forecast))
    }
    self.cuts = Set(cuts).subtracting([0, count]).sorted()
    let bounds = count == 0 ? [] : [0] + self.cuts + [count]
    bins = zip(bounds, bounds.dropFirst()).map { start, end in
      let sum = sums(start..<end)
      let size = Double(end - start)
      return CalibrationBin(
        count: end - start, events: sum.events, meanProbability: sum.probability / size,
        observed: Double(sum.events) / size,
        interval: Intervals.wilson(successes: sum.events, of: end - start))
    }.reversed()
  }

  private static func count(above edge: Double, in forecast: EventForecast) -> Int {
    var (low, high) = (0, forecast.count)
    while low < high {
      let middle = (low + high) / 2
      if Double(forecast.probabilities[middle]) > edge { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The mean distance of probability and share over the bins, weighted by their cases: the
  /// expected calibration error (M. P. Naeini and others, AAAI 2015). It is above zero even
  /// for perfect probabilities, the more the fewer cases there are.
  package var expectedError: Double? {
    guard !bins.isEmpty else { return nil }
    let total = Double(bins.reduce(0) { $0 + $1.count })
    return bins.reduce(0) {
      $0 + Double($1.count) / total * abs($1.meanProbability - $1.observed)
    }
  }

  /// The mean squared distance, with and without what chance adds to it.
  package var squaredError: (plain: Double, debiased: Double)? {
    guard !bins.isEmpty else { return nil }
    return Self.squaredError(
      bins.lazy.map { bin in
        (Double(bin.count), Double(bin.events), Double(bin.count) * bin.meanProbability)
      })
  }

  /// The mean squared distance of probability and share over bins of `count` cases with
  /// `events` events and the sum `expected` of probabilities.
  ///
  /// The debiased one takes the variance of each share away, by its unbiased estimate
  /// (C. A. T. Ferro, T. E. Fricker, Q J R Meteorol Soc 2012;138:1954-60; A. Kumar, P. Liang, T. Ma,
  /// NeurIPS 2019, "Verified uncertainty calibration"). It may come out below zero.
  package static func squaredError(
    _ bins: some Sequence<(count: Double, events: Double, expected: Double)>
  ) -> (plain: Double, debiased: Double) {
    var (total, plain, debiased) = (0.0, 0.0, 0.0)
    for (count, events, expected) in bins where count > 0 {
      let share = events / count
      let square = (expected / count - share) * (expected / count - share)
      total += count
      plain += count * square
      debiased += count * (square - share * (1 - share) / max(count - 1, 1))
    }
    return total > 0 ? (plain / total, debiased / total) : (0, 0)
  }
}
