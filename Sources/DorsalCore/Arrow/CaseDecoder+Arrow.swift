internal import DorsalNumerics

extension CaseDecoder {
  /// Reads rows of an Arrow file: column by column what is plain, and row by row, as text, what is
  /// not, so that the same words, units and faults hold as in CSV.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - fields: What each column that is read holds.
  ///   - cells: Scratch memory.
  mutating func decodeArrow(_ rows: ArrowRows, fields: [CaseField], cells: inout [CSVCell]) {
    let plain = ArrowPlainRows(rows, fields: fields, columns: columns)
    var record: [UInt8] = []
    var starts: [Int] = []
    var row = 0
    while row < rows.rows.count {
      let first = row
      while row < rows.rows.count, plain.isPlain[row] { row += 1 }
      if row > first {
        batch.append(plain, first..<row, firstLine: rows.firstRow + first)
        continue
      }
      record.removeAll(keepingCapacity: true)
      let own = rows.rows.lowerBound + row
      let line = rows.firstRow + row
      let damaged = rows.appendRecord(
        own, delimiter: columns.delimiter.byte, to: &record, starts: &starts)
      if let place = damaged {
        rejectDamaged(
          rows.damage(own, place: place), fields[place], column: rows.numbers[place], line: line,
          id: rows.id(own, fields))
      } else {
        cellStarts = starts
        cellNumbers = rows.numbers
        decodeCSV(
          record.span, range: 0..<record.count, line: line, fields: fields, cells: &cells)
        cellStarts = []
      }
      row += 1
    }
  }

  /// Rejects a row of which a cell cannot even be found.
  private mutating func rejectDamaged(
    _ reason: String, _ field: CaseField, column: Int, line: Int, id: String
  ) {
    let name =
      switch field {
      case .id: "id"
      case .diagnosis: "diagnosis"
      case .finding(let finding): columns.decoders[finding].finding.id
      case .ignored, .blank, .mapped: ""
      }
    rejections.append(
      Rejection(
        line: line, id: id,
        reasons: [
          Rejection.Reason(
            position: SourcePosition(file: file, line: line, column: column), column: name,
            value: "", reason: reason)
        ]))
  }
}
