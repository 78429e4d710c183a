package import DorsalNumerics

/// Reads a case file block by block: CSV, NDJSON or Arrow, of any size, in bounded memory.
///
/// Blocks come in the order of the file; `CaseBlock.decode()` turns each into
/// cases and may run anywhere, so that decoding is parallel over blocks.
public struct CaseFileReader {
  /// How to read a case file.
  public struct Options: Sendable {
    /// The format of a text, or nothing to see it from the first bytes: `{` begins NDJSON, and
    /// four bytes FF or `ARROW1` begin Arrow.
    public var format: CaseFormat?
    /// Whether columns that the model does not know are passed over.
    public var ignoresUnknownColumns = false
    /// Is told of each name that is passed over, once: the columns of CSV together, members of
    /// NDJSON as they are met, on any thread.
    public var noteIgnored: (@Sendable ([IgnoredName]) -> Void)?
    /// How the file may differ from RFC 4180 and exact ids.
    public var dialect = Dialect()
    /// What the columns of the file mean, where their names do not say. Columns that it does not
    /// name are read by their own names, and passed over where these are none of the model's.
    public var mapping: CaseMapping?
    /// Whether it is counted in how many cases each finding is known.
    public var countsKnown = false
    /// Other models that read the same file: what they know and this one does not is passed over,
    /// columns as well as the causes of diagnoses.
    public var otherModels: [Model] = []
    /// Columns of CSV whose texts are kept beside the cases, whether the model knows them or not.
    package var keptColumns: [String] = []
    /// Reads lines that are cases in another form, in place of NDJSON.
    package var lines: (any LineReading)?
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
  public let format: CaseFileFormat
  /// Whether the file is packed by gzip or zstd; bytes read are those unpacked.
  public let isCompressed: Bool
  /// Whether the file has a column `diagnosis`; NDJSON may always have one.
  public let mayHaveDiagnosis: Bool

  /// How the file differs from a plain one, in words.
  public let notes: [String]
  /// The findings that have a column; nothing for NDJSON, where any case may name any.
  public let findingsWithColumn: [Int]?
  /// The findings that a mapping gives, each with the names of the columns; nothing without one.
  public var mappedColumns: [Int: [String]]? { columns.mapped?.columnsOfFinding }
  /// The lines of a mapping that do not count until somebody decides: their columns, and what is
  /// to be decided.
  public var undecided: [(column: String, decide: String)] {
    columns.mapped?.undecided.map { ($0.column, $0.decide) } ?? []
  }
  /// Counts what is taken in another way than literally.
  public var tally: ReadingTally { columns.tally }
  /// The names that were passed over so far, where somebody is told of them.
  public var ignoredNames: [String] { columns.ignored?.names ?? [] }

  private var cutter: RecordCutter
  private let columns: CaseColumns
  private let fields: [CaseField]
  private let plainCSV: PlainCSVReader?
  private let plainJSON: PlainJSONReader?
  private let plainMapped: PlainMappedReader?
  private let lines: (any LineReading)?
  /// Reads Arrow; nothing for text.
  private var arrow: ArrowReader?

  /// How many bytes have been read from the source.
  public var bytesRead: Int { arrow?.bytesRead ?? cutter.bytesRead }

  /// Begins to read a file, header included.
  ///
  /// - Parameters:
  ///   - source: The file's bytes.
  ///   - file: Its name for messages; `-` for standard input.
  ///   - model: The model whose findings its cases name.
  ///   - options: How to read it.
  /// - Throws: `DorsalError` where no case can be read, or what the source throws.
  public init(
    source: any ByteSource, file: String, model: Model, options: Options = Options()
  ) throws {
    self.file = file
    lines = options.lines
    var cutter = RecordCutter(source: source, file: file, blockSize: options.blockSize)
    let start = SourcePosition(file: file, line: 1, column: 1)
    let decoded = try cutter.decode(options.dialect)
    var notes = decoded.notes
    isCompressed = decoded.isCompressed
    var columns = CaseColumns(
      model: model, ignoresUnknown: options.ignoresUnknownColumns || options.mapping != nil,
      noteIgnored: options.noteIgnored, dialect: options.dialect,
      countsKnown: options.countsKnown, otherModels: options.otherModels,
      keptColumns: options.keptColumns)
    let framing = options.format == nil ? ArrowMessages.framing(of: try cutter.peek(8)) : nil
    if let format = options.lines == nil ? options.format : .jsonl {
      self.format = CaseFileFormat(format)
    } else if framing != nil {
      self.format = .arrow
    } else {
      switch try cutter.firstSign() {
      case UInt8(ascii: "{"): self.format = .jsonl
      case UInt8(ascii: "["):
        throw DorsalError(
          .caseFile,
          faults: [
            TextFault(position: start, message: "a JSON array; expected an object on each line")
          ])
      default: self.format = .csv
      }
    }
    switch self.format {
    case .jsonl:
      guard try !cutter.peek(1).isEmpty else { throw Self.emptyFile(start) }
      if options.mapping != nil {
        throw DorsalError(
          .caseFile,
          faults: [
            TextFault(
              position: start, message: "a mapping is of columns; expected CSV, not NDJSON")
          ])
      }
      if let name = options.keptColumns.first {
        throw DorsalError(
          .caseFile,
          faults: [
            TextFault(
              position: start,
              message: "\"\(name)\" is no finding, and a column of its own is of CSV; expected "
                + "CSV, not NDJSON")
          ])
      }
      fields = []
      findingsWithColumn = nil
      plainCSV = nil
      plainMapped = nil
      plainJSON = options.rowLevel.flatMap { [columns] in columns.plainJSON(level: $0) }
      mayHaveDiagnosis = true
    case .csv:
      if options.dialect.isStrict {
        cutter.delimiter = options.dialect.delimiter ?? .comma
      } else {
        let named = Set(options.mapping?.lines.map(\.column) ?? [])
        notes += try cutter.findDialect(
          options.dialect, knows: { [columns] in columns.knows($0) || named.contains($0) })
        columns.forms?.hasDecimalComma = cutter.delimiter == .semicolon
        columns.forms?.hasNumbersWithCommas = try cutter.hasNumbersWithCommas()
      }
      columns.delimiter = cutter.delimiter
      guard let header = try cutter.header() else { throw Self.emptyFile(start) }
      let own = try Self.fields(
        header: try Self.names(of: header, file: file), columns: &columns, notes: &notes, options,
        file: file
      ) { names in try Self.blankColumns(names, of: &cutter, options) }
      findingsWithColumn = Self.findings(of: own, columns)
      fields = own
      cutter.mayHoldLineEnds = own.map { $0 == .ignored }
      plainJSON = nil
      // The inner loops keep no texts.
      // They read 7.200 as 7.2, whatever else is in the file.
      let rowLevel =
        options.keptColumns.isEmpty && columns.forms?.hasNumbersWithCommas != true
        ? options.rowLevel : nil
      plainCSV = rowLevel.flatMap { [columns] in
        columns.mapped == nil ? columns.plainCSV(fields: own, level: $0) : nil
      }
      plainMapped = rowLevel.flatMap { [columns] in
        columns.plainMapped(fields: own, level: $0)
      }
      mayHaveDiagnosis = fields.contains(.diagnosis) || columns.mapped?.diagnosis != nil
    case .arrow:
      let messages = cutter.messages(framed: framing ?? .stream)
      var reader = try ArrowReader(
        messages, file: file, rowsTogether: options.blockSize / Self.bytesOfArrowRow)
      let own = try Self.fields(
        header: reader.header, columns: &columns, notes: &notes, options, file: file
      ) { _ in [] }
      fields = try reader.use(own, columns: &columns)
      arrow = reader
      findingsWithColumn = Self.findings(of: own, columns)
      plainCSV = nil
      plainMapped = nil
      plainJSON = nil
      mayHaveDiagnosis = fields.contains(.diagnosis) || columns.mapped?.diagnosis != nil
    }
    self.columns = columns
    self.notes = notes
    self.cutter = cutter
  }

  /// Rows of Arrow are read together as if each had so many bytes.
  private static let bytesOfArrowRow = 128

  /// What the columns of a file with a header hold, and what is to be told of it.
  ///
  /// - Parameter blank: Finds the columns that have neither a name nor values.
  private static func fields(
    header: [(name: String, position: SourcePosition)], columns: inout CaseColumns,
    notes: inout [String], _ options: Options, file: String,
    blank: ([(name: String, position: SourcePosition)]) throws -> Set<Int>
  ) throws -> [CaseField] {
    var names = header
    try columns.findKept(in: names, file: file)
    let given = try options.mapping.map { try columns.apply($0, to: names, file: file) } ?? [:]
    if !options.dialect.isStrict {
      let units = try columns.takeUnits(of: names, except: given)
      names = units.header
      notes += units.notes
    }
    let blank = try blank(names)
    if !blank.isEmpty {
      notes.append(
        "\(blank.count) \(blank.count == 1 ? "column" : "columns") without a name and without "
          + "values passed over")
    }
    let own = try columns.fields(header: names, blank: blank, given: given)
    if let note = options.mapping?.undecidedNote { notes.append(note) }
    columns.ignored?.note(
      zip(names, own).enumerated().lazy.filter { [columns] in
        $0.element.1 == .ignored && given[$0.offset] == nil
          && !columns.isOfOthers($0.element.0.name) && !columns.keeps($0.element.0.name)
          && !columns.isInput($0.element.0.name)
      }
      // What is near to a name is sought among all names of the model: for no more than are told.
      .prefix(IgnoredNames.mostNames).map { [columns] in columns.ignoredName($0.element.0.name) })
    return own
  }

  /// The findings that columns or a mapping give.
  private static func findings(of fields: [CaseField], _ columns: CaseColumns) -> [Int] {
    fields.compactMap { field in
      if case .finding(let finding) = field { finding } else { nil }
    } + (columns.mapped?.sources.map(\.finding) ?? [])
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

  private static func emptyFile(_ start: SourcePosition) -> DorsalError {
    DorsalError(
      .caseFile,
      faults: [
        TextFault(position: start, message: "the file is empty; expected a header row with id")
      ])
  }

  private static func names(
    of header: (bytes: [UInt8], cells: [CSVCell], line: Int), file: String
  ) throws(DorsalError) -> [(name: String, position: SourcePosition)] {
    let span = header.bytes.span
    var lines = LineCounter(file: file, line: header.line)
    if let fault = TextEncoding.firstFault(in: span, range: 0..<span.count) {
      lines.advance(to: fault.offset, in: span)
      throw DorsalError(
        .caseFile,
        faults: [
          TextFault(
            position: lines.position,
            message: "in the header: " + fault.message + TextEncoding.advice)
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
    let rows = try arrow?.next()
    if arrow != nil, rows == nil { return nil }
    guard
      let records = rows == nil
        ? try cutter.next(hasQuotes: format == .csv) : RecordBlock(bytes: [], firstLine: 1)
    else { return nil }
    return CaseBlock(
      records: records, arrow: rows, file: file, format: format, columns: columns, fields: fields,
      plainCSV: plainCSV, plainJSON: plainJSON, plainMapped: plainMapped, lines: lines,
      bytesRead: bytesRead)
  }
}
