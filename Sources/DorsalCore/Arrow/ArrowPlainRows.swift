/// Rows of a batch as far as they can be read column by column: the codes of their findings, their
/// ids and causes, and which of them have to be read by themselves.
struct ArrowPlainRows {
  /// The ids, one behind the other, and where each ends.
  private(set) var ids: [UInt8] = []
  private(set) var idEnds: [Int] = []
  /// The cause of each row plus one, or 0.
  private(set) var labels: [UInt16] = []
  /// The codes of the rows, one behind the other.
  private(set) var codes: [UInt8] = []
  /// Whether a row was read.
  private(set) var isPlain: [Bool]

  private let columns: CaseColumns

  /// Reads what can be read.
  init(_ rows: ArrowRows, fields: [CaseField], columns: CaseColumns) {
    self.columns = columns
    let count = rows.rows.count
    guard columns.hasPlainForms, columns.mapped == nil, columns.keptPlaces.isEmpty,
      !fields.contains(.blank)
    else {
      isPlain = [Bool](repeating: false, count: count)
      return
    }
    var findings = ArrowFindings(rowCount: count, findingCount: columns.decoders.count)
    isPlain = [Bool](repeating: true, count: count)
    for (place, (field, cell)) in zip(fields, rows.cells).enumerated() {
      switch field {
      case .id: readIDs(cell, rows.rows)
      case .diagnosis: readLabels(cell, rows.rows)
      case .finding(let finding):
        let reader = StateReader(finding, of: columns, takesForms: false)
        let odd = findings.read(
          cell, rows.rows, words: rows.codes[place], by: reader, into: finding)
        for row in odd { isPlain[row] = false }
      case .ignored, .blank, .mapped: continue
      }
    }
    codes = findings.rows
  }

  private mutating func readIDs(_ cell: ArrowCells, _ rows: Range<Int>) {
    for row in cell.appendTexts(rows, to: &ids, ends: &idEnds) { isPlain[row] = false }
    var start = 0
    for (row, end) in idEnds.enumerated() {
      // What is no plain text is looked at closely.
      let isText = ids[start..<end].allSatisfy {
        $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"")
      }
      if end == start || !isText { isPlain[row] = false }
      start = end
    }
  }

  private mutating func readLabels(_ cell: ArrowCells, _ rows: Range<Int>) {
    labels = [UInt16](repeating: 0, count: rows.count)
    var text: [UInt8] = []
    for row in 0..<rows.count {
      text.removeAll(keepingCapacity: true)
      let isWhole = cell.appendText(rows.lowerBound + row, to: &text)
      setLabel(isWhole ? text : nil, row)
    }
  }

  private mutating func setLabel(_ text: [UInt8]?, _ row: Int) {
    guard let text else {
      isPlain[row] = false
      return
    }
    if text.isEmpty { return }
    guard text.count <= columns.longestCause,
      let cause = columns.causeIndices[String(decoding: text, as: UTF8.self)]
    else {
      isPlain[row] = false
      return
    }
    labels[row] = UInt16(truncatingIfNeeded: cause + 1)
  }
}

extension CaseBatch {
  /// Adds rows that were read column by column.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - range: Which of them.
  ///   - firstLine: The number of the first one in its file.
  mutating func append(_ rows: ArrowPlainRows, _ range: Range<Int>, firstLine: Int) {
    for row in range {
      let start = row == 0 ? 0 : rows.idEnds[row - 1]
      let label = rows.labels.isEmpty ? 0 : rows.labels[row]
      appendChecked(
        id: rows.ids[start..<rows.idEnds[row]],
        codes: rows.codes[row * findingCount..<(row + 1) * findingCount],
        diagnosis: label == 0 ? [] : [Int(label) - 1], line: firstLine + row - range.lowerBound)
    }
  }
}
