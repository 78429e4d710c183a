internal import DorsalNumerics

/// The figures of one event, before their intervals.
package struct EventFigures: Sendable {
  /// How many cases, and how many with the event.
  package let count: Int
  package let eventCount: Int
  /// What the events count: their number where all cases count one.
  package let eventWeight: Double
  /// How many cases that count alike say as much, as a share of the cases.
  package let effectiveShare: Double
  /// The sum of the probabilities.
  package let expected: Double
  package let discrimination: Discrimination
  package let bins: CalibrationBins
  package let isotonic: IsotonicFit
  package let brier: ScoreDecomposition?
  package let logLoss: ScoreDecomposition?
  package let recalibration: LogisticRecalibration?
  /// The intercept with the slope kept at 1.
  package let interceptAtSlopeOne: Double?
  /// Spiegelhalter's z, or nothing where every probability is 0, 1/2 or 1.
  package let spiegelhalter: Double?
  /// How many cases have a probability in each twentieth of 0...1.
  package let histogram: [Int]

  /// The logit of each probability, in the order of the forecast.
  let logits: [Double]

  /// - Complexity: O(cases), with about eight passes for the recalibration.
  package init(_ forecast: EventForecast) {
    let count = forecast.count
    self.count = count
    eventCount = forecast.eventCount
    discrimination = Discrimination(forecast)
    isotonic = IsotonicFit(forecast)
    var (expected, squares, losses) = (0.0, 0.0, 0.0)
    var (deviation, variance) = (0.0, 0.0)
    var histogram = [Int](repeating: 0, count: 20)
    var logits: [Double] = []
    logits.reserveCapacity(count)
    for place in 0..<count {
      let p = Double(forecast.probabilities[place])
      let y = forecast.happened(at: place) ? 1.0 : 0.0
      let weight = forecast.weight(at: place)
      let clipped = LogisticRecalibration.clipped(p)
      let (logP, logQ) = (Elementary.log(clipped), Elementary.log(1 - clipped))
      logits.append(logP - logQ)
      expected += weight * p
      squares += weight * (p - y) * (p - y)
      losses -= weight * (y == 1 ? logP : logQ)
      // D. J. Spiegelhalter, Stat Med 1986;5:421-33.
      deviation += weight * (y - p) * (1 - 2 * p)
      variance += weight * weight * (1 - 2 * p) * (1 - 2 * p) * p * (1 - p)
      histogram[min(19, Int(p * 20))] += 1
    }
    self.expected = expected
    self.histogram = histogram
    self.logits = logits
    bins = CalibrationBins(forecast)
    eventWeight = forecast.eventWeight
    effectiveShare = forecast.effectiveShare
    let size = forecast.totalWeight
    brier = count == 0 ? nil : .brier(squares / size, isotonic)
    logLoss = count == 0 ? nil : .logLoss(losses / size, isotonic)
    recalibration = LogisticRecalibration.fit(logits, forecast)
    interceptAtSlopeOne = LogisticRecalibration.interceptAtSlopeOne(
      logits, events: forecast.eventCount, weights: forecast.weights,
      eventWeight: forecast.eventWeight)
    spiegelhalter = variance > 0 ? deviation / variance.squareRoot() : nil
  }

  /// Expected events over those observed, or nothing where none was.
  package var expectedOverObserved: Double? {
    eventCount > 0 ? expected / eventWeight : nil
  }
}
