internal import DorsalCore

/// Turns rows of a table into rows of a case file: words into ids.
struct TableTranslation: Sendable {
  /// Rows of a block, without their ids where the table has none.
  struct Rows: Sendable {
    var bytes: [UInt8] = []
    var ends: [Int] = []
  }

  private let idColumn: Int?
  private let labelColumn: Int
  private let settingColumn: Int?
  private let findings: [(column: Int, finding: InferredFinding)]
  private let unknown: [[UInt8]]
  private let causeOfLabel: [String: String]
  private let stateOfSetting: [String: String]
  /// The causes' ids, in the order of their letters, with what the table calls each.
  let causes: [(id: String, label: String)]
  /// The settings' ids.
  let settings: [String]

  /// - Parameters:
  ///   - labels: The different cells of the column with the cause.
  ///   - settings: The different cells of the column with the setting.
  ///   - findings: The findings, with their columns.
  ///   - unknown: Words that stand for an empty cell.
  /// - Throws: `DorsalError` where two causes or settings would have one id.
  init(
    idColumn: Int?, labelColumn: Int, settingColumn: Int?, labels: [String],
    settings: [String], findings: [(Int, InferredFinding)], unknown: [[UInt8]]
  ) throws(DorsalError) {
    self.idColumn = idColumn
    self.labelColumn = labelColumn
    self.settingColumn = settingColumn
    self.findings = findings.map { (column: $0.0, finding: $0.1) }
    self.unknown = unknown
    var causeOfLabel: [String: String] = [:]
    var labelOfCause: [String: String] = [:]
    for text in labels.flatMap({ $0.split(separator: "|").map(String.init) })
    where causeOfLabel[text] == nil {
      // Answers have columns of these names.
      let own = Identifier.from(text)
      let id = ModelLimits.reservedCauses.contains(own) ? "x_" + own : own
      if let other = labelOfCause[id] {
        throw DorsalError(
          .calibration, "the causes \"\(other)\" and \"\(text)\" would both be \"\(id)\"")
      }
      causeOfLabel[text] = id
      labelOfCause[id] = text
    }
    labelOfCause[Cause.unlistedID] = nil
    var stateOfSetting: [String: String] = [:]
    for text in settings {
      let id = Identifier.from(text, mayBeginWithDigit: true)
      if stateOfSetting.values.contains(id) {
        throw DorsalError(.calibration, "two settings would both be \"\(id)\"")
      }
      stateOfSetting[text] = id
    }
    self.causeOfLabel = causeOfLabel
    self.stateOfSetting = stateOfSetting
    self.causes = labelOfCause.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    self.settings = stateOfSetting.values.sorted()
  }

  /// Whether the case file has other columns or words than the table.
  var changesTable: Bool {
    idColumn == nil || !unknown.isEmpty || causeOfLabel.contains { $0 != $1 }
      || stateOfSetting.contains { $0 != $1 } || findings.contains { !$0.finding.isAsWritten }
  }

  /// The header row of the case file.
  var header: [UInt8] {
    let names =
      ["id", "diagnosis"] + (settingColumn == nil ? [] : ["setting"])
      + findings.map(\.finding.id)
    return Array((names.joined(separator: ",") + "\n").utf8)
  }

  /// Appends a row, its id first where the table has one.
  func append(_ cells: [CSVCell], in bytes: Span<UInt8>, to rows: inout Rows) {
    func text(_ column: Int) -> String {
      let text = CSVScanner.text(of: cells[column], in: bytes)
      return unknown.contains { $0.elementsEqual(text.utf8) } ? "" : text
    }
    if let idColumn { CSVText.append(text(idColumn), to: &rows.bytes) }
    rows.bytes.append(UInt8(ascii: ","))
    let diagnosis = text(labelColumn).split(separator: "|").compactMap {
      causeOfLabel[String($0)]
    }
    rows.bytes.append(contentsOf: diagnosis.joined(separator: "|").utf8)
    if let settingColumn {
      rows.bytes.append(UInt8(ascii: ","))
      rows.bytes.append(contentsOf: (stateOfSetting[text(settingColumn)] ?? "").utf8)
    }
    for (column, finding) in findings {
      rows.bytes.append(UInt8(ascii: ","))
      let cell = text(column)
      rows.bytes.append(
        contentsOf: (finding.stateOfValue.isEmpty || cell.isEmpty
          ? cell : finding.stateOfValue[cell] ?? "").utf8)
    }
    rows.bytes.append(UInt8(ascii: "\n"))
    rows.ends.append(rows.bytes.count)
  }

  /// Appends the rows of a block to the case file; rows without an id get their number.
  func append(_ rows: Rows, firstNumber: Int, to output: inout [UInt8]) {
    guard idColumn == nil else {
      output.append(contentsOf: rows.bytes)
      return
    }
    var start = 0
    for (index, end) in rows.ends.enumerated() {
      output.append(contentsOf: "row_\(firstNumber + index)".utf8)
      output.append(contentsOf: rows.bytes[start..<end])
      start = end
    }
  }
}
