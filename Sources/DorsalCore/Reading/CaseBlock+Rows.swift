internal import DorsalNumerics

extension CaseBlock {
  /// Reads rows of CSV that hold no quoted line feed: most of them in the inner loop, and
  /// those that it leaves one by one.
  func decodePlainRows(
    _ reader: PlainCSVReader, _ decoder: inout CaseDecoder, cells: inout [CSVCell]
  ) {
    let bytes = records.bytes.span
    let block = reader.index(records.bytes)
    var row = 0
    while row < block.rowCount {
      let rows = reader.read(block, of: records.bytes, from: row)
      decoder.append(rows, of: records.bytes, line: records.firstLine + row)
      row += rows.count
      guard row < block.rowCount else { break }
      if rows.isFull { continue }
      let range = block.range(ofRow: row)
      if !isBlank(bytes, range) {
        decoder.decodeCSV(
          bytes, range: range, line: records.firstLine + row, fields: fields, cells: &cells)
      }
      row += 1
    }
    eachLine(
      of: bytes, from: block.start(ofRow: row), line: records.firstLine + row
    ) { range, next, line in
      decoder.decodeCSV(
        bytes, range: range.lowerBound..<next, line: line, fields: fields, cells: &cells)
    }
  }

  /// Reads lines of JSON: most of them in the inner loop, and those that it leaves one by one.
  func decodePlainLines(
    _ reader: PlainJSONReader, _ decoder: inout CaseDecoder, nodes: inout [JSONNode]
  ) {
    let bytes = records.bytes.span
    let block = reader.block(byteCount: bytes.count)
    var start = 0
    var line = records.firstLine
    while start < bytes.count {
      let (rows, next) = reader.read(block, of: records.bytes, from: start)
      decoder.append(rows, of: records.bytes, line: line)
      line += rows.count
      start = next
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      guard end > start || end < bytes.count else { break }
      if !isBlank(bytes, start..<end) {
        decoder.decodeJSON(bytes, range: start..<end, line: line, nodes: &nodes)
      }
      start = min(end + 1, bytes.count)
      line += 1
    }
  }

  /// Goes through the lines that are not blank.
  ///
  /// - Parameter body: Takes the line without its line feed, where the next one begins, and
  ///   its number.
  func eachLine(
    of bytes: Span<UInt8>, from first: Int, line firstLine: Int,
    body: (Range<Int>, Int, Int) -> Void
  ) {
    var start = first
    var line = firstLine
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let next = min(end + 1, bytes.count)
      if !isBlank(bytes, start..<end) { body(start..<end, next, line) }
      start = next
      line += 1
    }
  }

  /// Whether a line holds nothing at all; such lines are no rows.
  func isBlank(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range
    where bytes[index] != UInt8(ascii: "\n") && bytes[index] != UInt8(ascii: "\r") {
      return false
    }
    return true
  }

  /// Reads rows of a mapped CSV file that hold no quoted line feed, as `decodePlainRows` does.
  func decodeMappedRows(
    _ reader: PlainMappedReader, _ mapped: MappedColumns, _ decoder: inout CaseDecoder,
    cells: inout [CSVCell]
  ) {
    let bytes = records.bytes.span
    let block = reader.rows.index(records.bytes)
    var row = 0
    while row < block.rowCount {
      let rows = reader.rows.read(block, of: records.bytes, from: row)
      let taken = decoder.append(
        rows, of: block, records.bytes, from: row, reader, mapped, line: records.firstLine + row)
      row += taken
      guard row < block.rowCount else { break }
      if taken == rows.count, rows.isFull { continue }
      let range = block.range(ofRow: row)
      if !isBlank(bytes, range) {
        decoder.decodeCSV(
          bytes, range: range, line: records.firstLine + row, fields: fields, cells: &cells)
      }
      row += 1
    }
    eachLine(
      of: bytes, from: block.start(ofRow: row), line: records.firstLine + row
    ) { range, next, line in
      decoder.decodeCSV(
        bytes, range: range.lowerBound..<next, line: line, fields: fields, cells: &cells)
    }
  }
}
