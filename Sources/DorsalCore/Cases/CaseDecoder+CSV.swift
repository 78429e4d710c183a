extension CaseDecoder {
  /// Reads one CSV record.
  ///
  /// - Parameters:
  ///   - bytes: The block that holds it.
  ///   - range: The record, with its line end.
  ///   - line: The line it begins on.
  ///   - fields: What each column holds.
  ///   - cells: Scratch memory.
  mutating func decodeCSV(
    _ bytes: Span<UInt8>, range: Range<Int>, line: Int, fields: [CaseField],
    cells: inout [CSVCell]
  ) {
    begin(at: range.lowerBound, line: line)
    var isRow = true
    defer { if isRow { end() } else { endEmpty() } }
    guard checkEncoding(bytes, range: range) else { return }
    let record = bytes.extracting(0..<range.upperBound)
    var cellCount = 0
    if case .malformed(let fault, let offset) = CSVScanner.scan(
      record, from: range.lowerBound, isLast: true, into: &cells, keeping: fields.count + 1,
      cellCount: &cellCount, delimiter: columns.delimiter.byte)
    {
      reject(bytes, at: offset, fault.message(parting: columns.delimiter))
      return
    }
    // A row of an Arrow table is one whatever it holds.
    if columns.forms != nil, cellStarts.isEmpty, cellCount > 1,
      isEmpty(cells, cellCount, bytes, fields)
    {
      isRow = false
      return
    }
    guard cellCount == fields.count else {
      if let column = fields.firstIndex(of: .id), column < cells.count {
        setID(CSVScanner.text(of: cells[column], in: bytes))
      }
      let last = min(cells.count, fields.count + 1) - 1
      reject(
        bytes, at: cells[last].origin, value: cells[last].start..<cells[last].end,
        "\(cellCount) cells; expected \(fields.count), as in the header")
      return
    }
    for index in cells.indices {
      let cell = cells[index]
      let content = cell.start..<cell.end
      switch fields[index] {
      case .ignored: continue
      case .blank:
        if !CellForms.trimmed(bytes, content).isEmpty {
          reject(
            bytes, at: cell.origin, value: content,
            "a value in a column without a name; expected a name in the header")
        }
      case .id:
        if cell.hasDoubledQuote {
          setID(CSVScanner.text(of: cell, in: bytes))
        } else {
          setID(bytes, content: content, origin: cell.origin)
        }
      case .finding(let finding) where !content.isEmpty:
        setFinding(finding, bytes, content: content, origin: cell.origin)
      case .diagnosis where !content.isEmpty:
        setDiagnosis(bytes, content: content, origin: cell.origin)
      case .finding, .diagnosis: continue
      case .mapped(let column):
        if !content.isEmpty {
          setMapped(column, bytes, content: content, origin: cell.origin)
        }
      }
    }
    if !columns.keptPlaces.isEmpty { keep(cells, bytes) }
    if let mapped = columns.mapped { finishMapped(mapped, bytes) }
  }

  /// Keeps the texts of some columns: without the blanks around them, and empty where they stand
  /// for nothing known.
  private mutating func keep(_ cells: [CSVCell], _ bytes: Span<UInt8>) {
    keptCells = columns.keptPlaces.map { place in
      let cell = cells[place]
      let text =
        cell.hasDoubledQuote
        ? Array(CSVScanner.text(of: cell, in: bytes).utf8)
        : (cell.start..<cell.end).map { bytes[$0] }
      let span = text.span
      let word = CellForms.trimmed(span, 0..<text.count)
      if let forms = columns.forms, forms.isUnknown(span, word) { return [] }
      return Array(text[word])
    }
  }

  /// Whether a record has no id, and blanks at most in its other cells.
  private func isEmpty(
    _ cells: [CSVCell], _ cellCount: Int, _ bytes: Span<UInt8>, _ fields: [CaseField]
  ) -> Bool {
    // Not all cells of a longer record are kept.
    guard cellCount == cells.count else { return false }
    return cells.indices.allSatisfy { index in
      let cell = cells[index]
      // An id of blanks is an id.
      if index < fields.count, fields[index] == .id { return cell.start == cell.end }
      return CellForms.trimmed(bytes, cell.start..<cell.end).isEmpty
    }
  }
}
