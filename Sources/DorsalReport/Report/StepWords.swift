import DorsalCore

/// Steps in words, for text and pages.
struct StepWords {
  let plan: StepPlan
  let model: Model

  /// So many results of a test that change something are told in words; JSON has all.
  private static let mostResults = 3

  /// What stands above the steps of a kind.
  static func heading(_ kind: Step.Kind) -> String {
    switch kind {
    case .referral: "referral"
    case .test: "tests"
    case .care: "care"
    case .advice: "advice"
    case .comeBack: "come back"
    }
  }

  /// What stands above the steps of a phase; nothing above the first.
  static func heading(_ phase: StepPlan.Phase) -> String? {
    switch phase {
    case .first: nil
    case .afterUrgent: "once what makes it urgent has been looked into:"
    case .ifSuspected: "where one of these causes is suspected more strongly, or found:"
    }
  }

  /// When a step is done: `same day`, `no better after 14 days`.
  static func time(_ step: Step) -> String {
    if let days = step.afterDays { return "no better after \(days) \(days == 1 ? "day" : "days")" }
    return step.when.rawValue.replacing("_", with: " ")
  }

  /// The step's sentence without its full stop.
  static func what(_ step: Step) -> String {
    var text = step.what[...]
    while let last = text.last, ". ".contains(last) { text.removeLast() }
    return text.isEmpty ? step.what : String(text)
  }

  /// A condition: `Sex: male`.
  static func words(_ condition: RedFlag.Condition, _ model: Model) -> String {
    let finding = model.findings[condition.finding]
    return finding.shortWords + ": "
      + condition.states.map(finding.words(ofState:)).joined(separator: " or ")
  }

  /// What a step is for: its causes with their probabilities, and its rules.
  func reasons(_ item: StepPlan.Item) -> String {
    let causes = item.causes.map { cause in
      "\(model.causes[cause].label) \(NumberText.percent(plan.probability(of: cause)))"
    }
    let rules = item.rules.map { "red flag \(model.redFlags[$0].rule)" }
    return (causes + rules).joined(separator: ", ")
  }

  /// The lines below a step: for whom, what to make sure of, and what each result would do.
  ///
  /// - Parameter told: The findings whose results have been told; they are not told again.
  func details(_ item: StepPlan.Item, told: inout Set<Int>) -> [String] {
    var lines: [String] = []
    if !item.onlyIf.isEmpty {
      lines.append(
        "if " + item.onlyIf.map { Self.words($0, model) }.joined(separator: " and "))
    }
    if !item.against.isEmpty {
      lines.append(
        "first make sure that this is not so: "
          + item.against.map { Self.words($0, model) }.joined(separator: ", or "))
    }
    guard let finding = item.step.finding, !item.results.isEmpty else { return lines }
    return lines + (told.insert(finding).inserted ? results(item) : ["results as above"])
  }

  /// All results of a test that has few; of others those that would change something, the most
  /// probable first, and what the most probable of the rest would leave.
  private func results(_ item: StepPlan.Item) -> [String] {
    guard let finding = item.step.finding else { return [] }
    let sorted = item.results.sorted { ($0.probability, $1.state) > ($1.probability, $0.state) }
    let changes = sorted.filter { $0.changesLeader || $0.changesUrgency }
    if changes.isEmpty { return ["no result would change the leading cause or the urgency"] }
    let rest = sorted.filter { !$0.changesLeader && !$0.changesUrgency }
    let isShort = sorted.count <= Self.mostResults
    let told = isShort ? changes + rest : changes.prefix(Self.mostResults) + Array(rest.prefix(1))
    let more = item.results.count - told.count
    let texts = told.map { text(of: $0, finding: model.findings[finding]) }
    return [
      "result " + texts.joined(separator: "; ")
        + (more > 0 ? "; \(more) other \(more == 1 ? "result" : "results")" : "")
    ]
  }

  /// A result and what it would do: `present (37.5%): Tumour first with 50.0%, urgency urgent`.
  private func text(of result: StepPlan.TestResult, finding: Finding) -> String {
    let state = finding.words(ofState: result.state)
    let leader =
      result.changesLeader
      ? "\(model.causes[result.leader].label) first" : "the leading cause stays"
    let urgency = result.urgency.rawValue.replacing("_", with: " ")
    return "\(state) (\(NumberText.percent(result.probability))): "
      + leader + " with "
      + NumberText.percent(result.leaderProbability)
      + (result.changesUrgency ? ", urgency \(urgency)" : "")
  }

  /// What was found by a test that is done.
  func found(_ item: StepPlan.Item) -> String? {
    guard case .done(let state) = item.status, let finding = item.step.finding else { return nil }
    let definition = model.findings[finding]
    return "\(Self.what(item.step)) (\(definition.shortWords): \(definition.words(ofState: state)))"
  }

  /// Why a step is not for this patient.
  func refusal(_ item: StepPlan.Item) -> String? {
    guard case .notForPatient(let conditions) = item.status else { return nil }
    return "\(Self.what(item.step)), because of "
      + conditions.map { Self.words($0, model) }.joined(separator: ", ")
  }
}
