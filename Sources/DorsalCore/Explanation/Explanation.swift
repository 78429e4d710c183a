internal import DorsalNumerics

/// Why a case got its ranking: for each cause, the way from the prior to the
/// posterior in decibans (10 · log10 of odds).
///
/// For cause c with evidence E(c) = Σ over known findings of the weighted
/// log-likelihood ratio to the background,
///
///     logit posterior(c) = logit prior(c) + E(c) − D(c),
///     D(c) = log( Σ prior(k) · exp E(k) / Σ prior(k) ),  both sums over k ≠ c.
///
/// The terms of E are one a finding and do not depend on the order of findings; what findings
/// that hang on each other say together is shared out to them (`JointShares`). D is
/// how well the same findings fit the other causes, which is the rest of the way:
/// a finding that fits c may fit another cause better. (Decibans: I. J. Good,
/// "Probability and the Weighing of Evidence", 1950.) With a calibration the way is one term
/// longer: what the calibration moves the logit of the posterior by. `Explainer` makes explanations.
public struct Explanation: Sendable {
  /// What one known finding says about a cause.
  public struct Contribution: Sendable, Hashable {
    /// The index of the finding.
    public let finding: Int
    /// The index of its state.
    public let state: Int
    /// The weighted evidence for the cause against the background, with the finding's share of
    /// what it says together with known findings that it hangs on.
    public let decibans: Double
    /// What of it is the finding's share of what it says together with known findings that it
    /// hangs on; nothing where it hangs on none of them.
    public let sharedDecibans: Double?
    /// `decibans` as a likelihood ratio, 10 to the power of a tenth of them: what the
    /// finding multiplies the odds of the cause by, above 0.
    public var likelihoodRatio: Double { Explanation.ratio(decibans: decibans) }
    /// The row of the model that gives P(state | cause), where the cause has one
    /// for this state; otherwise the probability is what its other rows leave, or
    /// the background's.
    public let likelihood: Likelihood?
  }

  /// The way of one cause.
  public struct Way: Sendable {
    /// The index of the cause.
    public let cause: Int
    /// P(cause) in the setting of the case.
    public let prior: Double
    /// P(cause given the case), in double precision; calibrated where a calibration is given.
    public let posterior: Double
    /// The same before the calibration: the model's own.
    public let modelPosterior: Double
    /// The interval of the posterior, where it is asked for.
    public let interval: CredibleInterval?
    /// The logit of the prior.
    public let priorDecibans: Double
    /// What each known finding adds, in the order of the model.
    public let contributions: [Contribution]
    /// −D(c): what the same findings do for the other causes.
    public let othersDecibans: Double
    /// What the calibration adds; nothing without one.
    public let calibrationDecibans: Double?
    /// The logit of the posterior: the sum of all the terms above.
    public let posteriorDecibans: Double
  }

  /// The case's id.
  public let id: String
  /// How the posteriors were calibrated; nothing where they are the model's own.
  public let calibration: Calibration.Method?
  /// The setting whose prior it got.
  public let setting: Int
  /// Whether the case names no setting, so that the default was taken.
  public let settingIsDefault: Bool
  /// Every cause, the most probable first; ties go to the order of the model.
  public let ways: [Way]
  /// The findings that are not known, in the order of the model.
  public let unknownFindings: [Int]
  /// How soon the case needs attention, and why.
  public let urgency: UrgencyReasons
  /// The posterior of each group of causes, in the order of `model.groups`.
  public let groups: [Double]
  /// What the leading cause rests on.
  public let quality: EvidenceQuality
  /// What the unknown findings could still change of the model's own posteriors.
  public let outlook: Robustness.Outlook
  /// How badly the findings fit every listed cause.
  public let misfit: Misfit.Assessment
  /// The ranking to expect if the most valuable unknown findings were known, before a
  /// calibration.
  public let expectedRanking: ExpectedRanking
  /// What to do next: steps of the leading causes and of what makes the case urgent; empty where
  /// the model has no steps.
  public let steps: StepPlan
  /// The clinical scores that the case has inputs for, in the order of the model.
  public let scores: [ScoreResult]

  /// Decibans as odds or as a ratio of odds.
  package static func ratio(decibans: Double) -> Double {
    Elementary.exp(decibans * 2.302585092994046 / 10)
  }

  /// Nats to decibans.
  package static func decibans(_ nats: Double) -> Double { nats * 10 / 2.302585092994046 }
}
