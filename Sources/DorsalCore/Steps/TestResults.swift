/// What each answer to an unknown finding of one case would do: the case is scored again with
/// every state of the finding, so that calibration, joint states and red flags are as they would
/// be.
struct TestResults {
  private let scorer: Scorer
  private let triage: Triage
  private let calibration: Calibration?
  private let alone: CaseBatch
  /// The model's own posterior of every cause.
  private let posterior: [Double]
  private let leader: Int
  private let urgency: Urgency

  /// Prepares the answers of a case.
  ///
  /// - Parameters:
  ///   - alone: The case, alone in its batch.
  ///   - posterior: The model's own posterior of every cause, in the order of the model.
  ///   - leader: The cause that leads now.
  ///   - urgency: How soon the case needs attention now.
  ///   - scorer: The scorer.
  ///   - triage: A triage of the scorer.
  ///   - calibration: What posteriors are corrected with, or nothing.
  init(
    of alone: CaseBatch, posterior: [Double], leader: Int, urgency: Urgency, scorer: Scorer,
    triage: Triage, calibration: Calibration?
  ) {
    (self.alone, self.posterior, self.leader, self.urgency) = (alone, posterior, leader, urgency)
    (self.scorer, self.triage, self.calibration) = (scorer, triage, calibration)
  }

  /// What each state of a finding would do, in the order of the states.
  ///
  /// - Complexity: O(states × known findings × causes).
  func results(of finding: Int) -> [StepPlan.TestResult] {
    let model = scorer.model
    let states = model.findings[finding].states.indices
    var batch = CaseBatch(like: alone)
    for state in states {
      var codes = Array(alone.codes[0..<alone.findingCount])
      codes[finding] = UInt8(state + 1)
      batch.appendChecked(id: alone.idBytes(of: 0), codes: codes)
    }
    let scored = scorer.score(batch)
    let posteriors = calibration?.apply(to: scored, of: batch, scorer: scorer) ?? scored
    let assessment = triage.assess(batch, posteriors: posteriors)
    let dependent = DependentAnswers(of: finding, in: model) { Int(alone.codes[$0]) }
    return states.map { state in
      let first = posteriors.ranking(of: state, top: 1)[0]
      let row = model.likelihoodTable.firstStateRow[finding] + state
      let probability =
        dependent.map { $0.probability(of: state, posterior: posterior).probability }
        ?? posterior.indices.reduce(0) {
          $0 + posterior[$1] * model.likelihoodTable.probability(stateRow: row, cause: $1)
        }
      let urgency = assessment.urgency(of: state)
      return StepPlan.TestResult(
        state: state, probability: min(probability, 1), leader: first.cause,
        leaderProbability: Double(first.probability), urgency: urgency,
        changesLeader: first.cause != leader, changesUrgency: urgency != self.urgency)
    }
  }
}
