/// What the tables `groups.csv` and `parents.csv` say of findings that hang on each other.
extension ModelLoader {
  /// Reads `groups.csv`; a model without the file has no groups but those of `findings.csv`.
  mutating func readFindingGroups() -> [FindingGroup] {
    guard tables.files[Self.groupFile] != nil else { return [] }
    let required = ["group", "finding", "correlation", "direction", "basis", "source"]
    var table = table(Self.groupFile, required: required, optional: ["note"])
    defer { take(table) }
    guard table.hasColumns(required) else { return [] }
    var groups: [(id: String, correlation: Double, members: [FindingGroup.Member], first: Int)] = []
    var homes: [Int: (group: String, line: Int)] = [:]
    for row in table.rows {
      let id = table.identifier(row, "group")
      let finding = table.index(row, "finding", in: findingIndices, as: "finding")
      let correlation = table.number(
        row, "correlation", expected: "a number of 0 or more and below 1"
      ) { $0 >= 0 && $0 < 1 }
      let direction = table.number(
        row, "direction",
        expected:
          "1 where later states of the finding go with the group, or -1 where earlier ones do"
      ) { $0 == 1 || $0 == -1 }
      let evidence = readTermEvidence(&table, row)
      guard let id, let finding else { continue }
      if let other = findingIndices[id] {
        table.fault(
          row, "group",
          "\"\(id)\" is a finding\(other == finding ? ", this one" : ""); a group is not a finding")
        continue
      }
      if findings[finding].id == "setting" {
        table.fault(row, "finding", "the finding \"setting\" chooses the prior and is in no group")
        continue
      }
      if let home = homes[finding] {
        table.fault(
          row, "finding",
          "\(findings[finding].id) is in the group \"\(home.group)\" (line \(home.line)); a finding "
            + "is in one group, once")
        continue
      }
      homes[finding] = (id, table.line(row))
      guard let correlation, let direction, let evidence else { continue }
      let member = FindingGroup.Member(
        finding: finding, isRising: direction > 0, evidence: evidence)
      guard let place = groups.firstIndex(where: { $0.id == id }) else {
        groups.append((id, correlation, [member], table.line(row)))
        continue
      }
      if groups[place].correlation != correlation {
        table.fault(
          row, "correlation",
          "\(ModelWriter.number(correlation)), and \(ModelWriter.number(groups[place].correlation))"
            + " on line \(groups[place].first); a group has one correlation")
        continue
      }
      groups[place].members.append(member)
      if !addJointStates(of: groups[place].members.map(\.finding)) {
        table.fault(
          row, "finding",
          "the group \"\(id)\" would have more than \(ModelLimits.jointStates) joint states; "
            + "expected fewer findings or states")
        groups[place].members.removeLast()
      }
    }
    for group in groups where group.members.count == 1 {
      if group.id.utf8.count > Self.shortestMisspelling,
        let nearest = NearestName.find(group.id, in: groups.map(\.id).filter { $0 != group.id })
      {
        table.faultOnLine(
          group.first, "no other finding is in \"\(group.id)\"; did you mean \"\(nearest)\"?")
      }
    }
    return groups.map { FindingGroup(id: $0.id, correlation: $0.correlation, members: $0.members) }
  }

  /// Reads `parents.csv`; a model without the file has no parents.
  mutating func readParents(groups: [FindingGroup]) -> [ParentOdds] {
    guard tables.files[Self.parentFile] != nil else { return [] }
    let required = [
      "finding", "state", "parent", "parent_state", "log_odds", "basis", "source",
    ]
    var table = table(Self.parentFile, required: required, optional: ["note"])
    defer { take(table) }
    guard table.hasColumns(required) else { return [] }
    var grouped: [Int: String] = [:]
    for group in groups { for member in group.members { grouped[member.finding] = group.id } }
    var links: [(finding: Int, parent: Int, terms: [ParentOdds.Term], line: Int)] = []
    for row in table.rows {
      let finding = table.index(row, "finding", in: findingIndices, as: "finding")
      let parent = table.index(row, "parent", in: findingIndices, as: "finding")
      let logOdds = table.number(
        row, "log_odds",
        expected:
          "a number from -\(ModelLimits.greatestLogOdds) to \(ModelLimits.greatestLogOdds), "
          + "beyond which probabilities of states do not carry them"
      ) { abs($0) <= Double(ModelLimits.greatestLogOdds) }
      let evidence = readTermEvidence(&table, row)
      guard let finding, let parent,
        checkHomes(of: finding, parent: parent, grouped: grouped, &table, row)
      else { continue }
      let state = readState(of: finding, "state", &table, row)
      let parentState = readState(of: parent, "parent_state", &table, row)
      guard let state, let parentState, let logOdds, let evidence else { continue }
      let term = ParentOdds.Term(
        state: state, parentState: parentState, logOdds: logOdds, evidence: evidence)
      guard let place = links.firstIndex(where: { $0.finding == finding }) else {
        links.append((finding, parent, [term], table.line(row)))
        if !addJointStates(of: [finding, parent]) {
          table.fault(
            row, "finding",
            "more than \(ModelLimits.allJointStates) joint states in all groups and parents")
        }
        continue
      }
      if links[place].parent != parent {
        table.fault(
          row, "parent",
          "a second parent of \(findings[finding].id), which has \(findings[links[place].parent].id) "
            + "(line \(links[place].line)); expected one")
      } else if let first = links[place].terms.first(where: {
        $0.state == state && $0.parentState == parentState
      }) {
        table.fault(
          row, "state", "a second row for these states; the first is on line \(first.evidence.line)"
        )
      } else {
        links[place].terms.append(term)
      }
    }
    // A parent that hangs on something itself would make its children hang on that too.
    let children = Dictionary(links.map { ($0.finding, $0.line) }) { first, _ in first }
    for link in links where children[link.parent] != nil {
      table.faultOnLine(
        link.line,
        "the parent \(findings[link.parent].id) has a parent of its own (line "
          + "\(children[link.parent] ?? 0)); expected one that hangs on nothing")
    }
    return links.map { ParentOdds(finding: $0.finding, parent: $0.parent, terms: $0.terms) }
  }

  /// The table of the groups.
  static let groupFile = "groups.csv"
  /// The table of the parents.
  static let parentFile = "parents.csv"

  private func readState(
    of finding: Int, _ column: String, _ table: inout ModelTable, _ row: ModelTable.Row
  ) -> Int? {
    let states = findings[finding].states
    let indices = Dictionary(states.enumerated().map { ($1, $0) }) { first, _ in first }
    return table.index(row, column, in: indices, as: "state of \(findings[finding].id)")
  }

  private func checkHomes(
    of finding: Int, parent: Int, grouped: [Int: String], _ table: inout ModelTable,
    _ row: ModelTable.Row
  ) -> Bool {
    func home(_ finding: Int) -> String? { grouped[finding].map { "in the group \"\($0)\"" } }
    let message: (column: String, text: String)? =
      if finding == parent {
        ("parent", "\(findings[finding].id) is its own parent; expected another finding")
      } else if let setting = [finding, parent].first(where: { findings[$0].id == "setting" }) {
        (
          setting == finding ? "finding" : "parent",
          "the finding \"setting\" chooses the prior; it is no parent and has none"
        )
      } else if let home = home(finding) {
        ("finding", "\(findings[finding].id) is \(home); a finding has one home")
      } else if let home = home(parent) {
        ("parent", "\(findings[parent].id) is \(home); expected a parent that hangs on nothing")
      } else {
        nil
      }
    if let message { table.fault(row, message.column, message.text) }
    return message == nil
  }

  private func readTermEvidence(
    _ table: inout ModelTable, _ row: ModelTable.Row
  ) -> TermEvidence? {
    let basis = table.word(row, "basis", as: Basis.self)
    let sources = readSourceKeys(&table, row)
    let note = table.text(row, "note")
    guard let basis else { return nil }
    if basis != .assumed, sources.isEmpty {
      table.fault(row, "source", "a \(basis) number without a source")
    }
    if basis == .derived, note.isEmpty {
      table.fault(row, "note", "a derived number without a note that says how it was derived")
    }
    return TermEvidence(basis: basis, sources: sources, note: note, line: table.line(row))
  }

  /// Whether findings have few enough joint states, alone and with all others so far.
  private mutating func addJointStates(of findings: [Int]) -> Bool {
    var count = 1
    for finding in findings {
      count *= self.findings[finding].states.count + 1
      if count > ModelLimits.jointStates { return false }
    }
    // What the group had before it grew is counted too, which only makes the limit stricter.
    jointStates += count
    return jointStates <= ModelLimits.allJointStates
      && jointStates * causes.count <= ModelLimits.jointStateCauses
  }
}
