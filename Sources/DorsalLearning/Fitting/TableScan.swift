internal import DorsalCore
internal import DorsalNumerics

/// Goes through the rows of a CSV table in memory, in blocks that may be looked at in
/// parallel.
struct TableScan: Sendable {
  let bytes: [UInt8]
  let file: String
  /// The names of the columns.
  let columns: [String]

  private let ignored: Set<String>

  /// Reads the header.
  ///
  /// - Parameters:
  ///   - bytes: The table.
  ///   - file: Its name, for messages.
  ///   - ignored: Columns that nobody reads; only they may hold line ends.
  /// - Throws: `DorsalError` where there is none, or the bytes are no text.
  init(bytes: [UInt8], file: String, ignored: Set<String> = []) throws {
    self.bytes = bytes
    self.file = file
    self.ignored = ignored
    let start = SourcePosition(file: file, line: 1, column: 1)
    if let bad = TextEncoding.firstFault(in: bytes.span, range: 0..<bytes.count) {
      throw DorsalError(.caseFile, faults: [TextFault(position: start, message: bad.message)])
    }
    var cutter = Self.cutter(bytes, file: file)
    guard let header = try cutter.header() else {
      throw DorsalError(
        .caseFile,
        faults: [
          TextFault(position: start, message: "the file is empty; expected a header row")
        ])
    }
    columns = header.cells.map { CSVScanner.text(of: $0, in: header.bytes.span) }
  }

  private static func cutter(_ bytes: [UInt8], file: String) -> RecordCutter {
    let mark = TextEncoding.byteOrderMark
    let content = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    return RecordCutter(source: MemoryByteSource(content), file: file, blockSize: 1 << 18)
  }

  /// Takes something from each block of rows, in parallel, and hands it over in order.
  ///
  /// - Parameters:
  ///   - threads: How many blocks to work on at a time.
  ///   - part: Makes what is taken from a block, from a visitor of its rows: the bytes and
  ///     the cells of each.
  ///   - take: Gets the parts, in the order of the table.
  /// - Throws: `DorsalError` at the first row that breaks the rules of CSV.
  func eachBlock<Part: Sendable>(
    threads: Int, part: @escaping @Sendable (RecordBlock) throws(DorsalError) -> Part,
    take: (Part) -> Void
  ) async throws {
    var cutter = Self.cutter(bytes, file: file)
    _ = try cutter.header()
    cutter.mayHoldLineEnds = columns.map(ignored.contains)
    try await OrderedMap.run(width: max(threads, 1)) {
      try MemoryRoom.requireBlocks(threads: threads)
      return try cutter.next(hasQuotes: true)
    } transform: { (block: RecordBlock) -> Result<Part, DorsalError> in
      do throws(DorsalError) {
        return .success(try part(block))
      } catch {
        return .failure(error)
      }
    } consume: { result in
      take(try result.get())
    }
  }

  /// Visits the rows of a block.
  func visit(
    _ block: RecordBlock, _ body: (Span<UInt8>, [CSVCell]) -> Void
  ) throws(DorsalError) {
    func fault(_ position: SourcePosition, _ message: String) -> DorsalError {
      DorsalError(.caseFile, faults: [TextFault(position: position, message: message)])
    }
    if let reason = block.rejections.first?.reasons.first {
      throw fault(reason.position, reason.reason)
    }
    var cells: [CSVCell] = []
    let span = block.bytes.span
    var lines = LineCounter(file: file, line: block.firstLine)
    var start = 0
    while start < span.count {
      lines.advance(to: start, in: span)
      switch CSVScanner.scan(span, from: start, isLast: true, into: &cells) {
      case .record(let next): start = next
      case .malformed(let problem, let offset):
        lines.advance(to: offset, in: span)
        throw fault(lines.position, problem.message)
      case .incomplete: start = span.count
      }
      if cells.count == 1, cells[0].start == cells[0].end { continue }
      guard cells.count == columns.count else {
        throw fault(
          lines.position, "\(cells.count) cells; expected \(columns.count), as in the header")
      }
      body(span, cells)
    }
  }

  /// Where a text first stands in a column; nothing where it does not.
  ///
  /// - Complexity: O(bytes): for what is told of a file that is not used.
  func position(of text: String, in column: Int) -> SourcePosition? {
    var cutter = Self.cutter(bytes, file: file)
    guard (try? cutter.header()) != nil else { return nil }
    cutter.mayHoldLineEnds = columns.map(ignored.contains)
    var cells: [CSVCell] = []
    while let block = try? cutter.next(hasQuotes: true) {
      let span = block.bytes.span
      var lines = LineCounter(file: file, line: block.firstLine)
      var start = 0
      while start < span.count,
        case .record(let next) = CSVScanner.scan(span, from: start, isLast: true, into: &cells)
      {
        if cells.indices.contains(column),
          CSVScanner.text(of: cells[column], in: span) == text
        {
          lines.advance(to: cells[column].start, in: span)
          return lines.position
        }
        start = next
      }
    }
    return nil
  }
}
