/// How well the probabilities of an event tell cases with it from those without.
package struct Discrimination: Sendable {
  /// A point of the receiver operating characteristic.
  package struct RatePoint: Sendable, Hashable {
    /// The share of cases without the event that are called.
    package let falsePositiveRate: Double
    /// The share of events that are called.
    package let truePositiveRate: Double
  }

  /// The area under the receiver operating characteristic: the probability that an event has
  /// the greater probability than a case without it, ties counted half (J. A. Hanley,
  /// B. J. McNeil, Radiology 1982;143:29-36). Nothing where all cases are of one kind.
  package let auroc: Double?
  /// Average precision: Σ precision × gain in recall over the distinct probabilities, without
  /// interpolation, as in scikit-learn. Nothing where there is no event.
  package let averagePrecision: Double?
  /// The characteristic, from (0, 0) to (1, 1), at most about 400 points; empty where
  /// there is no area.
  package let curve: [RatePoint]

  /// - Complexity: O(cases).
  package init(_ forecast: EventForecast) {
    let events = forecast.eventWeight
    let others = forecast.totalWeight - events
    var (above, tied, called) = (0.0, 0.0, 0.0)
    var (inversions, precision) = (0.0, 0.0)
    var points = [RatePoint(falsePositiveRate: 0, truePositiveRate: 0)]
    let hasBoth = forecast.eventCount > 0 && forecast.eventCount < forecast.count
    var place = 0
    for run in forecast.runs {
      let count = forecast.weight(of: place..<place + run.count)
      place += run.count
      switch run.kind {
      case .free: above += count
      case .tied: tied = count
      case .event:
        inversions += count * (above + tied / 2)
        called += count
        above += tied
        precision += count * called / (called + above)
        tied = 0
      }
      guard hasBoth, run.kind != .tied else { continue }
      points.append(
        RatePoint(falsePositiveRate: above / others, truePositiveRate: called / events))
    }
    auroc = hasBoth ? 1 - inversions / (events * others) : nil
    averagePrecision = forecast.eventCount > 0 ? precision / events : nil
    curve = hasBoth ? Self.thinned(points) : []
  }

  /// Leaves out points that are nearer than a 200th to the one before, in both directions.
  private static func thinned(_ points: [RatePoint]) -> [RatePoint] {
    var kept: [RatePoint] = []
    for (index, point) in points.enumerated() {
      if let last = kept.last, index < points.count - 1,
        abs(point.falsePositiveRate - last.falsePositiveRate) < 0.005,
        abs(point.truePositiveRate - last.truePositiveRate) < 0.005
      {
        continue
      }
      kept.append(point)
    }
    return kept
  }
}
