package import DorsalNumerics

/// Reads a case file block by block: CSV or NDJSON, of any size, in bounded memory.
///
/// Blocks come in the order of the file; `CaseBlock.decode()` turns each into
/// cases and may run anywhere, so that decoding is parallel over blocks.
public struct CaseFileReader {
  /// How to read a case file.
  public struct Options: Sendable {
    /// The format, or nothing to see it from the first byte: `{` begins NDJSON.
    public var format: CaseFormat?
    /// Whether columns that the model does not know are passed over.
    public var ignoresUnknownColumns = false
    /// Is told of each name that is passed over, once: the columns of CSV together, members of
    /// NDJSON as they are met, on any thread.
    public var noteIgnored: (@Sendable ([IgnoredName]) -> Void)?
    /// How the file may differ from RFC 4180 and exact ids.
    public var dialect = Dialect()
    /// Whether it is counted in how many cases each finding is known.
    public var countsKnown = false
    /// About how many bytes a block has.
    public var blockSize = 1 << 18
    /// The instructions of the inner loop that reads plain rows of CSV, or nothing to read
    /// every row by itself; what is read does not depend on it.
    package var rowLevel: CPULevel? = .best

    /// The usual way.
    public init() {}
  }

  /// The file's name, as messages give it.
  public let file: String
  /// How its cases are written.
  public let format: CaseFormat
  /// Whether the file is packed by gzip or zstd; bytes read are those unpacked.
  public let isCompressed: Bool
  /// Whether the file has a column `diagnosis`; NDJSON may always have one.
  public let mayHaveDiagnosis: Bool

  /// How the file differs from a plain one, in words.
  public let notes: [String]
  /// The findings that have a column; nothing for NDJSON, where any case may name any.
  public let findingsWithColumn: [Int]?
  /// Counts what is taken in another way than literally.
  public var tally: ReadingTally { columns.tally }
  /// The names that were passed over so far, where somebody is told of them.
  public var ignoredNames: [String] { columns.ignored?.names ?? [] }

  private var cutter: RecordCutter
  private let columns: CaseColumns
  private let fields: [CaseField]
  private let kernel: CSVKernel?
  private let jsonKernel: JSONKernel?

  /// How many bytes have been read from the source.
  public var bytesRead: Int { cutter.bytesRead }

  /// Begins to read a file, header included.
  ///
  /// - Parameters:
  ///   - source: The file's bytes.
  ///   - file: Its name for messages; `-` for standard input.
  ///   - model: The model whose findings its cases name.
  ///   - options: How to read it.
  /// - Throws: `CaseFileFault` where no case can be read, or what the source throws.
  public init(
    source: any ByteSource, file: String, model: Model, options: Options = Options()
  ) throws {
    self.file = file
    var cutter = RecordCutter(source: source, file: file, blockSize: options.blockSize)
    let start = SourcePosition(file: file, line: 1, column: 1)
    let decoded = try cutter.decode(options.dialect)
    var notes = decoded.notes
    isCompressed = decoded.isCompressed
    var columns = CaseColumns(
      model: model, ignoresUnknown: options.ignoresUnknownColumns,
      noteIgnored: options.noteIgnored, dialect: options.dialect,
      countsKnown: options.countsKnown)
    if let format = options.format {
      self.format = format
    } else {
      switch try cutter.firstSign() {
      case UInt8(ascii: "{"): self.format = .jsonl
      case UInt8(ascii: "["):
        throw CaseFileFault(faults: [
          TextFault(position: start, message: "a JSON array; expected an object on each line")
        ])
      default: self.format = .csv
      }
    }
    switch self.format {
    case .jsonl:
      guard try !cutter.peek(1).isEmpty else { throw Self.emptyFile(start) }
      fields = []
      findingsWithColumn = nil
      kernel = nil
      jsonKernel = options.rowLevel.flatMap { [columns] in columns.jsonKernel(level: $0) }
      mayHaveDiagnosis = true
    case .csv:
      if options.dialect.isStrict {
        cutter.delimiter = options.dialect.delimiter ?? .comma
      } else {
        notes += try cutter.findDialect(options.dialect, knows: columns.knows)
        columns.forms?.hasDecimalComma = cutter.delimiter == .semicolon
      }
      columns.delimiter = cutter.delimiter
      guard let header = try cutter.header() else { throw Self.emptyFile(start) }
      var names = try Self.names(of: header, file: file)
      if !options.dialect.isStrict {
        let units = try columns.takeUnits(of: names)
        names = units.header
        notes += units.notes
      }
      let blank = try Self.blankColumns(names, of: &cutter, options)
      if !blank.isEmpty {
        notes.append(
          "\(blank.count) \(blank.count == 1 ? "column" : "columns") without a name and without "
            + "values passed over")
      }
      let own = try columns.fields(header: names, blank: blank)
      findingsWithColumn = own.compactMap { field in
        if case .finding(let finding) = field { finding } else { nil }
      }
      columns.ignored?.note(
        zip(names, own).filter { $0.1 == .ignored }.map { columns.ignoredName($0.0.name) })
      fields = own
      cutter.mayHoldLineEnds = own.map { $0 == .ignored }
      jsonKernel = nil
      kernel = options.rowLevel.flatMap { [columns] in columns.kernel(fields: own, level: $0) }
      mayHaveDiagnosis = fields.contains(.diagnosis)
    }
    self.columns = columns
    self.notes = notes
    self.cutter = cutter
  }

  /// The columns that have neither a name nor a value in the first row; a value below it is a
  /// fault of its row.
  private static func blankColumns(
    _ names: [(name: String, position: SourcePosition)], of cutter: inout RecordCutter,
    _ options: Options
  ) throws -> Set<Int> {
    guard !options.dialect.isStrict, !options.ignoresUnknownColumns else { return [] }
    let nameless = names.indices.filter { names[$0].name.allSatisfy { " \t".contains($0) } }
    return nameless.isEmpty ? [] : try cutter.blankColumns(of: Set(nameless))
  }

  private static func emptyFile(_ start: SourcePosition) -> CaseFileFault {
    CaseFileFault(faults: [
      TextFault(position: start, message: "the file is empty; expected a header row with id")
    ])
  }

  private static func names(
    of header: (bytes: [UInt8], cells: [CSVCell], line: Int), file: String
  ) throws(CaseFileFault) -> [(name: String, position: SourcePosition)] {
    let span = header.bytes.span
    var lines = LineCounter(file: file, line: header.line)
    if let fault = TextEncoding.firstFault(in: span, range: 0..<span.count) {
      lines.advance(to: fault.offset, in: span)
      throw CaseFileFault(faults: [
        TextFault(position: lines.position, message: "in the header: " + fault.message)
      ])
    }
    return header.cells.map { cell in
      lines.advance(to: cell.origin, in: span)
      return (CSVScanner.text(of: cell, in: span), lines.position)
    }
  }

  /// The next block, or nothing at the end of the file.
  ///
  /// - Throws: What the source throws.
  public mutating func next() throws -> CaseBlock? {
    guard let records = try cutter.next(hasQuotes: format == .csv) else { return nil }
    return CaseBlock(
      records: records, file: file, format: format, columns: columns, fields: fields,
      kernel: kernel, jsonKernel: jsonKernel, bytesRead: bytesRead)
  }
}

/// A stretch of a case file, not yet decoded.
public struct CaseBlock: Sendable {
  let records: RecordBlock
  let file: String
  let format: CaseFormat
  let columns: CaseColumns
  let fields: [CaseField]
  /// Reads plain rows of CSV; nothing for JSON.
  let kernel: CSVKernel?
  /// Reads plain lines of JSON; nothing for CSV.
  let jsonKernel: JSONKernel?
  /// How many bytes of the file had been read when the block was cut.
  public let bytesRead: Int

  /// The cases of the block, and the rows that could not be read.
  public struct Decoded: Sendable {
    /// The cases, in the order of the file.
    public let cases: CaseBatch
    /// The rejected rows, in the order of their lines.
    public let rejections: [Rejection]
  }

  /// Reads the cases of the block.
  ///
  /// - Complexity: O(bytes).
  public func decode() -> Decoded {
    var decoder = CaseDecoder(file: file, columns: columns)
    var cells: [CSVCell] = []
    var nodes: [JSONNode] = []
    let bytes = records.bytes.span
    if let list = records.records {
      for record in list where !isBlank(bytes, record.range) {
        decoder.decodeCSV(
          bytes, range: record.range, line: record.line, fields: fields, cells: &cells)
      }
    } else if let kernel {
      decodePlainRows(kernel, &decoder, cells: &cells)
    } else if let jsonKernel {
      decodePlainLines(jsonKernel, &decoder, nodes: &nodes)
    } else {
      eachLine(of: bytes, from: 0, line: records.firstLine) { range, next, line in
        switch format {
        case .csv:
          decoder.decodeCSV(
            bytes, range: range.lowerBound..<next, line: line, fields: fields, cells: &cells)
        case .jsonl: decoder.decodeJSON(bytes, range: range, line: line, nodes: &nodes)
        }
      }
    }
    var rejections = decoder.rejections
    if !records.rejections.isEmpty {
      rejections = (rejections + records.rejections).sorted { $0.line < $1.line }
    }
    columns.tally.add(decoder.tally.counts, cases: decoder.batch)
    return Decoded(cases: decoder.batch, rejections: rejections)
  }

  /// Reads rows of CSV that hold no quoted line feed: most of them in the inner loop, and
  /// those that it leaves one by one.
  private func decodePlainRows(
    _ kernel: CSVKernel, _ decoder: inout CaseDecoder, cells: inout [CSVCell]
  ) {
    let bytes = records.bytes.span
    let block = kernel.index(records.bytes)
    var row = 0
    while row < block.rowCount {
      let rows = kernel.read(block, of: records.bytes, from: row)
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
  private func decodePlainLines(
    _ kernel: JSONKernel, _ decoder: inout CaseDecoder, nodes: inout [JSONNode]
  ) {
    let bytes = records.bytes.span
    let block = kernel.block(byteCount: bytes.count)
    var start = 0
    var line = records.firstLine
    while start < bytes.count {
      let (rows, next) = kernel.read(block, of: records.bytes, from: start)
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
  private func eachLine(
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
  private func isBlank(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range
    where bytes[index] != UInt8(ascii: "\n") && bytes[index] != UInt8(ascii: "\r") {
      return false
    }
    return true
  }
}
