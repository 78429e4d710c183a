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
  /// How many rows there are below it, each with as many cells as the header.
  package var rowCount: Int { rowLines.count }

  private let file: String
  private let bytes: [UInt8]
  /// The cells of all rows, row after row.
  private let cells: [Place]
  /// The line that each row begins on.
  private let rowLines: [Int]

  /// Where a cell stands among the bytes; model tables are far smaller than 4 GiB.
  private struct Place {
    let start: UInt32
    let end: UInt32
    let isQuoted: Bool
    let hasDoubledQuote: Bool

    init(_ cell: CSVCell) {
      start = UInt32(clamping: cell.start)
      end = UInt32(clamping: cell.end)
      isQuoted = cell.start > cell.origin
      hasDoubledQuote = cell.hasDoubledQuote
    }
  }

  /// Reads a table; rows that cannot be read become faults and are left out.
  ///
  /// - Parameters:
  ///   - bytes: The text, UTF-8, with or without a byte-order mark; less than 4 GiB.
  ///   - file: The name to give in faults.
  ///   - faults: Gets a fault for each thing that is wrong.
  ///   - mayHaveSemicolons: Whether semicolons may part the cells, as spreadsheets write tables in
  ///     countries with decimal commas, where the header has semicolons and no commas.
  /// - Complexity: O(bytes). The text of a cell is made when it is asked for.
  package init(
    bytes: [UInt8], file: String, faults: inout [TextFault], mayHaveSemicolons: Bool = false
  ) {
    let semicolon = Dialect.Delimiter.semicolon
    let firstLine = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let hasSemicolons =
      firstLine.contains(semicolon.byte) && !firstLine.contains(UInt8(ascii: ","))
    let delimiter = hasSemicolons && mayHaveSemicolons ? semicolon : .comma
    self.file = file
    self.bytes = bytes
    var lines = LineCounter(file: file)
    var header: [Cell] = []
    var places: [Place] = []
    var rowLines: [Int] = []
    var cells: [CSVCell] = []
    var cellCount = 0
    let span = bytes.span
    var start =
      bytes.starts(with: TextEncoding.byteOrderMark) ? TextEncoding.byteOrderMark.count : 0
    lines.advance(to: start, in: span)
    if let bad = TextEncoding.firstFault(in: span, range: start..<bytes.count) {
      lines.advance(to: bad.offset, in: span)
      faults.append(TextFault(position: lines.position, message: bad.message + TextEncoding.advice))
      start = bytes.count
    } else if bytes.count > Int(UInt32.max) {
      faults.append(
        TextFault(position: lines.position, message: "the file is larger than 4 GiB"))
      start = bytes.count
    }
    if hasSemicolons, !mayHaveSemicolons, faults.isEmpty {
      faults.append(
        TextFault(
          position: lines.position,
          message: "semicolons part the cells; expected commas: save the table with commas between "
            + "cells and points in numbers"))
      start = bytes.count
    }
    places.reserveCapacity(bytes.count / 12)
    while start < bytes.count {
      switch CSVScanner.scan(
        span, from: start, isLast: true, into: &cells, keeping: .max, cellCount: &cellCount,
        delimiter: delimiter.byte)
      {
      case .incomplete:
        start = bytes.count
      case .malformed(let fault, let offset):
        lines.advance(to: offset, in: span)
        faults.append(
          TextFault(position: lines.position, message: fault.message(parting: delimiter)))
        start = bytes.count
      case .record(let next):
        let position = lines.position
        defer {
          // Only quoted cells hold line ends besides the one behind the record.
          if cells.allSatisfy({ $0.start == $0.origin }) {
            lines.beginLine(at: next)
          } else {
            lines.advance(to: next, in: span)
          }
          start = next
        }
        if cells.count == 1, cells[0].start == cells[0].end { continue }
        if header.isEmpty {
          var within = lines
          header = cells.map { cell in
            within.advance(to: cell.origin, in: span)
            return Cell(text: CSVScanner.text(of: cell, in: span), position: within.position)
          }
          rowLines.reserveCapacity(bytes.count / 12 / cells.count)
        } else if cells.count != header.count {
          faults.append(
            TextFault(
              position: position,
              message: "\(cells.count) cells; expected \(header.count), as in the header"))
        } else {
          rowLines.append(position.line)
          for cell in cells { places.append(Place(cell)) }
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
    self.cells = places
    self.rowLines = rowLines
  }

  private func place(_ row: Int, _ column: Int) -> Place { cells[row * header.count + column] }

  /// The text of a cell.
  package func text(_ row: Int, _ column: Int) -> String {
    let place = place(row, column)
    guard place.hasDoubledQuote else {
      return String(decoding: bytes[Int(place.start)..<Int(place.end)], as: UTF8.self)
    }
    return CSVScanner.text(
      of: CSVCell(
        start: Int(place.start), end: Int(place.end), hasDoubledQuote: true,
        origin: Int(place.start)), in: bytes.span)
  }

  /// The number that a cell holds, as `DecimalNumber` reads it.
  package func number(_ row: Int, _ column: Int) -> Double? {
    let place = place(row, column)
    return DecimalNumber.parse(bytes.span, range: Int(place.start)..<Int(place.end))
  }

  /// Whether a cell holds the same bytes as the one in another row.
  package func isSame(_ column: Int, in row: Int, as other: Int) -> Bool {
    bytes(row, column).elementsEqual(bytes(other, column))
  }

  /// Whether a cell holds just this text, which has no quote.
  package func holds(_ row: Int, _ column: Int, _ text: String) -> Bool {
    bytes(row, column).elementsEqual(text.utf8)
  }

  private func bytes(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
    let place = place(row, column)
    return bytes[Int(place.start)..<Int(place.end)]
  }

  /// The line that a row begins on.
  package func line(ofRow row: Int) -> Int { rowLines[row] }

  /// Where a cell begins, its quote included.
  ///
  /// - Complexity: O(bytes of the row).
  package func position(_ row: Int, _ column: Int) -> SourcePosition {
    let first = place(row, 0)
    let origin = place(row, column)
    var lines = LineCounter(
      file: file, line: rowLines[row], offset: Int(first.start) - (first.isQuoted ? 1 : 0))
    lines.advance(to: Int(origin.start) - (origin.isQuoted ? 1 : 0), in: bytes.span)
    return lines.position
  }

  /// The cells of a row.
  package func row(_ row: Int) -> [Cell] {
    header.indices.map { Cell(text: text(row, $0), position: position(row, $0)) }
  }

  /// The cells of each row below the header.
  package var rows: [[Cell]] { (0..<rowCount).map(row) }
}
