extension ModelLoader {
  /// Reads `associations.csv`: pairs of causes that come together more or less often than
  /// their priors say. A model without the file has no associations.
  ///
  /// A pair's prior is the product of its members' priors and the multiplier, in every
  /// setting, before all hypotheses are normalised; it is a fault where that is above one.
  mutating func readAssociations(priors: [Prior], settingFinding: Int?) -> [Association] {
    guard tables.files[TableSchema.associations.file] != nil else { return [] }
    var table = table(.associations)
    defer { take(table) }
    guard table.isComplete else { return [] }
    var associations: [Association] = []
    var seen: [[Int]: ModelTable.Row] = [:]
    let priors = Dictionary(
      priors.map { ($0.setting * causes.count + $0.cause, $0.evidence.probability) },
      uniquingKeysWith: { first, _ in first })
    for row in table.rows {
      let cause = table.index(row, "cause", in: causeIndices, as: "cause")
      let other = table.index(row, "other_cause", in: causeIndices, as: "cause")
      let multiplier = table.number(
        row, "odds_multiplier", expected: "a number above 0"
      ) { $0 > 0 }
      let basis = table.word(row, "basis", as: Basis.self)
      let sources = readSourceKeys(&table, row)
      let note = table.text(row, "note")
      if let basis, basis != .assumed, sources.isEmpty {
        table.fault(row, "source", "a \(basis) number without a source")
      }
      if basis == .derived, note.isEmpty {
        table.fault(row, "note", "a derived number without a note that says how it was derived")
      }
      guard let cause, let other else { continue }
      if cause == other {
        table.fault(
          row, "other_cause", "\(causes[cause].id) with itself; expected two different causes")
        continue
      }
      if let outside = [cause, other].first(where: { causes[$0].id == Cause.unlistedID }) {
        table.fault(
          row, outside == cause ? "cause" : "other_cause",
          "\"\(Cause.unlistedID)\" stands for a cause outside the model and is not paired")
        continue
      }
      let pair = [min(cause, other), max(cause, other)]
      if let first = seen[pair] {
        table.fault(
          row, "other_cause",
          "a second row for \(causes[cause].id) with \(causes[other].id); "
            + "the first is on line \(table.line(first))")
        continue
      }
      seen[pair] = row
      guard let multiplier, let basis else { continue }
      if let settingFinding {
        checkPrior(of: pair, times: multiplier, priors, settingFinding, &table, row)
      }
      associations.append(
        Association(
          first: pair[0], second: pair[1], oddsMultiplier: multiplier, basis: basis,
          sources: sources, note: note, line: table.line(row)))
    }
    return associations
  }

  /// Notes a fault for the first setting in which a pair's prior is above one.
  private func checkPrior(
    of pair: [Int], times multiplier: Double, _ priors: [Int: Double], _ settingFinding: Int,
    _ table: inout ModelTable, _ row: ModelTable.Row
  ) {
    for (setting, name) in findings[settingFinding].states.enumerated() {
      let members = pair.compactMap { priors[setting * causes.count + $0] }
      guard members.count == 2 else { continue }
      let prior = members[0] * members[1] * multiplier
      if prior > 1 {
        table.fault(
          row, "odds_multiplier",
          "makes the prior of \(causes[pair[0]].id) with \(causes[pair[1]].id) in \(name) "
            + "\(NumberText.plain(members[0])) x \(NumberText.plain(members[1])) x "
            + "\(NumberText.plain(multiplier)) = \(NumberText.plain(prior)); expected at most 1")
        return
      }
    }
  }
}
