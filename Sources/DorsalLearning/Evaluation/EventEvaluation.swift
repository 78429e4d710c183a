internal import DorsalNumerics

extension Evaluation {
  /// How well the probabilities of one event agree with whether it came about.
  public struct Event: Sendable, Hashable {
    /// Its name: `top_cause`, `urgent_or_more`, `emergency`, or the id of a cause.
    public let name: String
    /// What it is, for people.
    public let title: String
    /// How many cases it is over.
    public let count: Int
    /// How many events came about.
    public let events: Int
    /// What the events count: their number where all cases count one. Weights are of mean 1.
    public let observed: Double
    /// How many the probabilities expect: their sum, in which cases count as in `observed`.
    public let expected: Double
    /// The figures, in a fixed order: `auroc`, `auprc`, `brier`, `log_loss`,
    /// `expected_over_observed`, `slope`, `intercept`, `intercept_at_slope_1`,
    /// `calibration_error`, `calibration_error_plain`, `spiegelhalter_z`, `spiegelhalter_p`.
    public let measures: [Measure]
    /// The parts of the Brier score.
    public let brier: ScoreDecomposition?
    /// The parts of the log loss.
    public let logLoss: ScoreDecomposition?
    /// The reliability of the probabilities, from the least probable cases up.
    public let bins: [CalibrationBin]
    /// How many cases have a probability in each twentieth of 0...1.
    public let histogram: [Int]
    /// The points of the receiver operating characteristic as (false positive rate, true
    /// positive rate) pairs, thinned to what can be seen.
    package let curve: [Discrimination.RatePoint]

    /// The figure of a name.
    public func measure(_ name: String) -> Measure? { measures.first { $0.name == name } }
  }
}

extension Evaluation.Event {
  /// Slope, intercept and the areas under curves get an interval from this many events, and as many
  /// cases without, on: of fewer, percentiles of samples cover far less than they say, of three
  /// events 71 to 83% of areas instead of 95.
  package static let fewestEvents = 10

  init(
    name: String, title: String, figures: EventFigures, samples: EventResampling.Samples
  ) {
    let count = figures.count
    func percentile(
      _ name: String, _ title: String, _ value: Double?, _ statistic: EventResampling.Statistic
    ) -> Evaluation.Measure {
      .percentile(name, title, value, samples: samples[statistic], count: count)
    }
    // One Newton step stands for a fit only where there is something to fit, and samples of few
    // events are all alike.
    let hasEnough = min(figures.eventCount, count - figures.eventCount) >= Self.fewestEvents
    func ofManyEvents(
      _ name: String, _ title: String, _ value: Double?, _ statistic: EventResampling.Statistic
    ) -> Evaluation.Measure {
      hasEnough
        ? percentile(name, title, value, statistic)
        : Evaluation.Measure(name, title, value: value, count: count)
    }
    let z = figures.spiegelhalter
    self.name = name
    self.title = title
    self.count = count
    events = figures.eventCount
    observed = figures.eventWeight
    expected = figures.expected
    measures = [
      ofManyEvents(
        "auroc", "area under the ROC curve", figures.discrimination.auroc, .auroc),
      ofManyEvents(
        "auprc", "average precision", figures.discrimination.averagePrecision, .averagePrecision),
      percentile("brier", "Brier score (0 to 1)", figures.brier?.score, .brier),
      percentile("log_loss", "log loss (nats)", figures.logLoss?.score, .logLoss),
      percentile(
        "expected_over_observed", "expected over observed", figures.expectedOverObserved,
        .expectedOverObserved),
      ofManyEvents("slope", "calibration slope", figures.recalibration?.slope, .slope),
      ofManyEvents(
        "intercept", "calibration intercept", figures.recalibration?.intercept, .intercept),
      ofManyEvents(
        "intercept_at_slope_1", "intercept with the slope kept at 1",
        figures.interceptAtSlopeOne, .interceptAtSlopeOne),
      .rootOfSquare(
        "calibration_error", "calibration error, debiased", figures.bins.squaredError,
        samples: samples[.squaredError], count: count),
      Evaluation.Measure(
        "calibration_error_plain", "expected calibration error, not debiased",
        value: figures.bins.expectedError, count: count),
      Evaluation.Measure("spiegelhalter_z", "Spiegelhalter's z", value: z, count: count),
      Evaluation.Measure(
        "spiegelhalter_p", "its two-sided p",
        value: z.map { Elementary.erfc(abs($0) / 2.0.squareRoot()) }, count: count),
    ]
    brier = figures.brier
    logLoss = figures.logLoss
    bins = figures.bins.bins
    histogram = figures.histogram
    curve = figures.discrimination.curve
  }

  /// An event by itself, without intervals.
  package init(_ forecast: EventForecast, name: String, title: String = "") {
    self.init(
      name: name, title: title, figures: EventFigures(forecast),
      samples: EventResampling.Samples(
        statistics: EventResampling.Statistic.allCases.map { _ in [] }, netBenefit: [],
        netBenefitOfAll: []))
  }
}
