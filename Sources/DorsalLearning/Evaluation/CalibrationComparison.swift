public import DorsalCore
internal import DorsalNumerics

/// The same labelled cases before and after a calibration, every case judged by a fit to the
/// other folds.
public struct CalibrationComparison: Sendable {
  /// How much lower a score is after the calibration, as a mean over the cases.
  public struct Gain: Sendable, Hashable {
    /// What the score is, for people.
    public let title: String
    /// The mean of before less after: above 0 is better.
    public let mean: Double
    /// Its 95% interval, normal, from the differences of single cases; nothing of one case.
    public let interval: ClosedRange<Double>?
  }

  /// The model's own posteriors.
  public let before: Evaluation
  /// The calibrated ones.
  public let after: Evaluation
  /// What the calibration gained in log loss and Brier score, in this order.
  public let gains: [Gain]

  /// Evaluates the cases that a calibration was fitted to.
  ///
  /// Figures are of posteriors alone: what red flags add to an urgency is not looked at.
  ///
  /// - Parameters:
  ///   - fitted: The calibration, with its cases.
  ///   - model: The model that it was fitted for.
  ///   - options: How to evaluate; both sides get the same bootstrap samples.
  /// - Returns: Nothing where no case has a diagnosis.
  /// - Complexity: Two evaluations.
  public init?(_ fitted: FittedCalibration, model: Model, options: Evaluation.Options) {
    guard fitted.crossFit != nil else { return nil }
    let (first, second) = (
      LabelledPosteriors(fitted.crossFitted.before), LabelledPosteriors(fitted.crossFitted.after)
    )
    before = Evaluation(first, model: model, options: options)
    after = Evaluation(second, model: model, options: options)
    var (losses, briers): ([Double], [Double]) = ([], [])
    for row in 0..<first.count {
      let accepted = first.diagnosis(of: row).map(Int.init)
      func outcome(_ cases: LabelledPosteriors) -> CaseOutcome {
        CaseOutcome(posteriors: cases.row(row), accepted: accepted, given: nil, model: model)
      }
      let (own, calibrated) = (outcome(first), outcome(second))
      losses.append(own.logLoss - calibrated.logLoss)
      briers.append(own.brier - calibrated.brier)
    }
    gains = [
      Gain("log loss (nats)", differences: losses),
      Gain("Brier score (0 to 2)", differences: briers),
    ]
  }
}

extension CalibrationComparison.Gain {
  init(_ title: String, differences: [Double]) {
    self.title = title
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / max(count, 1)
    self.mean = mean
    guard count > 1 else {
      interval = nil
      return
    }
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let half = NormalDistribution.quantile(0.975) * (squares / (count - 1) / count).squareRoot()
    interval = mean - half...mean + half
  }
}

extension LabelledPosteriors {
  /// The cases of a calibration. They were not triaged.
  package init(_ labelled: LabelledLogPosteriors) {
    self.init(causeCount: labelled.causeCount)
    for index in labelled.indices {
      let first = index * labelled.causeCount
      append(
        ArraySlice(
          labelled.logPosteriors[first..<first + labelled.causeCount].map { Elementary.exp($0) }),
        diagnosis: labelled.diagnosis(of: index), urgency: nil)
    }
  }
}
