public import DorsalCore
internal import DorsalNumerics

/// What one side of a comparison answers to the cases of a file, with what their diagnoses make of
/// it.
///
/// A side is a model with its calibration, prior weight and red flags. Cases without a diagnosis are
/// kept too: they show who moves where. A case takes some 70 bytes, whatever the number of causes.
public struct AnsweredCases: Sendable {
  /// The answer to one case.
  struct Answer: Sendable {
    /// The line of the file that the case begins on, by which two sides know that it is the same.
    var line = 0
    /// The leading cause; of equally probable ones the first.
    var leading: UInt16 = 0
    /// The urgency that the triage gave, as its rank.
    var given: UInt8 = 0
    /// P(urgent or more) and P(emergency).
    var urgent: Float = 0
    var emergency: Float = 0
    /// What its diagnosis makes of it; nothing without one.
    var judged: Judged?
  }

  /// What a diagnosis makes of an answer.
  struct Judged: Sendable {
    /// The greatest urgency of the diagnoses, as its rank.
    let own: UInt8
    /// Whether the leading cause is a diagnosis.
    let leads: Bool
    /// With `unlisted` as a cause like the others.
    let logLossOfAll: Float
    let brierOfAll: Float
    /// Over the causes but `unlisted`; nothing where that is the only diagnosis.
    let covered: Covered?
  }

  /// What a diagnosis that is a cause of the model makes of an answer.
  struct Covered: Sendable {
    /// The diagnosis; of several the first.
    let cause: UInt16
    /// The greatest urgency of the diagnoses, as its rank.
    let own: UInt8
    let rank: UInt16
    let probability: Float
    let logLoss: Float
    let brier: Float
  }

  /// The model that answered.
  let model: Model
  private(set) var answers: [Answer] = []
  /// The sum of the posteriors of each cause over the cases with a diagnosis.
  private(set) var posteriorSums: [Double]
  /// How many have a diagnosis.
  private(set) var judgedCount = 0

  /// No cases yet.
  public init(model: Model) {
    self.model = model
    posteriorSums = [Double](repeating: 0, count: model.causes.count)
  }

  /// How many cases were answered.
  public var count: Int { answers.count }

  /// Answers the cases of a batch and adds them.
  ///
  /// - Parameters:
  ///   - batch: The cases, with the lines of their file in ascending order.
  ///   - scorer: The scorer of the model.
  ///   - triage: Its triage.
  ///   - calibration: What to correct the posteriors with, before the triage.
  /// - Complexity: O(cases × causes).
  public mutating func append(
    _ batch: CaseBatch, scorer: Scorer, triage: Triage, calibration: Calibration? = nil
  ) {
    let scored = scorer.score(batch)
    let posteriors = calibration?.apply(to: scored, of: batch, scorer: scorer) ?? scored
    let assessment = triage.assess(batch, posteriors: posteriors)
    let urgencies = model.causes.map(\.urgency)
    answers.reserveCapacity(answers.count + batch.count)
    for index in 0..<batch.count {
      let given = assessment.urgency(of: index)
      add(
        posteriors.matrix.row(index), diagnosis: batch.diagnosis(of: index), given: given,
        line: batch.lines[index], urgencies: urgencies)
    }
  }

  private mutating func add(
    _ posteriors: ArraySlice<Float>, diagnosis: [Int], given: Urgency, line: Int,
    urgencies: [Urgency]
  ) {
    let first = posteriors.startIndex
    var lead = 0
    var (urgent, emergency) = (0.0, 0.0)
    for cause in urgencies.indices {
      let posterior = posteriors[first + cause]
      if posterior > posteriors[first + lead] { lead = cause }
      if urgencies[cause] >= .urgent { urgent += Double(posterior) }
      if urgencies[cause] == .emergency { emergency += Double(posterior) }
    }
    var answer = Answer(
      line: line, leading: UInt16(lead), given: UInt8(given.rank), urgent: Float(min(urgent, 1)),
      emergency: Float(min(emergency, 1)))
    if !diagnosis.isEmpty {
      for cause in urgencies.indices {
        posteriorSums[cause] += Double(posteriors[first + cause])
      }
      judgedCount += 1
      answer.judged = judged(posteriors, diagnosis, given: given, leads: diagnosis.contains(lead))
    }
    answers.append(answer)
  }

  private func judged(
    _ posteriors: ArraySlice<Float>, _ diagnosis: [Int], given: Urgency, leads: Bool
  ) -> Judged {
    let all = CaseOutcome(posteriors: posteriors, accepted: diagnosis, given: given, model: model)
    let accepted = diagnosis.filter { $0 != model.causes.count - 1 }
    let covered =
      accepted.isEmpty
      ? nil
      : accepted.count == diagnosis.count
        ? all
        : CaseOutcome(posteriors: posteriors, accepted: accepted, given: given, model: model)
    return Judged(
      own: UInt8(all.own.rank), leads: leads, logLossOfAll: Float(all.logLoss),
      brierOfAll: Float(all.brier),
      covered: covered.map { outcome in
        Covered(
          cause: UInt16(outcome.cause), own: UInt8(outcome.own.rank), rank: UInt16(outcome.rank),
          probability: Float(outcome.probability), logLoss: Float(outcome.logLoss),
          brier: Float(outcome.brier))
      })
  }

  /// Adds the answers to further cases of the file.
  public mutating func append(_ other: AnsweredCases) {
    precondition(other.posteriorSums.count == posteriorSums.count, "answers of one model")
    answers.append(contentsOf: other.answers)
    for cause in posteriorSums.indices { posteriorSums[cause] += other.posteriorSums[cause] }
    judgedCount += other.judgedCount
  }

  /// How many bytes of memory a list may ask for when another is added.
  package func growth(by other: AnsweredCases) -> Int { answers.growth(by: other.answers.count) }

  /// How many bytes of memory a comparison takes beside its two lists.
  package var comparisonRoom: Int { count * 700 }

  /// The mean posterior of each cause over the cases with a diagnosis.
  var meanPosteriors: [Double] { posteriorSums.map { $0 / Double(max(judgedCount, 1)) } }
}
