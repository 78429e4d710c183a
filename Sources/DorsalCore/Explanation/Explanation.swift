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
/// The terms of E are one a finding and do not depend on the order of findings. D is
/// how well the same findings fit the other causes, which is the rest of the way:
/// a finding that fits c may fit another cause better. (Decibans: I. J. Good,
/// "Probability and the Weighing of Evidence", 1950.) With a calibration the way is one term
/// longer: what the calibration moves the logit of the posterior by.
public struct Explanation: Sendable {
  /// What one known finding says about a cause.
  public struct Contribution: Sendable, Hashable {
    /// The index of the finding.
    public let finding: Int
    /// The index of its state.
    public let state: Int
    /// The weighted evidence for the cause against the background.
    public let decibans: Double
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

  /// Explains a case.
  ///
  /// - Parameters:
  ///   - index: The case.
  ///   - batch: The batch that holds it.
  ///   - scorer: The scorer that ranks it.
  ///   - intervals: Intervals of the scorer's posteriors, or nothing. They say nothing of
  ///     calibrated ones.
  ///   - calibration: What to correct the posteriors with, before the triage, or nothing.
  /// - Complexity: O(findings × causes).
  public init(
    case index: Int, of batch: CaseBatch, scorer: Scorer, intervals: CredibleIntervals? = nil,
    calibration: Calibration? = nil
  ) {
    let model = scorer.model
    let causes = model.causes.count
    let setting = scorer.setting(of: index, in: batch)
    let known = model.findings.indices.compactMap { finding -> (finding: Int, state: Int)? in
      guard finding != model.settingFinding else { return nil }
      return batch.state(of: finding, case: index).map { (finding, $0) }
    }
    let priors = (0..<causes).map { model.priorTable[setting * causes + $0] }
    func evidence(_ finding: Int, _ state: Int, _ cause: Int) -> Double {
      let row = model.likelihoodTable.firstStateRow[finding] + state
      return scorer.evidence.values[row * causes + cause]
    }
    let sums = (0..<causes).map { cause in
      known.reduce(0) { $0 + evidence($1.finding, $1.state, cause) }
    }
    // Terms are taken relative to the greatest, so that no exponential overflows.
    let greatest = sums.max() ?? 0
    let terms = (0..<causes).map { priors[$0] * Elementary.exp(sums[$0] - greatest) }
    let rows = Dictionary(
      model.likelihoods.compactMap { row in row.cause.map { (Key(row.finding, row.state, $0), row) }
      }
    ) { first, _ in first }
    var alone = CaseBatch(like: batch)
    alone.append(case: index, of: batch)
    let scored = scorer.score(alone)
    let posteriors = calibration?.apply(to: scored, of: alone, scorer: scorer) ?? scored
    let ranges = intervals?.intervals(
      of: alone, posteriors: scored, causes: [Array(0..<causes)])[0]
    let sum = terms.reduce(0, +)
    let calibrated = calibration?.apply(
      to: terms.map { $0 / sum }, setting: setting, of: alone)
    let ways = (0..<causes).map { cause in
      let others = (0..<causes).reduce(0) { $1 == cause ? $0 : $0 + terms[$1] }
      let otherPriors = 1 - priors[cause]
      let logPrior = Elementary.log(priors[cause]) - Elementary.log(otherPriors)
      // Where the others vanish beside the cause, they are summed relative to their greatest.
      let logOthers =
        (others > 1e-290
          ? Elementary.log(others) : Self.logSum(of: priors, sums, but: cause, greatest))
        - Elementary.log(otherPriors) + greatest
      let own = terms[cause] / (terms[cause] + others)
      let logit = logPrior + sums[cause] - logOthers
      let shift = calibrated.map { Self.logit($0, cause) - logit }
      return Way(
        cause: cause, prior: priors[cause], posterior: calibrated?[cause] ?? own,
        modelPosterior: own, interval: ranges?[cause],
        priorDecibans: Self.decibans(logPrior),
        contributions: known.map { finding, state in
          Contribution(
            finding: finding, state: state,
            decibans: Self.decibans(evidence(finding, state, cause)),
            likelihood: rows[Key(finding, state, cause)])
        },
        othersDecibans: Self.decibans(-logOthers),
        calibrationDecibans: shift.map(Self.decibans),
        posteriorDecibans: Self.decibans(logit + (shift ?? 0)))
    }
    self.calibration = calibration?.method
    self.id = batch.id(of: index)
    self.setting = setting
    self.settingIsDefault = batch.state(of: model.settingFinding, case: index) == nil
    self.ways = ways.sorted {
      ($0.posteriorDecibans, $1.cause) > ($1.posteriorDecibans, $0.cause)
    }
    self.urgency = Triage(scorer: scorer).assess(alone, posteriors: posteriors)
      .outcome(of: 0).reasons(model: model, posterior: posteriors.matrix.row(0))
    self.groups = posteriors.groupProbabilities(model: model).row(0).map(Double.init)
    let knownFindings = Set(known.map(\.finding))
    self.unknownFindings = model.findings.indices.filter {
      $0 != model.settingFinding && !knownFindings.contains($0)
    }
    self.quality = EvidenceQuality(
      of: self.ways[0], case: alone, setting: setting, scorer: scorer, calibration: calibration)
    self.outlook = Robustness(scorer: scorer).assess(alone)[0]
    self.misfit = Misfit(scorer: scorer).assess(alone, posteriors: scored)[0]
    let next = Suggestions(
      Suggester(scorer: scorer).appraise(alone, posteriors: scored)[0], model: model)
    self.expectedRanking = ExpectedRanking(
      knowing: ExpectedRanking.manageable(next.appraisals.map(\.finding), of: model),
      posterior: ways.map(\.modelPosterior), scorer: scorer)
  }

  private struct Key: Hashable {
    let finding: Int
    let state: Int
    let cause: Int

    init(_ finding: Int, _ state: Int, _ cause: Int) {
      (self.finding, self.state, self.cause) = (finding, state, cause)
    }
  }

  /// The logit of one probability of many that sum to one; not from 1 − p, which loses digits.
  private static func logit(_ probabilities: [Double], _ cause: Int) -> Double {
    let others = probabilities.indices.reduce(0) { $1 == cause ? $0 : $0 + probabilities[$1] }
    // A calibration may take a probability to 0 or 1.
    let least = Double.leastNonzeroMagnitude
    return Elementary.log(max(probabilities[cause], least)) - Elementary.log(max(others, least))
  }

  /// The logarithm of the sum of prior times likelihood over all causes but one, relative to a
  /// greatest logarithm of the likelihoods.
  private static func logSum(
    of priors: [Double], _ sums: [Double], but cause: Int, _ greatest: Double
  ) -> Double {
    let others = priors.indices.filter { $0 != cause }
    let logs = others.map { Elementary.log(priors[$0]) + sums[$0] - greatest }
    guard let most = logs.max() else { return Elementary.log(.leastNonzeroMagnitude) }
    return most + Elementary.log(logs.reduce(0) { $0 + Elementary.exp($1 - most) })
  }

  /// Nats to decibans.
  package static func decibans(_ nats: Double) -> Double { nats * 10 / 2.302585092994046 }
}
