extension ModelLoader {
  /// Reads `findings.csv`.
  mutating func readFindings() {
    var table = table(.findings)
    defer { take(table) }
    guard table.isComplete else { return }
    let hasWeights = table.hasColumns(["weight"])
    if tables.files[TableSchema.groups.file] != nil || tables.files[TableSchema.parents.file] != nil
    {
      for column in ["weight", "group"] where table.hasColumns([column]) {
        table.fault(
          "the column \"\(column)\" beside groups.csv or parents.csv, which take its place; "
            + "expected one or the other")
      }
    }
    for row in table.rows {
      guard let id = table.identifier(row, "id") else { continue }
      if ModelLimits.reservedFindings.contains(id) {
        table.fault(
          row, "id",
          "\"\(id)\" is what case files call something else; expected another name for a finding")
        continue
      }
      guard findings.count < ModelLimits.findings else {
        table.fault(
          row, "id",
          "\(table.rows.count) findings; expected at most \(ModelLimits.findings)")
        isTooLarge = true
        return
      }
      if findingIndices[id] != nil {
        table.fault(row, "id", "the finding \"\(id)\" stands twice")
        continue
      }
      findingIndices[id] = findings.count
      let kind = table.word(row, "kind", as: Finding.Kind.self) ?? .category
      let states = readStates(&table, row, kind: kind)
      let weight =
        hasWeights
        ? table.number(row, "weight", expected: "a number from 0 to 1") { (0...1).contains($0) }
          ?? 1
        : 1
      let edges = kind == .number ? readEdges(&table, row, stateCount: states.count) : []
      let range = kind == .number ? readRange(&table, row) : nil
      if let range, !edges.allSatisfy({ $0 > range.lowerBound && $0 <= range.upperBound }) {
        table.fault(
          row, "edges",
          "an edge outside the minimum and the maximum, so that no number is in some state")
      }
      findings.append(
        Finding(
          id: id, section: table.nonEmpty(row, "section") ?? "", kind: kind,
          unit: table.text(row, "unit"), states: states,
          edges: edges, range: range, weight: weight,
          group: table.text(row, "group"), question: table.nonEmpty(row, "question") ?? "",
          burden: readBurden(&table, row, of: id)))
    }
    checkGroups(&table)
    if findings.isEmpty { table.fault("no findings; expected a row for each") }
    if let setting = findingIndices["setting"] {
      if findings[setting].kind != .category {
        table.fault("the finding \"setting\" is not a category; it chooses the prior")
      }
    } else {
      table.fault("the finding \"setting\" is missing; its states choose the prior")
    }
  }

  /// What a finding costs to find out. A table that has the column has a burden for every
  /// finding but the setting, so that costs can be compared.
  private func readBurden(
    _ table: inout ModelTable, _ row: ModelTable.Row, of id: String
  ) -> Double? {
    guard table.hasColumns(["burden"]), id != "setting" || !table.text(row, "burden").isEmpty
    else { return nil }
    return table.number(row, "burden", expected: "a number above 0") { $0 > 0 }
  }

  func readStates(
    _ table: inout ModelTable, _ row: ModelTable.Row, kind: Finding.Kind
  ) -> [String] {
    let states = table.text(row, "states").split(
      separator: ";", omittingEmptySubsequences: false
    ).map(String.init)
    if kind == .binary, states != ["absent", "present"] {
      table.fault(row, "states", "a binary finding has the states absent;present")
      return ["absent", "present"]
    }
    for state in states where !ModelTable.isIdentifier(state, mayBeginWithDigit: true) {
      table.fault(row, "states", "\"\(state)\" is not an id; expected ids with ; between them")
    }
    if Set(states).count < states.count { table.fault(row, "states", "a state stands twice") }
    if states.contains("unknown") {
      table.fault(row, "states", "\"unknown\" is not a state; an empty cell is unknown")
    }
    if !(2...ModelLimits.states).contains(states.count) {
      table.fault(
        row, "states", "\(states.count) states; expected 2 to \(ModelLimits.states)")
    }
    return states
  }

  private func readEdges(
    _ table: inout ModelTable, _ row: ModelTable.Row, stateCount: Int
  ) -> [Double] {
    let texts = table.text(row, "edges").split(separator: ";", omittingEmptySubsequences: false)
    let edges = texts.compactMap { DecimalNumber.parse(String($0)) }.filter(\.isFinite)
    if edges.count < texts.count {
      table.fault(row, "edges", "expected numbers with ; between them")
    } else if edges.count != stateCount - 1 {
      table.fault(
        row, "edges", "\(edges.count) edges; expected \(stateCount - 1), one fewer than states")
    } else if zip(edges, edges.dropFirst()).contains(where: { $0 >= $1 }) {
      table.fault(row, "edges", "edges that do not ascend")
    }
    return edges
  }

  func readRange(
    _ table: inout ModelTable, _ row: ModelTable.Row
  ) -> ClosedRange<Double>? {
    guard
      let minimum = table.number(row, "minimum", expected: "a number", where: { _ in true }),
      let maximum = table.number(
        row, "maximum", expected: "a number above the minimum", where: { $0 > minimum })
    else { return nil }
    return minimum...maximum
  }

  /// Reads `causes.csv`.
  mutating func readCauses() {
    var table = table(.causes)
    defer { take(table) }
    guard table.isComplete else { return }
    for row in table.rows {
      guard let id = table.identifier(row, "id") else { continue }
      if ModelLimits.reservedCauses.contains(id) {
        table.fault(
          row, "id",
          "\"\(id)\" is what answers call something else; expected another name for a cause")
        continue
      }
      guard causes.count < ModelLimits.causes else {
        table.fault(
          row, "id", "\(table.rows.count) causes; expected at most \(ModelLimits.causes)")
        isTooLarge = true
        return
      }
      if causeIndices[id] != nil {
        table.fault(row, "id", "the cause \"\(id)\" stands twice")
        continue
      }
      causeIndices[id] = causes.count
      causes.append(
        Cause(
          id: id, group: table.identifier(row, "group") ?? "",
          urgency: table.word(row, "urgency", as: Urgency.self) ?? .routine,
          label: table.nonEmpty(row, "label") ?? "", icd10: table.text(row, "icd_10")))
    }
    if causes.last?.id != Cause.unlistedID {
      table.fault(
        "the last cause must be \"\(Cause.unlistedID)\", which stands for all causes outside the model"
      )
    }
    if causes.count == 1, causes[0].id == Cause.unlistedID {
      table.fault("no cause besides \"\(Cause.unlistedID)\"; expected at least one")
    }
    let stateCount = findings.reduce(0) { $0 + $1.states.count }
    if stateCount * causes.count > ModelLimits.stateCauses {
      table.fault(
        "\(causes.count) causes and \(stateCount) states of findings make "
          + "\(causes.count * stateCount) numbers; expected at most \(ModelLimits.stateCauses)")
      isTooLarge = true
    }
  }
}
