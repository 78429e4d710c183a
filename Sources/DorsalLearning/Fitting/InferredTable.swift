internal import DorsalCore
internal import DorsalNumerics

/// A table of findings and causes of which nothing is known before: what its columns are,
/// and the same table in the words of a case file.
public struct InferredTable: Sendable {
  /// How to look at a table.
  public struct Options: Sendable {
    /// The column with the cause.
    public var label = "diagnosis"
    /// Columns that are no findings.
    public var ignored: Set<String> = []
    /// Words that stand for an unknown finding, besides the empty cell.
    public var unknownWords: Set<String> = []
    /// Edges of numeric columns, by name.
    public var edges: [String: [Double]] = [:]
    /// Into how many parts of equal count other numbers are cut.
    public var parts = 5
    /// How many blocks of rows to look at at a time.
    public var threads = 1

    /// The usual way.
    public init() {}
  }

  /// A column that became no finding.
  public struct LeftOut: Sendable, Hashable {
    /// The column's name.
    public let column: String
    /// Why.
    public let reason: String
  }

  /// The most faults of columns that are told one by one.
  private static let mostFaults = 100

  let findings: [InferredFinding]
  /// The settings, where the table has a column `setting`.
  let settings: [String]
  /// The causes' ids, with what the table calls each.
  let causes: [(id: String, label: String)]
  /// Columns that were left out, with the reason.
  public let columnsLeftOut: [LeftOut]
  /// Columns that became findings, with what should be known of them before the model is
  /// handed on.
  public let columnsNoted: [LeftOut]
  /// The table as a case file of the model: findings, states and causes by their ids.
  public let caseFile: [UInt8]
  /// Whether the case file differs from the table, so that a file to be scored has to be
  /// written like it.
  public let isRecoded: Bool

  /// What is taken from a block of rows: a summary of each column.
  private struct Part: Sendable {
    var summaries: [ColumnSummary]
    var rowCount = 0
  }

  /// Looks through a table.
  ///
  /// - Parameters:
  ///   - bytes: The table as CSV with a header.
  ///   - file: Its name, for messages.
  ///   - options: How to look at it.
  /// - Throws: `CaseFileFault` where the table cannot be read, or has columns that cannot
  ///   be findings.
  /// - Complexity: O(bytes) time and memory.
  public init(bytes: [UInt8], file: String, options: Options) async throws {
    // The table once more, and the cases in the ids of the model.
    try MemoryRoom.require(3 * bytes.count)
    let scan = try TableScan(bytes: bytes, file: file, ignored: options.ignored)
    let names = scan.columns
    func fault(_ message: String) -> CaseFileFault {
      CaseFileFault(faults: [
        TextFault(position: SourcePosition(file: file, line: 1, column: 1), message: message)
      ])
    }
    var places: [String: Int] = [:]
    for (column, name) in names.enumerated() {
      if places[name] != nil { throw fault("the column \"\(name)\" stands twice") }
      places[name] = column
    }
    guard let label = names.firstIndex(of: options.label) else {
      throw fault(
        "no column \"\(options.label)\" with the cause"
          + NearestName.suggestion(for: options.label, in: names) + "; name it with --label")
    }
    for name in options.edges.keys.sorted() + options.ignored.sorted()
    where places[name] == nil {
      throw fault("no column \"\(name)\"" + NearestName.suggestion(for: name, in: names))
    }
    let unknown = options.unknownWords.map { Array($0.utf8) }
    let id = names.firstIndex(of: "id")
    var whole = Part(
      summaries: [ColumnSummary](repeating: ColumnSummary(), count: names.count))
    let skipped = Set(names.indices.filter { $0 == id || options.ignored.contains(names[$0]) })
    try await scan.eachBlock(threads: options.threads) { block throws(CaseFileFault) in
      var part = Part(
        summaries: [ColumnSummary](repeating: ColumnSummary(), count: names.count))
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

    var rules = InferredFinding.Rules()
    rules.edges = options.edges
    rules.parts = options.parts
    var findings: [InferredFinding] = []
    var leftOut: [LeftOut] = []
    var noted: [LeftOut] = []
    var faults: [String] = []
    var ids: Set<String> = []
    for (column, name) in names.enumerated()
    where column != id && column != label && name != "setting" {
      if options.ignored.contains(name) {
        leftOut.append(LeftOut(column: name, reason: "was to be left out"))
        continue
      }
      do throws(InferredFinding.Unusable) {
        let finding = try InferredFinding(
          column: name, summary: whole.summaries[column], rules: rules)
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
        if let note = InferredFinding.note(on: finding, summary: whole.summaries[column]) {
          noted.append(LeftOut(column: name, reason: note))
        }
      } catch {
        if error.isHarmless {
          leftOut.append(LeftOut(column: name, reason: error.reason))
        } else {
          faults.append("the column \"\(name)\" \(error.reason)")
        }
      }
    }
    if !faults.isEmpty {
      throw CaseFileFault(
        faults: faults.prefix(Self.mostFaults).flatMap { fault($0).faults }, count: faults.count)
    }
    guard !findings.isEmpty else { throw fault("no column that can be a finding") }

    let labels = whole.summaries[label]
    guard !labels.hasMoreValues else {
      throw fault(
        "the column \"\(options.label)\" has more than \(ColumnSummary.mostValues) different "
          + "causes")
    }
    let wordsAsCauses = labels.texts.filter {
      ColumnSummary.wordsForUnknown.contains($0.lowercased())
    }
    guard wordsAsCauses.isEmpty else {
      throw fault(
        "the column \"\(options.label)\" has the value \"\(wordsAsCauses[0])\"; an empty cell is "
          + "a row without a cause, or name the word with --unknown")
    }
    let settingColumn = names.firstIndex(of: "setting")
    let translation: TableTranslation
    do throws(CalibrationError) {
      translation = try TableTranslation(
        idColumn: id, labelColumn: label, settingColumn: settingColumn,
        labels: labels.texts, settings: settingColumn.map { whole.summaries[$0].texts } ?? [],
        findings: findings.compactMap { finding in
          places[finding.column].map { ($0, finding) }
        }, unknown: unknown)
    } catch {
      throw fault(error.description)
    }
    guard translation.causes.count >= 2 else {
      throw fault(
        translation.causes.isEmpty
          ? "no row has a cause in the column \"\(options.label)\""
          : "all rows have the same cause; expected at least two causes")
    }
    self.findings = findings
    self.columnsLeftOut = leftOut
    self.columnsNoted = noted
    self.causes = translation.causes
    self.settings = translation.settings
    isRecoded = !leftOut.isEmpty || options.label != "diagnosis" || translation.changesTable
    guard isRecoded else {
      caseFile = bytes
      return
    }
    var output = translation.header
    var number = 0
    try await scan.eachBlock(threads: options.threads) { block throws(CaseFileFault) in
      var rows = TableTranslation.Rows()
      try scan.visit(block) { bytes, cells in
        translation.append(cells, in: bytes, to: &rows)
      }
      return rows
    } take: { rows in
      translation.append(rows, firstNumber: number + 1, to: &output)
      number += rows.ends.count
    }
    caseFile = output
  }
}
