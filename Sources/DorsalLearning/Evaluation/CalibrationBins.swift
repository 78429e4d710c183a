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
  /// What the cases of each bin count, the events among them, and the sum of probabilities.
  private let sums: [(count: Double, events: Double, expected: Double)]
  private let effectiveShare: Double

  /// How many bins there are at most; fewer where they would have fewer than 10 cases.
  package static let usualCount = 15

  /// - Complexity: O(cases).
  package init(_ forecast: EventForecast) {
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
    let places = zip(bounds, bounds.dropFirst()).map { $0..<$1 }.reversed()
    let sums = places.map { places in
      (
        count: forecast.weight(of: places), events: forecast.eventWeight(of: places),
        expected: places.reduce(0) {
          $0 + forecast.weight(at: $1) * Double(forecast.probabilities[$1])
        }
      )
    }
    bins = zip(places, sums).map { places, sum in
      let events = places.count { forecast.happened(at: $0) }
      let share = sum.events / sum.count
      return CalibrationBin(
        count: places.count, events: events, meanProbability: sum.expected / sum.count,
        observed: share,
        interval: forecast.effectiveShare == 1
          ? Intervals.wilson(successes: events, of: places.count)
          : Intervals.wilson(share: share, of: Double(places.count) * forecast.effectiveShare))
    }
    self.sums = sums
    effectiveShare = forecast.effectiveShare
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
    let total = sums.reduce(0) { $0 + $1.count }
    return zip(bins, sums).reduce(0) {
      $0 + $1.1.count / total * abs($1.0.meanProbability - $1.0.observed)
    }
  }

  /// The mean squared distance, with and without what chance adds to it.
  package var squaredError: (plain: Double, debiased: Double)? {
    guard !bins.isEmpty else { return nil }
    return Self.squaredError(sums, effectiveShare: effectiveShare)
  }

  /// The mean squared distance of probability and share over bins of `count` cases with
  /// `events` events and the sum `expected` of probabilities.
  ///
  /// The debiased one takes the variance of each share away, by its unbiased estimate
  /// (C. A. T. Ferro, T. E. Fricker, Q J R Meteorol Soc 2012;138:1954-60; A. Kumar, P. Liang, T. Ma,
  /// NeurIPS 2019, "Verified uncertainty calibration"). It may come out below zero.
  ///
  /// - Parameter effectiveShare: How many cases that count alike say as much, as a share of `count`.
  package static func squaredError(
    _ bins: some Sequence<(count: Double, events: Double, expected: Double)>,
    effectiveShare: Double = 1
  ) -> (plain: Double, debiased: Double) {
    var (total, plain, debiased) = (0.0, 0.0, 0.0)
    for (count, events, expected) in bins where count > 0 {
      let share = events / count
      let square = (expected / count - share) * (expected / count - share)
      total += count
      plain += count * square
      debiased += count * (square - share * (1 - share) / max(count * effectiveShare - 1, 1))
    }
    return total > 0 ? (plain / total, debiased / total) : (0, 0)
  }
}
