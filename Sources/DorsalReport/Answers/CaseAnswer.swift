public import DorsalCore

/// The answer for one case: its ranking, its urgency, and why it has that.
///
/// It stands by itself: causes are named, not numbered, so that it can be kept and shown
/// without the model.
public struct CaseAnswer: Sendable {
  /// A cause at its place in the ranking.
  public struct RankedCause: Sendable, Hashable {
    /// The cause.
    public let cause: Cause
    /// P(cause given the case), 0 to 1; of all causes they sum to one.
    public let probability: Double
  }

  /// The case's id.
  public let id: String
  /// The setting whose priors it got.
  public let setting: String
  /// The leading causes, the most probable first; ties go to the order of the model.
  public let ranking: [RankedCause]
  /// How soon the case needs attention.
  public let urgency: Urgency
  /// The red flags that hold, the most urgent first.
  public let redFlags: [RedFlag]
  /// How many findings besides the setting are known.
  public let knownFindingCount: Int
}

extension Scorer {
  /// A scorer of a model, for cases of its first setting where they name none.
  ///
  /// - Complexity: O(states × causes).
  public init(_ model: Model) { self.init(model: model, defaultSetting: 0) }

  /// An empty batch for cases of this scorer's model.
  public func makeBatch() -> CaseBatch { CaseBatch(model: model) }

  /// The answer for every case of a batch, in its order.
  ///
  ///     for answer in scorer.answers(for: batch, top: 3) {
  ///       print(answer.id, answer.urgency, answer.ranking[0].cause.label)
  ///     }
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - top: How many leading causes, at least 1.
  ///   - calibration: What to correct the posteriors with, before the triage, or nothing.
  /// - Complexity: O(cases × known findings × causes). For millions of cases `score(_:top:)`
  ///   costs less: it makes no text and no object a case.
  public func answers(
    for batch: CaseBatch, top: Int = 5, calibration: Calibration? = nil
  ) -> [CaseAnswer] {
    Answering(scorer: self, top: top, calibration: calibration).caseAnswers(for: batch)
  }

  /// Why a case got its ranking.
  ///
  /// - Parameters:
  ///   - index: The case's place in the batch.
  ///   - batch: The batch.
  ///   - level: Intervals that cover with this probability, between 0 and 1; or nothing.
  ///   - calibration: What to correct the posteriors with, or nothing; intervals are of the
  ///     model's own posteriors and are left out with one.
  /// - Complexity: O(states × causes) for the suggestions and what the unknown could change;
  ///   some tens of milliseconds with the shipped model.
  public func explain(
    _ index: Int, of batch: CaseBatch, interval level: Double? = nil,
    calibration: Calibration? = nil
  ) -> CaseExplanation {
    let intervals = calibration == nil ? level : nil
    let explainer = Explainer(
      scorer: self,
      intervals: intervals.map { CredibleIntervals(scorer: self, level: $0, method: .analytic) },
      calibration: calibration)
    return CaseExplanation(explainer.explain(index, of: batch), model: model)
  }

  /// What is worth finding out next of a case, the best first, and when to stop.
  ///
  /// - Complexity: O(states × causes × actions).
  public func suggestions(for index: Int, of batch: CaseBatch) -> Suggestions {
    var alone = CaseBatch(model: model)
    alone.append(case: index, of: batch)
    return Suggestions(
      Suggester(scorer: self).appraise(alone, posteriors: score(alone))[0], model: model)
  }
}

extension Answering {
  init(scorer: Scorer, top: Int, calibration: Calibration?) {
    var parts = AnswerParts()
    parts.top = top
    parts.calibration = calibration
    self.init(scorer: scorer, parts: parts)
  }

  /// The answers for a batch as values that stand by themselves.
  func caseAnswers(for batch: CaseBatch) -> [CaseAnswer] {
    let model = scorer.model
    let answers = answers(for: batch)
    return (0..<batch.count).map { index in
      let outcome = answers.assessment.outcome(of: index)
      return CaseAnswer(
        id: batch.id(of: index), setting: model.settings[Int(answers.settings[index])],
        ranking: answers.posteriors.ranking(of: index, top: top).map {
          CaseAnswer.RankedCause(
            cause: model.causes[$0.cause], probability: Double($0.probability))
        },
        urgency: outcome.urgency, redFlags: outcome.redFlags.map { model.redFlags[$0] },
        knownFindingCount: Int(answers.assessment.knownFindingCounts[index]))
    }
  }
}
