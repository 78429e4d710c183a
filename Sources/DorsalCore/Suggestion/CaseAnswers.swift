/// What the answers to the unknown findings of one case would change.
struct CaseAnswers {
  private let model: Model
  private let table: AnswerTable
  private let batch: CaseBatch
  private let index: Int
  private let posterior: ArraySlice<Float>
  private let leader: Int
  /// Causes that some answer may put before the leader.
  private let rivals: [Int]
  private let urgency: Urgency
  private let action: Urgency
  private let redFlagUrgency: Urgency
  /// The urgency of the rules that a state would complete, by its row.
  private let completed: [Int: Urgency]
  /// The urgency of the rules that hang on a finding alone, or with age or sex.
  private let dangers: [Int: Urgency]

  init(
    case index: Int, of batch: CaseBatch, posterior: ArraySlice<Float>, leader: Int,
    greatestRatios: [Double], assessment: Triage.Assessment, suggester: Suggester
  ) {
    model = suggester.scorer.model
    table = suggester.table
    (self.batch, self.index, self.posterior) = (batch, index, posterior)
    let most = Double(posterior[posterior.startIndex + leader])
    rivals = (0..<table.causeCount).filter { cause in
      cause != leader
        && Double(posterior[posterior.startIndex + cause]) * greatestRatios[cause] >= most
    }
    self.leader = leader
    let redFlags = assessment.redFlagUrgency(of: index) ?? .selfCare
    let action = assessment.expectedLossUrgency(of: index)
    (urgency, self.action, redFlagUrgency) = (max(redFlags, action), action, redFlags)
    let patient = Turns.patient.compactMap(model.index(ofFinding:))
    var completed: [Int: Urgency] = [:]
    var dangers: [Int: Urgency] = [:]
    for flag in model.redFlags {
      guard let conditions = flag.openConditions(of: index, in: batch, scorer: suggester.scorer)
      else { continue }
      let own = conditions.filter { !patient.contains($0.finding) }
      if own.count == 1, let finding = own.first?.finding {
        dangers[finding] = max(dangers[finding] ?? .selfCare, flag.urgency)
      }
      guard conditions.count == 1, let open = conditions.first else { continue }
      for state in open.states {
        let row = model.likelihoodTable.firstStateRow[open.finding] + state
        completed[row] = max(completed[row] ?? .selfCare, flag.urgency)
      }
    }
    (self.completed, self.dangers) = (completed, dangers)
  }

  /// The appraisals of the unknown findings.
  ///
  /// - Parameters:
  ///   - products: The products of the block that holds the case.
  ///   - row: Its row there.
  ///   - dependent: The answers to findings that hang on known ones.
  ///   - information: The information of any other finding in bits.
  func appraisals(
    _ products: AnswerBlock, row: Int, dependent: [Int: DependentAnswers],
    information: (Int) -> Float
  ) -> [Appraisal] {
    let exact = dependent.isEmpty ? [] : products.posterior(row: row)
    return model.findings.indices.compactMap { finding -> Appraisal? in
      guard finding != model.settingFinding, batch.state(of: finding, case: index) == nil else {
        return nil
      }
      var value = 0.0
      var chance = 0.0
      var changes: [Appraisal.Answer] = []
      let own = dependent[finding]
      for state in model.findings[finding].states.indices {
        let answer =
          own.map { self.answer(state, of: finding, by: $0, posterior: exact) }
          ?? self.answer(state, of: finding, products, row: row)
        value += answer.saving
        if answer.isChange { chance += answer.probability }
        if answer.isChange || answer.saving > 0 { changes.append(answer) }
      }
      changes.sort {
        ($0.saving, $0.probability, $1.state) > ($1.saving, $1.probability, $0.state)
      }
      return Appraisal(
        finding: finding,
        information: own?.information(posterior: exact) ?? Double(information(finding)),
        value: value,
        valuePerCost: model.findings[finding].burden.map { value / $0 },
        chanceOfChange: min(chance, 1), changes: changes, danger: dangers[finding])
    }
  }

  private func answer(
    _ state: Int, of finding: Int, _ products: AnswerBlock, row: Int
  ) -> Appraisal.Answer {
    let stateRow = model.likelihoodTable.firstStateRow[finding] + state
    return answer(
      state, stateRow: stateRow, probability: products.probability(of: stateRow, row: row),
      weight: products.weight(of: stateRow, row: row), leader: leader(after: stateRow)
    ) { products.loss(of: $0, stateRow: stateRow, row: row) }
  }

  private func answer(
    _ state: Int, of finding: Int, by answers: DependentAnswers, posterior q: [Double]
  ) -> Appraisal.Answer {
    let (probability, weight) = answers.probability(of: state, posterior: q)
    var first = leader
    var greatest = -Double.infinity
    for cause in [leader] + (0..<table.causeCount) {
      let updated =
        Double(posterior[posterior.startIndex + cause])
        * answers.updates[state * table.causeCount + cause]
      if updated > greatest || (updated == greatest && cause < first) {
        (first, greatest) = (cause, updated)
      }
    }
    return answer(
      state, stateRow: model.likelihoodTable.firstStateRow[finding] + state,
      probability: probability, weight: weight, leader: first
    ) { action in
      answers.loss(after: state, posterior: q) {
        model.loss(of: Urgency.allCases[action], cause: $0)
      }
    }
  }

  private func answer(
    _ state: Int, stateRow: Int, probability: Double, weight: Double, leader first: Int,
    loss: (Int) -> Double
  ) -> Appraisal.Answer {
    var best = 0
    var least = loss(0)
    for action in 1..<Urgency.allCases.count {
      let loss = loss(action)
      // Of two actions with the same loss the more urgent one, as in triage.
      if loss <= least { (best, least) = (action, loss) }
    }
    let present = loss(action.rank)
    let action = Urgency.allCases[best]
    let urgency = max(action, redFlagUrgency, completed[stateRow] ?? .selfCare)
    return Appraisal.Answer(
      state: state, probability: probability, leader: first, urgency: urgency, action: action,
      saving: max(present - least, 0) * probability / weight,
      changesLeader: first != leader,
      changesUrgency: urgency != self.urgency)
  }

  /// The cause of the greatest posterior after an answer; ties go to the order of the model.
  private func leader(after stateRow: Int) -> Int {
    let causes = table.causeCount
    var first = leader
    var greatest =
      Double(posterior[posterior.startIndex + leader]) * table.tilted[stateRow * causes + leader]
    for cause in rivals {
      let weight =
        Double(posterior[posterior.startIndex + cause]) * table.tilted[stateRow * causes + cause]
      if weight > greatest || (weight == greatest && cause < first) {
        (first, greatest) = (cause, weight)
      }
    }
    return first
  }
}
