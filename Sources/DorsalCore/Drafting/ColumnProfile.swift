internal import DorsalNumerics

/// What stands in one column of a CSV file, for a first mapping of it.
package struct ColumnProfile: Sendable {
  /// The column's name.
  package let name: String
  /// How many rows were looked at.
  package fileprivate(set) var rowCount = 0
  /// How many cells hold something, words for unknown not counted.
  package fileprivate(set) var valueCount = 0
  /// How often each value stands; nothing where there are more than `mostValues`.
  package fileprivate(set) var values: [String: Int]? = [:]
  /// How many cells are numbers.
  package fileprivate(set) var numberCount = 0
  /// Some of them.
  package fileprivate(set) var numbers: [Double] = []
  /// Some values, as they stand.
  package fileprivate(set) var samples: [String] = []
  /// Whether no value stands twice; only told for columns that may hold ids.
  package fileprivate(set) var isUnique = true

  /// The most different values that are told.
  static let mostValues = 40
  private static let mostSamples = 4000

  fileprivate init(name: String) { self.name = name }

  fileprivate mutating func add(_ text: String, number: Double?) {
    valueCount += 1
    if values != nil {
      values?[text, default: 0] += 1
      if let count = values?.count, count > Self.mostValues { values = nil }
    }
    if let number {
      numberCount += 1
      if numbers.count < Self.mostSamples { numbers.append(number) }
    }
    if samples.count < Self.mostSamples { samples.append(text) }
  }
}

/// The columns of a CSV file, looked at without reading them as cases.
package struct ColumnProfiles {
  package private(set) var columns: [ColumnProfile] = []
  /// How the file differs from a plain one, in words.
  package private(set) var notes: [String] = []
  /// How many rows were looked at.
  package private(set) var rowCount = 0
  /// Whether the file goes on behind them.
  package private(set) var isCut = false

  /// More rows hardly say more.
  package static let mostRows = 200_000

  /// Looks through a file.
  ///
  /// - Parameters:
  ///   - source: The file's bytes.
  ///   - file: Its name for messages.
  ///   - model: The model whose findings the columns may give.
  ///   - dialect: In which forms it may be written.
  /// - Throws: `DorsalError` where it has no header, or what the source throws.
  package init(
    source: any ByteSource, file: String, model: Model, dialect: Dialect
  ) throws {
    var cutter = RecordCutter(source: source, file: file, blockSize: 1 << 18)
    notes = try cutter.decode(dialect).notes
    try cutter.requireText()
    let start = SourcePosition(file: file, line: 1, column: 1)
    let sign = try cutter.firstSign()
    if sign == UInt8(ascii: "{") || sign == UInt8(ascii: "[") {
      throw DorsalError(
        .caseFile,
        faults: [
          TextFault(position: start, message: "a mapping is of columns; expected CSV, not JSON")
        ])
    }
    notes += try cutter.findDialect(dialect) { name in
      name == "id" || model.index(ofFinding: name) != nil
        || model.synonyms.entry(named: name) != nil
    }
    guard let header = try cutter.header() else {
      throw DorsalError(
        .caseFile,
        faults: [
          TextFault(position: start, message: "the file is empty; expected a header row")
        ])
    }
    columns = header.cells.map {
      ColumnProfile(name: CSVScanner.text(of: $0, in: header.bytes.span))
    }
    try read(&cutter, forms: CellForms(dialect))
  }

  private mutating func read(_ cutter: inout RecordCutter, forms: CellForms) throws {
    var seen = [Set<String>](repeating: [], count: columns.count)
    var cells: [CSVCell] = []
    cutter.mayHoldLineEnds = columns.map { _ in true }
    let hasDecimalComma = cutter.delimiter == .semicolon
    while let block = try cutter.next(hasQuotes: true) {
      let bytes = block.bytes.span
      var start = 0
      while start < bytes.count {
        var count = 0
        let scan = CSVScanner.scan(
          bytes, from: start, isLast: true, into: &cells, keeping: columns.count + 1,
          cellCount: &count, delimiter: cutter.delimiter.byte)
        guard case .record(let next) = scan else {
          // A line that is no record says nothing of its columns.
          while start < bytes.count, bytes[start] != UInt8(ascii: "\n") { start += 1 }
          start += 1
          continue
        }
        start = next
        guard count == columns.count else { continue }
        if rowCount == Self.mostRows {
          isCut = true
          return
        }
        rowCount += 1
        for index in cells.indices {
          add(cells[index], at: index, bytes, forms, hasDecimalComma, &seen[index])
        }
      }
    }
  }

  private mutating func add(
    _ cell: CSVCell, at index: Int, _ bytes: Span<UInt8>, _ forms: CellForms,
    _ hasDecimalComma: Bool, _ seen: inout Set<String>
  ) {
    columns[index].rowCount += 1
    let content = CellForms.trimmed(bytes, cell.start..<cell.end)
    guard !content.isEmpty, !forms.isUnknown(bytes, content) else { return }
    let text = TextEncoding.printable(bytes, range: content)
    var number = DecimalNumber.parse(bytes, range: content)
    if number == nil, hasDecimalComma {
      number = DecimalNumber.parse(text.replacing(",", with: "."))
    }
    if columns[index].isUnique, !seen.insert(text).inserted {
      columns[index].isUnique = false
      seen = []
    }
    columns[index].add(text, number: number)
  }
}
