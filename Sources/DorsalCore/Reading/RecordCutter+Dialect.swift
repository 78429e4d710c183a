extension RecordCutter {
  /// How the lines of a file end.
  private enum LineEnd {
    case lineFeed
    case returnAlone
    case doubledReturn
  }

  /// Finds out how a CSV file is written, from what stands before its first row, and makes the
  /// cutter read it so.
  ///
  /// - Parameters:
  ///   - dialect: What is known of it already.
  ///   - knows: Whether a name is one of the model's.
  /// - Returns: What differs from a plain file, in words.
  mutating func findDialect(
    _ dialect: Dialect, knows: (String) -> Bool
  ) throws -> [String] {
    var notes: [String] = []
    guard var first = try headerLine() else { return [] }
    if first.lineEnd != .lineFeed {
      reread { LineEndByteSource($0, behind: $1) }
      notes.append(
        "the lines end with "
          + (first.lineEnd == .returnAlone
            ? "a carriage return alone" : "two carriage returns and a line feed"))
      guard let again = try headerLine() else { return notes }
      first = again
    }
    if let named = try delimiter(named: Array(buffer[..<first.end])) {
      skipLine()
      delimiter = dialect.delimiter ?? named
      notes.append(
        "the first line says that \(named.name) parts the cells" + decimalNote(of: delimiter))
    } else if let given = dialect.delimiter {
      delimiter = given
    } else {
      delimiter =
        try Self.delimiter(ofHeader: Array(buffer[..<first.end]), knows: knows)
        ?? countedDelimiter(header: first.end)
      if delimiter != .comma {
        notes.append(
          "by the header \(delimiter.name) parts the cells" + decimalNote(of: delimiter))
      }
    }
    return notes
  }

  private func decimalNote(of delimiter: Dialect.Delimiter) -> String {
    delimiter == .semicolon ? "; a comma in a number is a decimal comma" : ""
  }

  /// Makes the rest of the source, and what was read of it, pass through another.
  mutating func reread(
    _ make: (any ByteSource, [UInt8]) throws -> any ByteSource
  ) rethrows {
    source = try make(source, buffer)
    buffer = []
    bytesRead = 0
    isLast = false
  }

  /// Where the first line ends that is not blank, and how; nothing where it has no end.
  private mutating func headerLine() throws -> (end: Int, lineEnd: LineEnd)? {
    _ = try firstSign()
    var index = 0
    var isQuoted = false
    var hasText = false
    while true {
      while index < buffer.count {
        let byte = buffer[index]
        if byte == UInt8(ascii: "\"") {
          isQuoted.toggle()
        } else if !isQuoted, byte == UInt8(ascii: "\n") {
          return (index, .lineFeed)
        } else if !isQuoted, byte == UInt8(ascii: "\r"), hasText {
          // What follows may not have been read yet.
          while buffer.count < index + 3, !isLast { try fill() }
          let next = buffer[(index + 1)...].prefix(2)
          if next.first == UInt8(ascii: "\n") || next.isEmpty { return (index, .lineFeed) }
          if next.elementsEqual([UInt8(ascii: "\r"), UInt8(ascii: "\n")]) {
            return (index, .doubledReturn)
          }
          return try hasLineFeeds() ? nil : (index, .returnAlone)
        }
        hasText = hasText || byte != UInt8(ascii: "\r")
        index += 1
      }
      guard !isLast, buffer.count <= Self.longestRecord else {
        return isLast && index > 0 ? (index, .lineFeed) : nil
      }
      try fill()
    }
  }

  /// So many bytes of a file tell how its lines end, whatever the size of blocks is.
  private static let bytesOfLines = 1 << 18

  /// Whether a line feed outside of quotes stands in the first bytes.
  private mutating func hasLineFeeds() throws -> Bool {
    while buffer.count < Self.bytesOfLines, !isLast { try fill() }
    var isQuoted = false
    for byte in buffer.prefix(Self.bytesOfLines) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "\n"), !isQuoted { return true }
    }
    return false
  }

  /// The delimiter that a line such as `sep=;` names; nothing where it is no such line.
  private func delimiter(named line: [UInt8]) throws -> Dialect.Delimiter? {
    let bytes = line.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\r") }
    guard bytes.count == 5, CellForms.folded(bytes.span, 0..<4) == Array("sep=".utf8) else {
      return nil
    }
    guard let named = Dialect.Delimiter.allCases.first(where: { $0.byte == bytes[4] }) else {
      throw DorsalError(
        .caseFile,
        faults: [
          TextFault(
            position: SourcePosition(file: file, line: self.line, column: 5),
            message: "\"\(TextEncoding.printable(bytes.span, range: 4..<5))\" between cells; "
              + "expected a comma, a semicolon, a tab or a bar")
        ])
    }
    return named
  }

  /// Takes the first line off.
  private mutating func skipLine() {
    take(buffer.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? buffer.count)
  }

  /// What parts the names of a header: what gives a column `id`, or else the most names that are
  /// known. Nothing where none is known.
  private static func delimiter(
    ofHeader line: [UInt8], knows: (String) -> Bool
  ) -> Dialect.Delimiter? {
    var best = (delimiter: Dialect.Delimiter.comma, known: 0)
    for delimiter in Dialect.Delimiter.allCases {
      var cells: [CSVCell] = []
      var count = 0
      guard
        case .record = CSVScanner.scan(
          line.span, from: 0, isLast: true, into: &cells, keeping: mostColumns,
          cellCount: &count, delimiter: delimiter.byte)
      else { continue }
      let names = cells.map { CSVScanner.text(of: $0, in: line.span) }
      if names.contains("id") { return delimiter }
      let known = names.count(where: knows)
      if known > best.known { best = (delimiter, known) }
    }
    return best.known > 0 ? best.delimiter : nil
  }

  /// So many bytes of a file tell whether its numbers have decimal commas.
  private static let bytesOfNumbers = 1 << 16

  /// Whether in the first rows a cell is a number with a decimal comma; only where semicolons part
  /// the cells can it be.
  mutating func hasNumbersWithCommas() throws -> Bool {
    guard delimiter == .semicolon else { return false }
    while buffer.count < Self.bytesOfNumbers, !isLast { try fill() }
    let span = buffer.span.extracting(0..<min(buffer.count, Self.bytesOfNumbers))
    var start = 0
    for index in 0...span.count {
      let isEnd =
        index == span.count || span[index] == delimiter.byte || span[index] == UInt8(ascii: "\n")
        || span[index] == UInt8(ascii: "\r") || span[index] == UInt8(ascii: "\"")
      guard isEnd else { continue }
      let cell = CellForms.trimmed(span, start..<index)
      start = index + 1
      guard cell.contains(where: { span[$0] == UInt8(ascii: ",") }) else { continue }
      if FindingDecoder.number(withComma: span, cell) != nil { return true }
    }
    return false
  }

  /// So many bytes below a header tell what parts the cells of rows.
  private static let bytesOfRows = 1 << 14

  /// What parts the cells of a header in whose names nothing is known: what makes the same number
  /// of cells, more than one, of it and of the most rows below; of several the one that makes the
  /// most cells. A comma where there is none.
  private mutating func countedDelimiter(header end: Int) throws -> Dialect.Delimiter {
    while buffer.count < end + Self.bytesOfRows, !isLast { try fill() }
    var best = (delimiter: Dialect.Delimiter.comma, rows: 0, cells: 1)
    for delimiter in Dialect.Delimiter.allCases {
      let counts = cellCounts(parting: delimiter, upTo: min(buffer.count, end + Self.bytesOfRows))
      guard let header = counts.first, header > 1 else { continue }
      let rows = counts.dropFirst().count { $0 == header }
      guard rows > 0 || counts.count == 1 else { continue }
      if (rows, header) > (best.rows, best.cells) { best = (delimiter, rows, header) }
    }
    return best.delimiter
  }

  /// How many cells the first records have, the header first; blank lines are none.
  private func cellCounts(parting delimiter: Dialect.Delimiter, upTo end: Int) -> [Int] {
    let span = buffer.span.extracting(0..<end)
    var cells: [CSVCell] = []
    var counts: [Int] = []
    var start = 0
    while start < end {
      var count = 0
      guard
        case .record(let next) = CSVScanner.scan(
          span, from: start, isLast: isLast && end == buffer.count, into: &cells, keeping: 1,
          cellCount: &count, delimiter: delimiter.byte)
      else { break }
      if count > 1 || cells.first.map({ $0.start < $0.end }) == true { counts.append(count) }
      start = next
    }
    return counts
  }
}
