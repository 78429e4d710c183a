extension ModelLoader {
  /// Reads `plausibility.csv`: the rows of a rule are its conditions. A model without the file has
  /// no rules.
  mutating func readPlausibility(settingFinding: Int?) -> [Impossibility] {
    let name = "plausibility.csv"
    guard tables.files[name] != nil else { return [] }
    let required = ["rule", "kind", "finding", "state", "basis", "source", "note"]
    var table = table(name, required: required)
    defer { take(table) }
    guard table.hasColumns(required) else { return [] }
    var order: [(rule: String, row: ModelTable.Row)] = []
    var rules: [String: Impossibility] = [:]
    for row in table.rows {
      guard let rule = table.identifier(row, "rule") else { continue }
      let kind = table.word(row, "kind", as: Impossibility.Kind.self)
      let basis = table.word(row, "basis", as: Impossibility.Basis.self)
      let note = table.nonEmpty(row, "note")
      let sources = readSourceKeys(&table, row)
      let condition = readCondition(&table, row)
      if basis == .published, sources.isEmpty {
        table.fault(row, "source", "a published rule without a source")
      }
      guard let kind, let basis, let note, let condition else { continue }
      if condition.finding == settingFinding {
        table.fault(row, "finding", "the setting is no finding of the patient")
        continue
      }
      let first = rules[rule]
      if let first {
        if first.kind != kind || first.basis != basis || first.note != note {
          table.fault(row, "rule", "the rows of \"\(rule)\" differ in kind, basis or note")
        }
        if first.conditions.contains(where: { $0.finding == condition.finding }) {
          table.fault(
            row, "finding",
            "\"\(rule)\" has two conditions on one finding; name its states with | between them")
        }
      } else {
        order.append((rule, row))
      }
      rules[rule] = Impossibility(
        rule: rule, kind: kind, conditions: (first?.conditions ?? []) + [condition], basis: basis,
        sources: first?.sources ?? sources, note: note)
    }
    for (rule, row) in order where rules[rule]?.kind == .impossible {
      if rules[rule]?.conditions.count == 1 {
        table.fault(
          row, "rule",
          "\"\(rule)\" has one condition; a combination that cannot be has two at least")
      }
    }
    return order.compactMap { rules[$0.rule] }
  }
}
