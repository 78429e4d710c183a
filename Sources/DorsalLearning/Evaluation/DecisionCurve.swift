public import DorsalCore

/// What acting on a probability is worth at each threshold, against acting on everyone and on
/// nobody (A. J. Vickers, E. B. Elkin, Med Decis Making 2006;26:565-74).
public struct DecisionCurve: Sendable, Hashable {
  /// One threshold.
  public struct Point: Sendable, Hashable {
    /// The probability from which on a case is acted on.
    public let threshold: Double
    /// Net benefit of acting on the probability.
    public let model: Evaluation.Measure
    /// Net benefit of acting on everyone; that of acting on nobody is zero.
    public let everyone: Evaluation.Measure
    /// Net benefit of acting as the triage did, red flags included, where there was one.
    public let triage: Evaluation.Measure
  }

  /// The event: `urgent_or_more` or `emergency`.
  public let name: String
  /// What acting on it means.
  public let title: String
  /// The threshold that the model's losses imply, inside 0...1, or nothing where they imply none.
  ///
  /// It is the probability of the event at which acting and the next lesser action lose the
  /// same, with the causes on either side in the proportions of the mean posteriors.
  public let lossThreshold: Double?
  /// The points, by ascending threshold; the one of the losses is among them.
  public let points: [Point]

  /// The thresholds of every curve.
  package static let usualThresholds = [
    0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
  ]

  /// The threshold that losses imply for an urgency.
  ///
  /// - Parameters:
  ///   - urgency: The urgency to act with; its event is a cause of this urgency or more.
  ///   - means: The mean posterior of each cause.
  ///   - model: The losses.
  package static func lossThreshold(
    _ urgency: Urgency, means: [Double], model: Model
  ) -> Double? {
    guard let lesser = Urgency.allCases.last(where: { $0 < urgency }) else { return nil }
    var (harm, harmWeight, gain, gainWeight) = (0.0, 0.0, 0.0, 0.0)
    for (cause, mean) in means.enumerated() {
      let difference = model.loss(of: urgency, cause: cause) - model.loss(of: lesser, cause: cause)
      if model.causes[cause].urgency >= urgency {
        gain -= mean * difference
        gainWeight += mean
      } else {
        harm += mean * difference
        harmWeight += mean
      }
    }
    guard harmWeight > 0, gainWeight > 0, harm > 0, gain > 0 else { return nil }
    let (meanHarm, meanGain) = (harm / harmWeight, gain / gainWeight)
    return meanHarm / (meanHarm + meanGain)
  }
}

/// How the cases of one urgency were triaged.
public struct TriageRow: Sendable, Hashable {
  /// The urgency of the cause.
  public let own: Urgency
  /// Given less urgency than the cause has.
  public let under: Evaluation.Measure
  /// Given the urgency of the cause.
  public let right: Evaluation.Measure
  /// Given more urgency than the cause has.
  public let over: Evaluation.Measure

  /// A row from how many cases were given each urgency.
  init(own: Urgency, given: [Int]) {
    let count = given.reduce(0, +)
    func share(_ name: String, _ title: String, _ part: ArraySlice<Int>) -> Evaluation.Measure {
      .share(name, title, part.reduce(0, +), of: count)
    }
    self.own = own
    under = share("under_triage", Self.underTitle, given[..<own.rank])
    right = share("right_triage", Self.rightTitle, given[own.rank...own.rank])
    over = share("over_triage", Self.overTitle, given[(own.rank + 1)...])
  }

  static let underTitle = "given less urgency"
  static let rightTitle = "given the urgency of the cause"
  static let overTitle = "given more urgency"

  /// A row of cases that do not all count one.
  init(
    own: Urgency, under: Evaluation.Measure, right: Evaluation.Measure, over: Evaluation.Measure
  ) {
    (self.own, self.under, self.right, self.over) = (own, under, right, over)
  }
}
