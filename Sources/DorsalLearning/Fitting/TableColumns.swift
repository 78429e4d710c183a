internal import DorsalCore

/// The columns of a table, by what they are for.
struct TableColumns: Sendable {
  let names: [String]
  /// The place of each name.
  private let places: [String: Int]
  let id: Int?
  let label: Int
  let setting: Int?
  /// Columns of which nothing is looked at: the id, and those to be left out.
  let skipped: Set<Int>
  private let file: String

  /// - Throws: `DorsalError` where a name stands twice, or one that was given is not there.
  init(
    _ names: [String], file: String, options: InferredTable.Options
  ) throws(DorsalError) {
    self.names = names
    self.file = file
    var places: [String: Int] = [:]
    for (place, name) in names.enumerated() {
      if places[name] != nil {
        throw Self.fault("the column \"\(name)\" stands twice", file: file)
      }
      places[name] = place
    }
    guard let label = places[options.label] else {
      throw Self.fault(
        "no column \"\(options.label)\" with the cause"
          + NearestName.suggestion(for: options.label, in: names) + "; name it with --label",
        file: file)
    }
    for name in options.edges.keys.sorted() + options.ignored.sorted() where places[name] == nil {
      throw Self.fault(
        "no column \"\(name)\"" + NearestName.suggestion(for: name, in: names), file: file)
    }
    self.label = label
    let id = places["id"]
    self.id = id
    self.places = places
    setting = places["setting"]
    skipped = Set(names.indices.filter { $0 == id || options.ignored.contains(names[$0]) })
  }

  private static func fault(_ message: String, file: String) -> DorsalError {
    DorsalError(
      .caseFile,
      faults: [
        TextFault(position: SourcePosition(file: file, line: 1, column: 1), message: message)
      ])
  }

  /// A fault of the table, told at its header.
  func fault(_ message: String) -> DorsalError { Self.fault(message, file: file) }

  /// What stands in each column.
  ///
  /// - Throws: `DorsalError` where a row cannot be read, or there is none.
  /// - Complexity: O(bytes) time.
  func summaries(
    _ scan: TableScan, unknown: [[UInt8]], threads: Int
  ) async throws -> [ColumnSummary] {
    let empty = [ColumnSummary](repeating: ColumnSummary(), count: names.count)
    var whole = (summaries: empty, rowCount: 0)
    try await scan.eachBlock(threads: threads) { block throws(DorsalError) in
      var part = (summaries: empty, rowCount: 0)
      try scan.visit(block) { bytes, cells in
        part.rowCount += 1
        for column in cells.indices where !skipped.contains(column) {
          part.summaries[column].take(cells[column], in: bytes, unknown: unknown)
        }
      }
      return part
    } take: { part in
      whole.rowCount += part.rowCount
      for column in names.indices { whole.summaries[column].take(part.summaries[column]) }
    }
    guard whole.rowCount > 0 else { throw fault("no rows below the header") }
    return whole.summaries
  }

  /// How rows of the table become rows of a case file.
  ///
  /// - Throws: `DorsalError` where the column with the cause has no two causes, or words that
  ///   cannot be told apart.
  func translation(
    of findings: [InferredFinding], summaries: [ColumnSummary], unknown: [[UInt8]]
  ) throws(DorsalError) -> TableTranslation {
    let labels = summaries[label]
    guard !labels.hasMoreValues else {
      throw fault(
        "the column \"\(names[label])\" has more than \(ColumnSummary.mostValues) different "
          + "causes")
    }
    let wordAsCause = labels.texts.first {
      ColumnSummary.wordsForUnknown.contains($0.lowercased())
    }
    if let wordAsCause {
      throw fault(
        "the column \"\(names[label])\" has the value \"\(wordAsCause)\"; an empty cell is "
          + "a row without a cause, or name the word with --unknown")
    }
    let translation: TableTranslation
    do throws(DorsalError) {
      translation = try TableTranslation(
        idColumn: id, labelColumn: label, settingColumn: setting, labels: labels.texts,
        settings: setting.map { summaries[$0].texts } ?? [],
        findings: findings.compactMap { finding in
          places[finding.column].map { ($0, finding) }
        }, unknown: unknown)
    } catch {
      throw fault(error.description)
    }
    guard translation.causes.count >= 2 else {
      throw fault(
        translation.causes.isEmpty
          ? "no row has a cause in the column \"\(names[label])\""
          : "all rows have the same cause; expected at least two causes")
    }
    return translation
  }
}

/// The columns of a table that became findings, and those that did not.
struct InferredColumns {
  /// The most faults of columns that are told one by one.
  private static let mostFaults = 100

  private(set) var findings: [InferredFinding] = []
  private(set) var leftOut: [InferredTable.LeftOut] = []
  private(set) var noted: [InferredTable.LeftOut] = []
  private var ids: Set<String> = []

  /// - Throws: `DorsalError` with every column that says something and cannot be a finding.
  init(
    _ columns: TableColumns, summaries: [ColumnSummary], scan: TableScan,
    options: InferredTable.Options
  ) throws(DorsalError) {
    var rules = InferredFinding.Rules()
    rules.edges = options.edges
    rules.parts = options.parts
    var faults: [TextFault] = []
    var count = 0
    for (column, name) in columns.names.enumerated()
    where column != columns.id && column != columns.label && column != columns.setting {
      if options.ignored.contains(name) {
        leftOut.append(InferredTable.LeftOut(column: name, reason: "was to be left out"))
        continue
      }
      // One whose edges are given is meant as a finding.
      if RecordNames.isID(name), options.edges[name] == nil {
        leftOut.append(
          InferredTable.LeftOut(
            column: name,
            reason: "names records, and was left out; called \"id\" it says whose each row is"))
        continue
      }
      do throws(InferredFinding.Unusable) {
        try take(name, summary: summaries[column], rules: rules)
      } catch {
        if error.isHarmless {
          leftOut.append(InferredTable.LeftOut(column: name, reason: error.reason))
        } else {
          count += 1
          guard faults.count < Self.mostFaults else { continue }
          let message = "the column \"\(name)\" \(error.reason)"
          let place = error.cell.flatMap { scan.position(of: $0, in: column) }
          faults +=
            place.map { [TextFault(position: $0, message: message)] }
            ?? columns.fault(message).faults
        }
      }
    }
    if !faults.isEmpty {
      throw DorsalError(.caseFile, faults: faults, count: count)
    }
    guard !findings.isEmpty else { throw columns.fault("no column that can be a finding") }
  }

  private mutating func take(
    _ name: String, summary: ColumnSummary, rules: InferredFinding.Rules
  ) throws(InferredFinding.Unusable) {
    let finding = try InferredFinding(column: name, summary: summary, rules: rules)
    if ModelLimits.reservedFindings.contains(finding.id) || finding.id == "setting"
      || !ids.insert(finding.id).inserted
    {
      throw InferredFinding.Unusable(
        reason: "would be a second column \"\(finding.id)\"", isHarmless: false)
    }
    guard findings.count < ModelLimits.findings - 1 else {
      throw InferredFinding.Unusable(
        reason: "is one finding too many; a model has at most \(ModelLimits.findings), leave "
          + "columns out with --ignore", isHarmless: false)
    }
    findings.append(finding)
    if let note = InferredFinding.note(on: finding, summary: summary) {
      noted.append(InferredTable.LeftOut(column: name, reason: note))
    }
  }
}
