package import DorsalCore

extension StepPlan {
  /// The plan in lines of text; nothing where the model has no steps.
  package func lines(model: Model) -> [String] {
    guard !model.steps.isEmpty else { return [] }
    let words = StepWords(plan: self, model: model)
    var lines = ["first steps:"]
    if items.isEmpty { lines.append("  the model has no steps for these causes") }
    let open = open
    var told: Set<Int> = []
    for kind in Step.Kind.inOrder {
      let items = open.filter { $0.step.kind == kind }
      guard !items.isEmpty else { continue }
      lines.append("  " + StepWords.heading(kind))
      let width = items.map { StepWords.time($0.step).count }.max() ?? 0
      var phase = StepPlan.Phase.first
      for item in items {
        if item.phase != phase, let heading = StepWords.heading(item.phase) {
          lines.append("    " + heading)
        }
        phase = item.phase
        let time = StepWords.time(item.step)
        lines.append(
          "    " + time + String(repeating: " ", count: width - time.count + 2)
            + "\(StepWords.what(item.step)) [for \(words.reasons(item))]")
        let indent = String(repeating: " ", count: width + 6)
        lines += words.details(item, told: &told).map { indent + $0 }
      }
    }
    for (title, texts) in [
      ("done already", done.compactMap(words.found)),
      ("not for this patient", notForPatient.compactMap(words.refusal)),
    ] where !texts.isEmpty {
      lines.append("  " + title)
      lines += texts.map { "    " + $0 }
    }
    return lines + ["  " + Self.disclaimer]
  }

  /// The plan alone as text, with the case and its urgency above it.
  package func text(of explanation: Explanation, model: Model) -> String {
    var lines = [
      "case \(TextEncoding.printable(explanation.id)), urgency "
        + explanation.urgency.urgency.rawValue.replacing("_", with: " "),
      "model \(model.titleLine)", "",
    ]
    lines += self.lines(model: model)
    lines += ["", RankingWriter.disclaimer]
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }

  /// The plan as JSON, with every result of every test.
  package func json(model: Model) -> JSONValue {
    .object([
      ("causes", .array(causes.map { .string(model.causes[$0].id) })),
      ("rules", .array(rules.map { .string(model.redFlags[$0].rule) })),
      ("open", .array(open.map { $0.json(model: model) })),
      ("done", .array(done.map { $0.json(model: model) })),
      ("not_for_this_patient", .array(notForPatient.map { $0.json(model: model) })),
      ("disclaimer", .string(Self.disclaimer)),
    ])
  }

  /// The plan alone as JSON.
  package func json(of explanation: Explanation, model: Model) -> JSONValue {
    .object([
      ("id", .string(explanation.id)),
      ("urgency", .string(explanation.urgency.urgency.rawValue)),
      ("steps", json(model: model)),
      ("model", model.jsonIdentity),
      ("disclaimer", .string(RankingWriter.disclaimer)),
    ])
  }
}

extension StepPlan.Item {
  func json(model: Model) -> JSONValue {
    func json(_ conditions: [RedFlag.Condition]) -> JSONValue {
      .array(conditions.map { Step.json($0, model: model) })
    }
    var members: [(key: String, value: JSONValue)] = [
      ("step", .string(step.id)), ("kind", .string(step.kind.rawValue)),
      ("when", .string(step.when.rawValue)),
      ("after_days", step.afterDays.map(JSONValue.integer) ?? .null),
      ("what", .string(step.what)),
      ("causes", .array(causes.map { .string(model.causes[$0].id) })),
      ("rules", .array(rules.map { .string(model.redFlags[$0].rule) })),
      ("finding", step.finding.map { .string(model.findings[$0].id) } ?? .null),
      ("basis", .string(step.basis.rawValue)),
      ("sources", .array(step.sources.map(JSONValue.string))),
    ]
    switch status {
    case .open:
      members += [
        ("only_if", json(onlyIf)), ("make_sure_not", json(against)),
        ("phase", .string(phase.rawValue)),
        ("results", .array(results.map { $0.json(of: step, model: model) })),
      ]
    case .done(let state):
      let name = step.finding.map { model.findings[$0].states[state] }
      members.append(("state", name.map(JSONValue.string) ?? .null))
    case .notForPatient(let conditions):
      members.append(("because", json(conditions)))
    }
    return .object(members)
  }
}

extension StepPlan.TestResult {
  func json(of step: Step, model: Model) -> JSONValue {
    let name = step.finding.map { model.findings[$0].states[state] } ?? ""
    return .object([
      ("state", .string(name)), ("probability", .number(probability)),
      ("leading_cause", .string(model.causes[leader].id)),
      ("leading_probability", .number(leaderProbability)),
      ("urgency", .string(urgency.rawValue)),
      ("changes_leader", .boolean(changesLeader)), ("changes_urgency", .boolean(changesUrgency)),
    ])
  }
}

extension Step {
  /// A condition as JSON.
  static func json(_ condition: RedFlag.Condition, model: Model) -> JSONValue {
    let finding = model.findings[condition.finding]
    return .object([
      ("finding", .string(finding.id)),
      ("states", .array(condition.states.map { .string(finding.states[$0]) })),
    ])
  }
}
