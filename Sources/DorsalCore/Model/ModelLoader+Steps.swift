extension ModelLoader {
  /// The longest time without improvement: ten years.
  private static let mostDays = 3650

  /// Reads `steps.csv`. A model without the file has no steps.
  mutating func readSteps(redFlags: [RedFlag], settingFinding: Int?) -> [Step] {
    guard tables.files[TableSchema.steps.file] != nil else { return [] }
    var table = table(.steps)
    defer { take(table) }
    guard table.isComplete else { return [] }
    var rules = Dictionary(
      redFlags.enumerated().map { ($1.rule, $0) }, uniquingKeysWith: { first, _ in first })
    // A rule that is at fault in its own table is known all the same, and one of the model that other
    // red flags leave out.
    for named in [self.table(.redFlags), ownRedFlags].compactMap(\.self)
    where named.hasColumns(["rule"]) {
      for row in named.rows where rules[named.text(row, "rule")] == nil {
        // Each has a number of its own: a name that stands twice is told.
        rules[named.text(row, "rule")] = -1 - rules.count
      }
    }
    var steps: [Step] = []
    var seen: [String: ModelTable.Row] = [:]
    for row in table.rows {
      let id = table.identifier(row, "step")
      if let id, let first = seen[id] {
        table.fault(
          row, "step", "the step \"\(id)\" stands twice; the first is on line \(table.line(first))")
      } else if let id {
        seen[id] = row
      }
      let kind = table.word(row, "kind", as: Step.Kind.self)
      let causes = Self.indices(&table, row, "causes", in: causeIndices, as: "cause")
      let rules = Self.indices(&table, row, "rules", in: rules, as: "rule").filter { $0 >= 0 }
      if table.text(row, "causes").isEmpty, table.text(row, "rules").isEmpty {
        table.fault(
          row, "causes", "a step without cause and rule; expected one of them at least")
      }
      let what = table.nonEmpty(row, "what")
      let when = table.word(row, "when", as: Step.Time.self)
      let afterDays = Self.days(&table, row, kind: kind)
      let finding = answered(&table, row, kind: kind, settingFinding: settingFinding)
      let onlyIf = conditions(&table, row, "only_if")
      let against = conditions(&table, row, "against")
      let basis = table.word(row, "basis", as: Step.Basis.self)
      let sources = readSourceKeys(&table, row)
      for column in ["what", "note"] {
        if let dose = DoseText.first(in: table.text(row, column)) {
          table.fault(
            row, column,
            "\"\(TextEncoding.printable(dose))\" is a dose; expected a class of care and who "
              + "decides, without amounts and how often they are taken")
        }
      }
      if basis == .published, sources.isEmpty {
        table.fault(row, "source", "a published step without a source")
      }
      if let onlyIf, let against, let never = Self.contradiction(onlyIf, against) {
        table.fault(
          row, "against",
          "\"\(findings[never].id)\" speaks against it whenever only_if holds, so that the step is "
            + "never taken")
      }
      guard let id, let kind, let what, let when, let onlyIf, let against, let basis else {
        continue
      }
      // It was for rules that other red flags left out.
      if causes.isEmpty, rules.isEmpty { continue }
      steps.append(
        Step(
          id: id, kind: kind, causes: causes, rules: rules, what: what, when: when,
          afterDays: afterDays, finding: finding, onlyIf: onlyIf, against: against, basis: basis,
          sources: sources, note: table.text(row, "note")))
    }
    return steps
  }

  /// The red flags of the model where others stand in for them.
  private var ownRedFlags: ModelTable? {
    let schema = TableSchema.redFlags
    return tables.stoodFor[schema.file].map { bytes in
      ModelTable(
        bytes: bytes, file: tables.origin + "/" + schema.file, required: schema.required,
        optional: schema.optional)
    }
  }

  /// The parts of a cell with ; between them; none where it is empty.
  private static func parts(_ table: ModelTable, _ row: ModelTable.Row, _ column: String)
    -> [String]
  {
    let text = table.text(row, column)
    if text.isEmpty { return [] }
    return text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
  }

  /// The indices of the names in a cell.
  private static func indices(
    _ table: inout ModelTable, _ row: ModelTable.Row, _ column: String, in names: [String: Int],
    as what: String
  ) -> [Int] {
    var found: [Int] = []
    for name in parts(table, row, column) {
      guard let index = names[name] else {
        table.fault(
          row, column,
          "unknown \(what) \"\(TextEncoding.printable(name))\"" + hint(name, names.keys, table)
            + "; expected ids with ; between them")
        continue
      }
      if found.contains(index) {
        table.fault(row, column, "\"\(name)\" stands twice")
      } else {
        found.append(index)
      }
    }
    return found
  }

  private static func hint(
    _ name: String, _ names: some Collection<String>, _ table: ModelTable
  ) -> String {
    table.faults.count < ModelTable.mostSuggestions
      ? NearestName.suggestion(for: name, in: names.sorted()) : ""
  }

  private static func days(
    _ table: inout ModelTable, _ row: ModelTable.Row, kind: Step.Kind?
  ) -> Int? {
    let isEmpty = table.text(row, "after_days").isEmpty
    guard let kind else { return nil }
    guard kind == .comeBack else {
      if !isEmpty {
        table.fault(
          row, "after_days",
          "\(kind.rawValue) with days; only come_back is after days without improvement")
      }
      return nil
    }
    guard !isEmpty else {
      table.fault(
        row, "after_days", "come_back without the days without improvement after which it is")
      return nil
    }
    return table.number(
      row, "after_days", expected: "a whole number from 1 to \(mostDays)"
    ) { (1...Double(mostDays)).contains($0) && $0 == $0.rounded() }.map { Int($0) }
  }

  /// The finding that a test answers.
  private func answered(
    _ table: inout ModelTable, _ row: ModelTable.Row, kind: Step.Kind?, settingFinding: Int?
  ) -> Int? {
    guard !table.text(row, "finding").isEmpty,
      let finding = table.index(row, "finding", in: findingIndices, as: "finding")
    else { return nil }
    if let kind, kind != .test {
      table.fault(row, "finding", "\(kind.rawValue) with a finding; only a test answers one")
    } else if finding == settingFinding {
      table.fault(row, "finding", "the setting is no finding of the patient")
    }
    return finding
  }

  /// The conditions of a cell, `finding=state|state` with ; between them; nothing where one is
  /// at fault.
  private func conditions(
    _ table: inout ModelTable, _ row: ModelTable.Row, _ column: String
  ) -> [RedFlag.Condition]? {
    var result: [RedFlag.Condition] = []
    var isGood = true
    for part in Self.parts(table, row, column) {
      guard let condition = condition(part, &table, row, column) else {
        isGood = false
        continue
      }
      if result.contains(where: { $0.finding == condition.finding }) {
        table.fault(
          row, column,
          "two conditions on \(findings[condition.finding].id); name its states with | between them"
        )
      }
      result.append(condition)
    }
    return isGood ? result : nil
  }

  private func condition(
    _ text: String, _ table: inout ModelTable, _ row: ModelTable.Row, _ column: String
  ) -> RedFlag.Condition? {
    guard let equals = text.firstIndex(of: "=") else {
      table.fault(
        row, column,
        "\"\(TextEncoding.printable(text))\" is no condition; expected finding=state or "
          + "finding=state|state, with ; between conditions")
      return nil
    }
    let name = String(text[..<equals])
    guard let finding = findingIndices[name] else {
      table.fault(
        row, column,
        "unknown finding \"\(TextEncoding.printable(name))\""
          + Self.hint(name, findingIndices.keys, table))
      return nil
    }
    var states: [Int] = []
    for name in text[text.index(after: equals)...]
      .split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    {
      guard let state = findings[finding].states.firstIndex(of: name) else {
        table.fault(
          row, column,
          "unknown state of \(findings[finding].id) \"\(TextEncoding.printable(name))\""
            + Self.hint(name, findings[finding].states, table))
        return nil
      }
      if states.contains(state) { table.fault(row, column, "\"\(name)\" stands twice") }
      states.append(state)
    }
    return RedFlag.Condition(finding: finding, states: states)
  }

  /// A finding whose states speak against a step wherever it is for the patient.
  private static func contradiction(
    _ onlyIf: [RedFlag.Condition], _ against: [RedFlag.Condition]
  ) -> Int? {
    onlyIf.first { needed in
      against.contains { other in
        other.finding == needed.finding && needed.states.allSatisfy(other.states.contains)
      }
    }?.finding
  }
}
