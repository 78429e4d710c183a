extension ModelLoader {
  /// How far sums may be off one: tables hold decimals, not fractions.
  private static let sumTolerance = 1e-6

  /// Reads `sources.csv`.
  mutating func readSources() -> [Source] {
    var table = table(.sources)
    defer { take(table) }
    guard table.isComplete else { return [] }
    var sources: [Source] = []
    for row in table.rows {
      guard let key = table.identifier(row, "key") else { continue }
      if sourceIndices[key] != nil {
        table.fault(row, "key", "the source \"\(key)\" stands twice")
        continue
      }
      sourceIndices[key] = sources.count
      sources.append(
        Source(
          key: key, citation: table.nonEmpty(row, "citation") ?? "",
          identifier: table.text(row, "identifier")))
    }
    return sources
  }

  /// Reads `priors.csv`: every cause once in every setting, summing to one.
  mutating func readPriors(settingFinding: Int?) -> [Prior] {
    var table = table(.priors)
    defer { take(table) }
    guard table.isComplete, let settingFinding else { return [] }
    let settings = findings[settingFinding].states
    let settingIndices = Dictionary(
      settings.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var priors: [Prior] = []
    var seen: [Int: ModelTable.Row] = [:]
    var memory = EvidenceMemory()
    for row in table.rows {
      let setting = table.index(row, "setting", in: settingIndices, as: "setting")
      let cause = table.index(row, "cause", in: causeIndices, as: "cause")
      let evidence = readEvidence(&table, row, &memory)
      guard let setting, let cause else { continue }
      let key = setting * causes.count + cause
      if let first = seen[key] {
        table.fault(
          row, "cause",
          "a second row for \(causes[cause].id) in \(settings[setting]); "
            + "the first is on line \(table.line(first))")
      } else {
        seen[key] = row
        if let evidence { priors.append(Prior(setting: setting, cause: cause, evidence: evidence)) }
      }
    }
    for (setting, name) in settings.enumerated() {
      let missing = causes.indices.filter { seen[setting * causes.count + $0] == nil }
      if !missing.isEmpty {
        table.fault(
          "no prior in \(name) for " + missing.map { causes[$0].id }.joined(separator: ", "))
        continue
      }
      let rows = priors.filter { $0.setting == setting }
      let sum = rows.reduce(0) { $0 + $1.evidence.probability }
      if rows.count == causes.count, abs(sum - 1) > Self.sumTolerance,
        let first = seen[setting * causes.count]
      {
        table.fault(
          first, "probability",
          "the priors of \(name) add up to \(NumberText.plain(sum)); expected 1")
      }
    }
    return priors
  }

  /// Reads `likelihoods.csv`: the background of every finding in full, and for
  /// each cause the states that differ.
  mutating func readLikelihoods(settingFinding: Int?) -> [Likelihood] {
    var table = table(.likelihoods)
    defer { take(table) }
    guard table.isComplete else { return [] }
    let stateIndices = findings.map { finding in
      Dictionary(
        finding.states.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
    var likelihoods: [Likelihood] = []
    likelihoods.reserveCapacity(table.rows.count)
    var seen = SeenRows(findings: findings, causeCount: causes.count)
    var memory = EvidenceMemory()
    var findingMemory = ModelTable.Memory<Int>()
    var causeMemory = ModelTable.Memory<Int>()
    var stateMemory = ModelTable.Memory<Int>()
    var lastFinding: Int?
    for row in table.rows {
      let finding = table.remembered(row, "finding", in: &findingMemory) { table in
        table.index(row, "finding", in: findingIndices, as: "finding")
      }
      if finding != lastFinding { (lastFinding, stateMemory) = (finding, ModelTable.Memory()) }
      let isBackground = table.holds(row, "cause", "*")
      let cause =
        isBackground
        ? nil
        : table.remembered(row, "cause", in: &causeMemory) { table in
          table.index(row, "cause", in: causeIndices, as: "cause")
        }
      let evidence = readEvidence(&table, row, &memory)
      guard let finding else { continue }
      if finding == settingFinding {
        table.fault(row, "finding", "\"setting\" chooses the prior and has no likelihoods")
        continue
      }
      let state = table.remembered(row, "state", in: &stateMemory) { table in
        table.index(
          row, "state", in: stateIndices[finding], as: "state of \(findings[finding].id)")
      }
      guard let state, isBackground || cause != nil else { continue }
      if let first = seen[finding, state, cause] {
        table.fault(
          row, "state",
          "a second row for \(findings[finding].id)=\(findings[finding].states[state]) given "
            + "\(table.text(row, "cause")); the first is on line \(table.line(first))")
        continue
      }
      seen[finding, state, cause] = row
      if let evidence {
        likelihoods.append(
          Likelihood(finding: finding, state: state, cause: cause, evidence: evidence))
      }
    }
    checkDistributions(seen, likelihoods, settingFinding: settingFinding, &table)
    return likelihoods
  }

  /// Which row a state given a cause, or given the background, stands on.
  private struct SeenRows {
    private var rows: [ModelTable.Row?]
    private let firstStateRow: [Int]
    private let columnCount: Int

    init(findings: [Finding], causeCount: Int) {
      var count = 0
      firstStateRow = findings.map { finding in
        defer { count += finding.states.count }
        return count
      }
      columnCount = causeCount + 1
      rows = Array(repeating: nil, count: count * columnCount)
    }

    subscript(finding: Int, state: Int, cause: Int?) -> ModelTable.Row? {
      get { rows[place(finding, state, cause)] }
      set { rows[place(finding, state, cause)] = newValue }
    }

    /// The background stands behind the causes.
    private func place(_ finding: Int, _ state: Int, _ cause: Int?) -> Int {
      (firstStateRow[finding] + state) * columnCount + (cause ?? columnCount - 1)
    }
  }

  /// Whether the rows of each finding and cause can be a distribution in which every
  /// state has a probability above zero.
  private func checkDistributions(
    _ seen: SeenRows, _ likelihoods: [Likelihood], settingFinding: Int?,
    _ table: inout ModelTable
  ) {
    for (finding, definition) in findings.enumerated() where finding != settingFinding {
      let unnamed = definition.states.indices.filter { seen[finding, $0, nil] == nil }
      if unnamed.count > 1 {
        table.fault(
          "\(definition.id) has no background (cause *) for "
            + unnamed.map { definition.states[$0] }.joined(separator: ", ")
            + ", so that these states can never be scored")
      }
    }
    let backgrounds = backgrounds(seen, likelihoods)
    // The number of rows that could be read, their sum and the last of them, for each finding
    // and cause; the background stands behind the causes.
    var sums = [(count: Int, sum: Double, last: Int)](
      repeating: (0, 0, 0), count: findings.count * (causes.count + 1))
    for (index, row) in likelihoods.enumerated() {
      let place = row.finding * (causes.count + 1) + (row.cause ?? causes.count)
      sums[place] = (sums[place].count + 1, sums[place].sum + row.evidence.probability, index)
    }
    for (place, found) in sums.enumerated() where found.count > 0 {
      let (finding, column) = place.quotientAndRemainder(dividingBy: causes.count + 1)
      let definition = findings[finding]
      let cause = column < causes.count ? column : nil
      let named = definition.states.indices.count { seen[finding, $0, cause] != nil }
      let last = likelihoods[found.last]
      guard found.count == named, let row = seen[finding, last.state, cause] else {
        continue
      }
      var name: String { "\(definition.id) given \(cause.map { causes[$0].id } ?? "*")" }
      if found.count == definition.states.count {
        if abs(found.sum - 1) > Self.sumTolerance {
          table.fault(
            row, "probability",
            "the states of \(name) add up to \(NumberText.plain(found.sum)); expected 1")
        }
      } else if found.sum <= 1 - Self.sumTolerance {
        // What a background leaves is far above the least probability.
        guard let cause, let shares = backgrounds[finding] else { continue }
        let rest = definition.states.indices.filter { seen[finding, $0, cause] == nil }
        let whole = rest.reduce(0) { $0 + shares[$1] }
        for state in rest {
          let left = (1 - found.sum) * shares[state] / whole
          if !(left >= ModelLimits.leastProbability) {
            table.fault(
              row, "probability",
              "the states of \(name) leave \(left) to \(definition.states[state]), its share of "
                + "the background; expected at least \(ModelLimits.leastProbability)")
          }
        }
      } else {
        table.fault(
          row, "probability",
          "the states of \(name) add up to \(NumberText.plain(found.sum)) and leave nothing for "
            + "the others, which can then never be scored; expected less than 1")
      }
    }
  }

  /// P(state) of every finding whose background could be read; nothing for the others, whose
  /// faults have been told.
  private func backgrounds(_ seen: SeenRows, _ likelihoods: [Likelihood]) -> [[Double]?] {
    var named = findings.map { [Double?](repeating: nil, count: $0.states.count) }
    for row in likelihoods where row.cause == nil {
      named[row.finding][row.state] = row.evidence.probability
    }
    return named.enumerated().map { finding, states in
      let missing = states.indices.filter { states[$0] == nil }
      let rest = 1 - states.reduce(0) { $0 + ($1 ?? 0) }
      let isRead = missing.allSatisfy { seen[finding, $0, nil] == nil && rest > 0 }
      return missing.count <= 1 && isRead ? states.map { $0 ?? rest } : nil
    }
  }

  /// What the columns of evidence held last.
  private struct EvidenceMemory {
    var basis = ModelTable.Memory<Basis>()
    var sources = ModelTable.Memory<[String]>()
    var note = ModelTable.Memory<String>()
  }

  /// Reads the columns that priors and likelihoods share.
  private func readEvidence(
    _ table: inout ModelTable, _ row: ModelTable.Row, _ memory: inout EvidenceMemory
  ) -> Evidence? {
    let least = ModelLimits.leastProbability
    let probability = table.number(
      row, "probability", expected: "a probability below 1, from 1e-300"
    ) { $0 >= least && $0 < 1 }
    let effectiveN = table.number(
      row, "effective_n", expected: "a number above 0, from 0.001 to 1e12"
    ) { ModelLimits.effectiveN.contains($0) }
    let basis = table.remembered(row, "basis", in: &memory.basis) { table in
      table.word(row, "basis", as: Basis.self)
    }
    var keys: [String] = []
    let known = table.remembered(row, "source", in: &memory.sources) { table in
      keys = readSourceKeys(&table, row)
      return keys.allSatisfy { sourceIndices[$0] != nil } ? keys : nil
    }
    if let known { keys = known }
    if let basis, basis != .assumed, keys.isEmpty {
      table.fault(row, "source", "a \(basis) number without a source")
    }
    let note =
      table.remembered(row, "note", in: &memory.note) { table in table.text(row, "note") } ?? ""
    if basis == .derived, note.isEmpty {
      table.fault(row, "note", "a derived number without a note that says how it was derived")
    }
    guard let probability, let effectiveN, let basis else { return nil }
    return Evidence(
      probability: probability, effectiveN: effectiveN, basis: basis, sources: keys, note: note,
      line: table.line(row))
  }

  /// The keys of a cell `source`, each of which must be one of `sources.csv`.
  func readSourceKeys(_ table: inout ModelTable, _ row: ModelTable.Row) -> [String] {
    let cell = table.text(row, "source")
    if cell.isEmpty { return [] }
    let keys =
      cell.utf8.contains(UInt8(ascii: ";"))
      ? cell.utf8.split(separator: UInt8(ascii: ";")).compactMap { String($0) } : [cell]
    for key in keys where sourceIndices[key] == nil {
      table.fault(
        row, "source",
        "unknown source \"\(key)\""
          + (table.faults.count < ModelTable.mostSuggestions
            ? NearestName.suggestion(for: key, in: sourceIndices.keys.sorted()) : "")
          + "; expected keys of sources.csv with ; between them")
    }
    return keys
  }
}
