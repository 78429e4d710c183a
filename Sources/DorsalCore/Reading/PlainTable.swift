/// A table as RFC 4180 in UTF-8, however its file is written: for tables that are looked at as a
/// whole before anything is known of their columns.
public struct PlainTable: Sendable {
  /// The table.
  public let bytes: [UInt8]
  /// How the file differs from a plain one, in words.
  public let notes: [String]

  /// Reads a file to its end. A plain one is taken as it stands; the rows of another keep their
  /// lines.
  ///
  /// - Parameters:
  ///   - source: The file's bytes.
  ///   - file: Its name, for messages.
  ///   - columns: Names of which the header has some, besides `id`: to find what parts its cells.
  /// - Throws: `DorsalError` where it cannot be read, or what the source throws.
  /// - Complexity: O(bytes) time and memory.
  public init(source: any ByteSource, file: String, columns: Set<String>) throws {
    var cutter = RecordCutter(source: source, file: file, blockSize: 1 << 20)
    let dialect = Dialect()
    var notes = try cutter.decode(dialect).notes
    try cutter.requireText()
    notes += try cutter.findDialect(dialect, knows: columns.contains)
    self.notes = notes
    let line = cutter.line
    let rest = try cutter.takeAll()
    bytes =
      cutter.delimiter == .comma
      ? rest
      : try Self.commas(rest, file: file, line: line, delimiter: cutter.delimiter)
  }

  /// The same rows with commas between cells, and points in numbers.
  private static func commas(
    _ bytes: [UInt8], file: String, line: Int, delimiter: Dialect.Delimiter
  ) throws -> [UInt8] {
    let lineFeed = UInt8(ascii: "\n")
    let span = bytes.span
    var output = [UInt8](repeating: lineFeed, count: line - 1)
    output.reserveCapacity(bytes.count + bytes.count / 8)
    var cells: [CSVCell] = []
    var count = 0
    var start = 0
    while start < span.count {
      switch CSVScanner.scan(
        span, from: start, isLast: true, into: &cells, keeping: .max, cellCount: &count,
        delimiter: delimiter.byte)
      {
      case .record(let next): start = next
      case .malformed(let fault, let offset):
        var lines = LineCounter(file: file, line: line)
        lines.advance(to: offset, in: span)
        throw DorsalError(
          .caseFile,
          faults: [
            TextFault(position: lines.position, message: fault.message(parting: delimiter))
          ])
      case .incomplete: start = span.count
      }
      for (index, cell) in cells.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        if delimiter == .semicolon,
          FindingDecoder.number(withComma: span, cell.start..<cell.end) != nil
        {
          output += (cell.start..<cell.end).map {
            span[$0] == UInt8(ascii: ",") ? UInt8(ascii: ".") : span[$0]
          }
        } else {
          CSVText.append(CSVScanner.text(of: cell, in: span), to: &output)
        }
      }
      output.append(lineFeed)
    }
    return output
  }
}

extension RecordCutter {
  /// Refuses columns of Arrow where a table of text is looked at as a whole.
  mutating func requireText() throws {
    guard ArrowMessages.framing(of: try peek(8)) == nil else {
      throw DorsalError(
        .caseFile,
        faults: [
          TextFault(
            position: SourcePosition(file: file, line: 1, column: 1),
            message: "columns of Arrow; expected CSV, where the whole table is looked at")
        ])
    }
  }

  /// All that is left of the file.
  fileprivate mutating func takeAll() throws -> [UInt8] {
    while !isLast { try fill() }
    return buffer
  }
}
