internal import DorsalNumerics

/// Explains cases: it asks the scorer, the triage and the suggestions, and puts what they say
/// together. It is prepared once, does not change and may be shared.
public struct Explainer: Sendable {
  private let scorer: Scorer
  private let triage: Triage
  private let suggester: Suggester
  private let robustness: Robustness
  private let misfit: Misfit
  private let intervals: CredibleIntervals?
  private let calibration: Calibration?
  private let scores: ClinicalScores?

  /// Prepares explanations of a scorer's cases.
  ///
  /// - Parameters:
  ///   - scorer: The scorer that ranks them.
  ///   - intervals: Intervals of the scorer's posteriors, or nothing. They say nothing of
  ///     calibrated ones.
  ///   - calibration: What to correct the posteriors with, before the triage, or nothing.
  /// - Complexity: O(states × causes²), and the drawn cases of `Misfit`: some tens of
  ///   milliseconds with the shipped model.
  public init(
    scorer: Scorer, intervals: CredibleIntervals? = nil, calibration: Calibration? = nil
  ) {
    self.init(
      scorer: scorer, triage: Triage(scorer: scorer), suggester: Suggester(scorer: scorer),
      intervals: intervals, calibration: calibration)
  }

  /// The same with a triage and a suggester of the scorer that are there already.
  package init(
    scorer: Scorer, triage: Triage, suggester: Suggester, intervals: CredibleIntervals? = nil,
    calibration: Calibration? = nil
  ) {
    (self.scorer, self.triage, self.suggester) = (scorer, triage, suggester)
    (self.intervals, self.calibration) = (intervals, calibration)
    robustness = Robustness(scorer: scorer)
    misfit = Misfit(scorer: scorer)
    scores = ClinicalScores(model: scorer.model)
  }

  /// Explains a case.
  ///
  /// - Parameters:
  ///   - index: The case.
  ///   - batch: The batch that holds it: of the scorer's model, or of `makeBatch()` of its
  ///     `ClinicalScores`, which has the inputs of scores too.
  /// - Complexity: O(states × causes).
  public func explain(_ index: Int, of batch: CaseBatch) -> Explanation {
    let model = scorer.model
    var alone = CaseBatch(like: batch)
    alone.append(case: index, of: batch)
    let results = scores?.results(for: alone)[0] ?? []
    if let scores, alone.isOf(scores.reading) { alone = scores.modelCases(of: alone) }
    let scored = scorer.score(alone)
    let posteriors = calibration?.apply(to: scored, of: alone, scorer: scorer) ?? scored
    let ranges = intervals?.intervals(
      of: alone, posteriors: scored, causes: [Array(model.causes.indices)])[0]
    let terms = CaseTerms(of: 0, in: alone, scorer: scorer)
    let ways = terms.ways(
      calibrated: calibration?.apply(to: terms.posteriors, setting: terms.setting, of: alone),
      intervals: ranges)
    let known = Set(terms.known.map(\.finding))
    let suggestions = Suggestions(suggester.appraise(alone, posteriors: scored)[0], model: model)
    let urgency = triage.assess(alone, posteriors: posteriors).outcome(of: 0)
      .reasons(model: model, posterior: posteriors.matrix.row(0))
    let own = ways.sorted { $0.cause < $1.cause }.map(\.modelPosterior)
    let tests = TestResults(
      of: alone, posterior: own, leader: ways[0].cause, urgency: urgency.urgency, scorer: scorer,
      triage: triage, calibration: calibration)
    return Explanation(
      id: alone.id(of: 0), calibration: calibration?.method, setting: terms.setting,
      settingIsDefault: alone.state(of: model.settingFinding, case: 0) == nil, ways: ways,
      unknownFindings: model.findings.indices.filter {
        $0 != model.settingFinding && !known.contains($0)
      },
      urgency: urgency,
      groups: posteriors.groupProbabilities(model: model).row(0).map(Double.init),
      quality: EvidenceQuality(
        of: ways[0], case: alone, setting: terms.setting, scorer: scorer,
        calibration: calibration),
      outlook: robustness.assess(alone)[0],
      misfit: misfit.assess(alone, posteriors: scored)[0],
      expectedRanking: ExpectedRanking(
        knowing: ExpectedRanking.manageable(suggestions.appraisals.map(\.finding), of: model),
        posterior: own, scorer: scorer, codes: alone.codes),
      steps: StepPlan(
        model: model, ranking: ways.map { ($0.cause, $0.posterior) }, urgency: urgency,
        state: { finding in
          finding == model.settingFinding
            ? terms.setting : alone.state(of: finding, case: 0)
        }, results: tests.results(of:)), scores: results)
  }
}
