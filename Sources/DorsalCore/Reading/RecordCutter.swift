internal import DorsalNumerics

/// A stretch of a case file that ends where a record ends.
package struct RecordBlock: Sendable {
  /// A record's bytes and the line it begins on.
  package struct Record: Sendable {
    let range: Range<Int>
    let line: Int
  }

  package var bytes: [UInt8]
  /// The line that the first byte stands on.
  package var firstLine: Int
  /// The records, or nothing where every line is one.
  package var records: [Record]?
  /// Records that are not even records.
  package var rejections: [Rejection] = []
}

extension RecordCutter {
  /// The rest of the file as messages of Arrow; the cutter has none of it then.
  mutating func messages(framed framing: ArrowMessages.Framing) -> ArrowMessages {
    let messages = ArrowMessages(source, behind: buffer, framing: framing)
    source = MemoryByteSource([])
    buffer = []
    isLast = true
    return messages
  }
}

/// Cuts a stream of bytes into blocks of whole records, in bounded memory.
///
/// A record that breaks the rules of its format, or is longer than
/// `RecordCutter.longestRecord`, is rejected as the line it begins on, and
/// reading goes on at the line below: one bad quote does not swallow the file. So is one whose
/// quotes hold the rows below: see `strayQuote(in:lines:)`.
package struct RecordCutter {
  /// The most bytes a record may have.
  package static let longestRecord = 1 << 24
  /// The most records of a block: where records are short, their answers are what takes memory.
  package static let mostRecords = 1 << 12
  /// Bytes of memory that a byte of a block may take while it is cut and read.
  private static let roomOfByte = 8
  /// The most columns a file may have: far above the findings of any model.
  static let mostColumns = 1 << 20

  var source: any ByteSource
  let file: String
  let blockSize: Int
  var buffer: [UInt8] = []
  var line = 1
  /// Blocks that were cut already, the next one last.
  private var waiting: [RecordBlock] = []
  var isLast = false
  var bytesRead = 0
  /// For each column, whether its cells may hold line ends; nothing before the header is read.
  package var mayHoldLineEnds: [Bool] = []
  /// What stands between cells.
  var delimiter = Dialect.Delimiter.comma

  package init(source: any ByteSource, file: String, blockSize: Int) {
    self.source = source
    self.file = file
    self.blockSize = blockSize
  }

  /// The file's first bytes, without taking them: to see what format it has.
  package mutating func peek(_ count: Int) throws -> ArraySlice<UInt8> {
    while buffer.count < count, !isLast { try fill() }
    return buffer.prefix(count)
  }

  /// The first byte that is no space. Blank lines before it are taken off.
  mutating func firstSign() throws -> UInt8? {
    let spaces = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    var looked = 0
    while true {
      let blank = blankEnd(from: 0)
      if blank > 0 {
        take(blank)
        looked = max(0, looked - blank)
      }
      if let sign = buffer[looked...].first(where: { !spaces.contains($0) }) { return sign }
      looked = buffer.count
      guard !isLast, buffer.count <= Self.longestRecord else { return nil }
      try fill()
    }
  }

  /// Where the blank lines end that begin at a place of the buffer.
  func blankEnd(from start: Int) -> Int {
    var (index, end) = (start, start)
    while index < buffer.count {
      if buffer[index] == UInt8(ascii: "\n") {
        end = index + 1
      } else if buffer[index] != UInt8(ascii: "\r") {
        break
      }
      index += 1
    }
    return end
  }

  /// Passes over bytes at the beginning of the file.
  package mutating func skip(_ count: Int) { buffer.removeFirst(count) }

  mutating func fill() throws {
    let before = buffer.count
    do {
      if before <= blockSize {
        buffer = try source.read(upTo: max(blockSize, 1), behind: buffer)
      } else {
        // A record of many blocks grows without being copied each time.
        buffer.append(contentsOf: try source.read(upTo: max(blockSize, 1)))
      }
    } catch let fault as CompressedByteSource.Fault {
      let lines = ByteCount.count(of: UInt8(ascii: "\n"), in: buffer, upTo: buffer.count)
      throw DorsalError(
        .caseFile,
        faults: [
          TextFault(
            position: SourcePosition(file: file, line: line + lines, column: 1),
            message: fault.description)
        ])
    }
    bytesRead += buffer.count - before
    isLast = buffer.count == before
  }

  /// Takes bytes off the buffer and counts their lines.
  mutating func take(_ count: Int) {
    line += ByteCount.count(of: UInt8(ascii: "\n"), in: buffer, upTo: count)
    buffer.removeFirst(count)
  }

  /// Takes the first bytes off the buffer for a block, which gets the buffer's memory: what
  /// is left is hardly ever more than a line.
  private mutating func cut(_ count: Int) -> [UInt8] {
    let rest = Array(buffer[count...])
    var bytes = buffer
    buffer = rest
    bytes.removeLast(bytes.count - count)
    line += ByteCount.count(of: UInt8(ascii: "\n"), in: bytes, upTo: count)
    return bytes
  }

  /// The next block, or nothing at the end.
  ///
  /// - Parameter hasQuotes: Whether quotes may hold line ends, as in CSV.
  package mutating func next(hasQuotes: Bool) throws -> RecordBlock? {
    if let block = waiting.popLast() { return block }
    while buffer.count < blockSize, !isLast { try fill() }
    while true {
      try MemoryRoom.require(Self.roomOfByte * buffer.count)
      guard !buffer.isEmpty else { return nil }
      let block =
        hasQuotes
          && ByteCount.count(of: UInt8(ascii: "\""), in: buffer, upTo: buffer.count) > 0
        ? try cutRecords() : try cutLines()
      if let block { return block }
      try fill()
    }
  }

  /// Cuts where every line is a record; nothing where the first line is not whole yet.
  private mutating func cutLines() throws -> RecordBlock? {
    let end = blockEnd()
    guard let end, end <= Self.longestRecord || firstLineEnd() != nil else {
      return try overlongRecord()
    }
    // A line that is too long stands alone, so that it can be told from the others.
    if let first = firstLineEnd(), first > Self.longestRecord { return try overlongRecord() }
    let first = line
    let bytes = cut(end)
    guard line - first > Self.mostRecords else {
      return RecordBlock(bytes: bytes, firstLine: first)
    }
    waiting = Self.parted(bytes, firstLine: first).reversed()
    return waiting.popLast()
  }

  /// Lines in blocks of as many as a block may have.
  private static func parted(_ bytes: [UInt8], firstLine: Int) -> [RecordBlock] {
    var blocks: [RecordBlock] = []
    var (start, lines, line) = (0, 0, firstLine)
    for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      lines += 1
      guard lines == mostRecords else { continue }
      blocks.append(RecordBlock(bytes: Array(bytes[start...place]), firstLine: line))
      (start, lines, line) = (place + 1, 0, line + lines)
    }
    if start < bytes.count {
      blocks.append(RecordBlock(bytes: Array(bytes[start...]), firstLine: line))
    }
    return blocks
  }

  /// Where a block of lines ends: with the last whole line, or where the buffer has grown over a
  /// long record, with the last one within the size of a block.
  private func blockEnd() -> Int? {
    let lineFeed = UInt8(ascii: "\n")
    if buffer.count > 2 * blockSize {
      if let end = buffer[..<blockSize].lastIndex(of: lineFeed) ?? buffer.firstIndex(of: lineFeed) {
        return end + 1
      }
    }
    return isLast ? buffer.count : buffer.lastIndex(of: lineFeed).map { $0 + 1 }
  }

  private func firstLineEnd() -> Int? {
    buffer.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
  }

  /// Cuts a stretch with quotes in it, record by record.
  private mutating func cutRecords() throws -> RecordBlock? {
    var cells: [CSVCell] = []
    var records: [RecordBlock.Record] = []
    var rejections: [Rejection] = []
    var start = 0
    var lines = LineCounter(file: file, line: line)
    var needsMore = false
    var cellCount = 0
    // A buffer that has grown over a long record holds many blocks.
    while start < buffer.count, !needsMore, start < 2 * blockSize,
      records.count + rejections.count < Self.mostRecords
    {
      let span = buffer.span
      lines.advance(to: start, in: span)
      let recordLine = lines.position.line
      switch CSVScanner.scan(
        span, from: start, isLast: isLast, into: &cells, keeping: 1, cellCount: &cellCount,
        delimiter: delimiter.byte)
      {
      case .record(let next):
        var behind = lines
        behind.advance(to: next, in: span)
        let lineEnds = behind.position.line - recordLine
        if lineEnds > (buffer[next - 1] == UInt8(ascii: "\n") ? 1 : 0),
          let stray = strayQuote(in: start..<next, lines: lines),
          let end = lineEnd(from: start)
        {
          rejections.append(
            rejection(start..<end, line: recordLine, at: stray.position, stray.reason))
          start = end
          continue
        }
        records.append(RecordBlock.Record(range: start..<next, line: recordLine))
        start = next
        lines = behind
      case .malformed(let fault, let offset):
        guard let end = lineEnd(from: start) else {
          needsMore = true
          continue
        }
        rejections.append(
          rejection(
            malformed: start..<end, fault: fault, offset: offset, lines: lines))
        start = end
      case .incomplete:
        guard buffer.count - start > Self.longestRecord else {
          needsMore = true
          continue
        }
        guard let end = lineEnd(from: start), start > 0 || end <= Self.longestRecord else {
          needsMore = true
          continue
        }
        rejections.append(
          rejection(
            start..<end, line: recordLine, at: lines.position,
            "a quote is opened on this line and not closed within \(Self.longestRecord) bytes"))
        start = end
      }
    }
    guard start > 0 else { return try overlongRecord() }
    let block = RecordBlock(
      bytes: Array(buffer[..<start]), firstLine: line, records: records, rejections: rejections)
    take(start)
    return block
  }

  /// Rejects the line that a malformed record begins on. Where the fault shows only on
  /// a later line, the quote that was left open on this one is what is told.
  private func rejection(
    malformed range: Range<Int>, fault: CSVSyntaxFault, offset: Int, lines: LineCounter
  ) -> Rejection {
    let span = buffer.span
    var place = lines
    let line = lines.position.line
    guard offset >= range.upperBound,
      let quote = buffer[range].lastIndex(of: UInt8(ascii: "\""))
    else {
      place.advance(to: offset, in: span)
      return rejection(range, line: line, at: place.position, fault.message(parting: delimiter))
    }
    var later = lines
    later.advance(to: offset, in: span)
    place.advance(to: quote, in: span)
    return rejection(
      range, line: line, at: place.position,
      "a quote is opened here and not closed on this line; on line \(later.position.line): "
        + fault.message(parting: delimiter))
  }

  /// What is wrong with a record over several lines; nothing where its line ends may stand.
  ///
  /// By the rules of CSV two quotes that belong to nothing make one cell of all rows between
  /// them. No value of a case has a use for a line end, and a text that nobody reads hardly ever
  /// has lines that look like rows: as many cells as the header, in more than one of them.
  private func strayQuote(
    in range: Range<Int>, lines: LineCounter
  ) -> (position: SourcePosition, reason: String)? {
    guard !mayHoldLineEnds.isEmpty else { return nil }
    // Such records are rare, and cutting keeps no cells: they are looked at once more.
    var cells: [CSVCell] = []
    var cellCount = 0
    _ = CSVScanner.scan(
      buffer.span, from: range.lowerBound, isLast: isLast, into: &cells, keeping: .max,
      cellCount: &cellCount, delimiter: delimiter.byte)
    let broken = cells.indices.filter { column in
      buffer[cells[column].start..<cells[column].end].contains(UInt8(ascii: "\n"))
    }
    let hasWrongCount = cells.count != mayHoldLineEnds.count
    let first = broken.first { hasWrongCount || !mayHoldLineEnds[$0] }
    guard let column = first ?? (rowCount(in: range) > 1 ? broken.first : nil) else { return nil }
    let span = buffer.span
    var place = lines
    place.advance(to: cells[column].origin, in: span)
    var end = place
    end.advance(to: cells[column].end, in: span)
    return (
      place.position,
      "the quoted cell goes over lines \(place.position.line) to \(end.position.line); "
        + "is a quote missing?"
    )
  }

  /// How many lines of a stretch have as many cells as the header, whatever their quotes say.
  private func rowCount(in range: Range<Int>) -> Int {
    buffer[range].split(separator: UInt8(ascii: "\n")).count { line in
      line.count { $0 == delimiter.byte } == mayHoldLineEnds.count - 1
    }
  }

  private func lineEnd(from start: Int) -> Int? {
    buffer[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
      ?? (isLast ? buffer.count : nil)
  }

  private func rejection(
    _ range: Range<Int>, line: Int, at position: SourcePosition, _ reason: String
  ) -> Rejection {
    Rejection(
      line: line, id: "",
      reasons: [
        Rejection.Reason(
          position: position, column: "",
          value: TextEncoding.printable(buffer.span, range: range.lowerBound..<contentEnd(range)),
          reason: reason)
      ])
  }

  /// The end of a line without its line end.
  private func contentEnd(_ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound,
      buffer[end - 1] == UInt8(ascii: "\n") || buffer[end - 1] == UInt8(ascii: "\r")
    {
      end -= 1
    }
    return end
  }

  /// Rejects the first line of the buffer if it is too long, and drops the rest of
  /// it as it comes; nothing if it may still turn out to be short enough.
  private mutating func overlongRecord() throws -> RecordBlock? {
    guard buffer.count > Self.longestRecord else { return nil }
    let rejected = rejection(
      0..<min(buffer.count, 4096), line: line,
      at: SourcePosition(file: file, line: line, column: 1),
      "a line of more than \(Self.longestRecord) bytes; expected a case")
    let firstLine = line
    while true {
      if let end = firstLineEnd() {
        take(end)
        break
      }
      buffer.removeAll(keepingCapacity: true)
      if isLast { break }
      try fill()
    }
    return RecordBlock(bytes: [], firstLine: firstLine, records: [], rejections: [rejected])
  }
}
