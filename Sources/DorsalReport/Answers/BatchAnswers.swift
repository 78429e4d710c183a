public import DorsalCore
internal import DorsalNumerics

/// What to find out of each case besides its ranking and its urgency, and by what.
public struct AnswerParts: Sendable {
  /// How many leading causes.
  public var top = 5
  /// Whether all causes are asked for, and not only the leading ones.
  public var isOfAllCauses = false
  /// Whether the posteriors of the groups of causes are asked for.
  public var hasGroups = false
  /// What to correct the posteriors with, before the triage, or nothing.
  public var calibration: Calibration?
  /// Intervals of the posteriors that are asked for, or nothing.
  public var intervals: CredibleIntervals?
  /// Sets of causes with a stated coverage, or nothing.
  public var sets: PredictionSets?
  /// What says what the unknown findings could change, or nothing.
  public var robustness: Robustness?
  /// What says how badly the findings of a case fit every listed cause, or nothing.
  public var misfit: Misfit?
  /// The scorer of sets of causes that may be present together, or nothing.
  public var coexistence: CoexistenceScorer?

  /// The five leading causes.
  public init() {}

  /// Whether nothing but the leading causes and their intervals is asked for.
  var isPlain: Bool {
    !isOfAllCauses && !hasGroups && sets == nil && robustness == nil && misfit == nil
      && coexistence == nil
  }
}

/// What was found out of the cases of a batch, to be written or to be taken apart.
public struct BatchAnswers: Sendable {
  /// Limits of posteriors.
  enum Limits: Sendable {
    /// Of the leading causes: as many of each case as were asked for, one behind the other.
    case ofLeading(lower: [Float], upper: [Float])
    /// Of every cause of each case, in the order of the model.
    case ofAll([[CredibleInterval]])
  }

  /// The cases.
  let cases: CaseBatch
  /// The setting of each.
  let settings: [UInt8]
  /// The posteriors.
  package let posteriors: Posteriors
  /// The urgency of each.
  package let assessment: Triage.Assessment
  /// The leading reason of each urgency, as an index into `Triage.reasons`.
  let reasons: [Int32]
  let groups: Matrix?
  let limits: Limits?
  /// The causes of the prediction sets, the most probable first.
  let sets: [[Int]]?
  let outlooks: [Robustness.Outlook]?
  let coexisting: CoexistingPosteriors?
  let misfits: [Misfit.Assessment]?

  /// How many cases there are.
  public var count: Int { cases.count }
}

/// Finds out of cases what is asked for: scores, corrects, assesses. It is prepared once, does
/// not change and may be shared between threads.
public struct Answering: Sendable {
  /// Scores the cases.
  package let scorer: Scorer
  let parts: AnswerParts
  let triage: Triage

  /// Prepares the answers of a scorer.
  public init(scorer: Scorer, parts: AnswerParts = AnswerParts()) {
    self.scorer = scorer
    self.parts = parts
    triage = Triage(scorer: scorer)
  }

  /// How many leading causes are looked at, at least 1.
  var top: Int { max(1, parts.top) }

  /// The answers for the cases of a batch.
  ///
  /// - Complexity: O(cases × known findings × causes), and what the parts cost.
  public func answers(for batch: CaseBatch) -> BatchAnswers {
    let scored = scorer.score(batch, top: parts.calibration == nil ? top : 0)
    let posteriors = parts.calibration?.apply(to: scored, of: batch, scorer: scorer) ?? scored
    let assessment = triage.assess(batch, posteriors: posteriors)
    return BatchAnswers(
      cases: batch, settings: (0..<batch.count).map { UInt8(scorer.setting(of: $0, in: batch)) },
      posteriors: posteriors, assessment: assessment,
      reasons: triage.leadingReasons(of: assessment, posteriors: posteriors),
      groups: parts.hasGroups ? posteriors.groupProbabilities(model: scorer.model) : nil,
      limits: limits(of: batch, posteriors: posteriors),
      sets: parts.sets?.sets(of: batch, posteriors: posteriors),
      outlooks: parts.robustness?.assess(batch),
      coexisting: parts.coexistence?.score(batch, top: top),
      // How the findings fit is asked of the model, not of what a calibration makes of it.
      misfits: parts.misfit?.assess(batch, posteriors: scored))
  }

  private func limits(of batch: CaseBatch, posteriors: Posteriors) -> BatchAnswers.Limits? {
    guard let intervals = parts.intervals else { return nil }
    guard parts.isOfAllCauses else {
      let limits = intervals.limits(of: batch, posteriors: posteriors, top: top)
      return .ofLeading(lower: limits.lower, upper: limits.upper)
    }
    let all = Array(scorer.model.causes.indices)
    return .ofAll(
      intervals.intervals(
        of: batch, posteriors: posteriors, causes: Array(repeating: all, count: batch.count)))
  }
}

/// The share of a model's findings that is known of a case.
enum KnownShare {
  /// The share with three decimals, by the count of findings besides the setting.
  static func text(_ known: Int, of model: Model) -> String {
    NumberText.fixed(Double(known) / Double(max(1, model.findings.count - 1)), decimals: 3)
  }
}
