internal import DorsalNumerics

extension ModelLoader {
  /// Reads `red_flags.csv`: the rows of a rule are its conditions.
  mutating func readRedFlags() -> [RedFlag] {
    let required = ["rule", "urgency", "finding", "state", "message", "source"]
    var table = table("red_flags.csv", required: required)
    defer { take(table) }
    guard table.hasColumns(required) else { return [] }
    var order: [String] = []
    var rules: [String: RedFlag] = [:]
    for row in table.rows {
      guard let rule = table.identifier(row, "rule") else { continue }
      let urgency = table.word(row, "urgency", as: Urgency.self)
      let message = table.nonEmpty(row, "message")
      let sources = readSourceKeys(&table, row)
      let condition = readCondition(&table, row)
      guard let urgency, let message, let condition else { continue }
      let first = rules[rule]
      if let first {
        if first.urgency != urgency || first.message != message {
          table.fault(row, "rule", "the rows of \"\(rule)\" differ in urgency or message")
        }
        if first.conditions.contains(where: { $0.finding == condition.finding }) {
          table.fault(
            row, "finding",
            "\"\(rule)\" has two conditions on one finding; name its states with | between them")
        }
      } else {
        order.append(rule)
      }
      if let first, first.conditions.count == RuleRows.greatestConditionCount {
        table.fault(
          row, "rule",
          "\"\(rule)\" has more than \(RuleRows.greatestConditionCount) conditions")
        continue
      }
      rules[rule] = RedFlag(
        rule: rule, urgency: urgency, conditions: (first?.conditions ?? []) + [condition],
        message: message, sources: first?.sources ?? sources)
    }
    return order.compactMap { rules[$0] }
  }

  /// A finding and the states that satisfy a condition, with | between them.
  func readCondition(
    _ table: inout ModelTable, _ row: ModelTable.Row
  ) -> RedFlag.Condition? {
    guard let finding = table.index(row, "finding", in: findingIndices, as: "finding") else {
      return nil
    }
    let names = table.text(row, "state").split(separator: "|", omittingEmptySubsequences: false)
    var states: [Int] = []
    for name in names.map(String.init) {
      guard let state = findings[finding].states.firstIndex(of: name) else {
        table.fault(
          row, "state",
          "unknown state of \(findings[finding].id) \"\(name)\""
            + NearestName.suggestion(for: name, in: findings[finding].states))
        return nil
      }
      if states.contains(state) { table.fault(row, "state", "\"\(name)\" stands twice") }
      states.append(state)
    }
    return RedFlag.Condition(finding: finding, states: states)
  }

  /// Reads `losses.csv`: for each action a loss under every cause, of its own or by `*`.
  mutating func readLosses() -> [Loss] {
    let required = ["action", "cause", "loss", "basis", "source", "note"]
    var table = table("losses.csv", required: required)
    defer { take(table) }
    guard table.hasColumns(required) else { return [] }
    var losses: [Loss] = []
    var named: Set<String> = []
    for row in table.rows {
      let action = table.word(row, "action", as: Urgency.self)
      let isDefault = table.text(row, "cause") == "*"
      let cause = isDefault ? nil : table.index(row, "cause", in: causeIndices, as: "cause")
      let loss = table.number(row, "loss", expected: "a number of 0 or more, at most 1e12") {
        (0...ModelLimits.greatestLoss).contains($0)
      }
      let basis = table.word(row, "basis", as: Basis.self)
      let sources = readSourceKeys(&table, row)
      guard let action, isDefault || cause != nil else { continue }
      if !named.insert("\(action.rawValue) \(table.text(row, "cause"))").inserted {
        table.fault(row, "cause", "a second row for \(action.rawValue) of this cause")
      }
      guard let loss, let basis else { continue }
      if basis != .assumed, sources.isEmpty {
        table.fault(row, "source", "a \(basis) number without a source")
      }
      losses.append(
        Loss(
          action: action, cause: cause, loss: loss, basis: basis, sources: sources,
          note: table.text(row, "note")))
    }
    for action in Urgency.allCases where !named.contains("\(action.rawValue) *") {
      let missing = causes.map(\.id).filter { !named.contains("\(action.rawValue) \($0)") }
      if !missing.isEmpty {
        table.fault(
          "no loss of \(action.rawValue) for " + missing.joined(separator: ", ")
            + "; expected a row for each cause, or one with cause *")
      }
    }
    return losses
  }
}
