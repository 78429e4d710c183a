/// A whole CSV table in memory, with the place of each cell: for the tables of a
/// model, which are small and are read once.
package struct CSVTable {
  /// A cell's text and where it begins.
  package struct Cell {
    package let text: String
    package let position: SourcePosition
  }

  /// The cells of the header row.
  package let header: [Cell]
  /// The cells of each row below it, as many as the header has.
  package let rows: [[Cell]]

  /// Reads a table; rows that cannot be read become faults and are left out.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8, with or without a byte-order mark.
  ///   - file: The name to give in faults.
  ///   - faults: Gets a fault for each thing that is wrong.
  package init(bytes: [UInt8], file: String, faults: inout [TextFault]) {
    var lines = LineCounter(file: file)
    var header: [Cell] = []
    var rows: [[Cell]] = []
    var cells: [CSVCell] = []
    let span = bytes.span
    var start =
      bytes.starts(with: TextEncoding.byteOrderMark) ? TextEncoding.byteOrderMark.count : 0
    lines.advance(to: start, in: span)
    if let bad = TextEncoding.firstFault(in: span, range: start..<bytes.count) {
      lines.advance(to: bad.offset, in: span)
      faults.append(TextFault(position: lines.position, message: bad.message))
      start = bytes.count
    }
    while start < bytes.count {
      switch CSVScanner.scan(span, from: start, isLast: true, into: &cells) {
      case .incomplete:
        start = bytes.count
      case .malformed(let fault, let offset):
        lines.advance(to: offset, in: span)
        faults.append(TextFault(position: lines.position, message: fault.message))
        start = bytes.count
      case .record(let next):
        let row = cells.map { cell in
          lines.advance(to: cell.origin, in: span)
          return Cell(text: CSVScanner.text(of: cell, in: span), position: lines.position)
        }
        start = next
        if row.count == 1, row[0].text.isEmpty { continue }
        if header.isEmpty {
          header = row
        } else if row.count != header.count {
          faults.append(
            TextFault(
              position: row[0].position,
              message: "\(row.count) cells; expected \(header.count), as in the header"))
        } else {
          rows.append(row)
        }
      }
    }
    if header.isEmpty, faults.isEmpty {
      faults.append(
        TextFault(
          position: SourcePosition(file: file, line: 1, column: 1),
          message: "the file is empty; expected a header row"))
    }
    self.header = header
    self.rows = rows
  }
}
