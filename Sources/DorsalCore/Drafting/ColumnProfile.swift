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
  /// A number such as `7.200` in a file with decimal commas, which may be two numbers.
  package fileprivate(set) var grouped: String?
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
  /// How many rows were not looked at, since they have another number of cells than the header or
  /// are no rows, and on which line the first one begins.
  package private(set) var lost: (count: Int, firstLine: Int) = (0, 0)

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
    try Self.requireUTF8(header.bytes, line: header.line, file: file, what: "in the header: ")
    columns = header.cells.map {
      ColumnProfile(name: CSVScanner.text(of: $0, in: header.bytes.span))
    }
    var forms = CellForms(dialect)
    forms.hasDecimalComma = cutter.delimiter == .semicolon
    forms.hasNumbersWithCommas = try cutter.hasNumbersWithCommas()
    try read(&cutter, file: file, forms: forms)
    if rowCount == 0, lost.count > 0 {
      throw DorsalError(
        .caseFile,
        faults: [
          TextFault(
            position: SourcePosition(file: file, line: lost.firstLine, column: 1),
            message: "no row has \(columns.count) \(columns.count == 1 ? "cell" : "cells"), as the "
              + "header has; expected rows like the header, or --delimiter with what parts the cells"
          )
        ])
    }
  }

  /// A mapping is written from what is read here: no byte of another encoding gets into it.
  private static func requireUTF8(
    _ bytes: [UInt8], line: Int, file: String, what: String = ""
  ) throws(DorsalError) {
    guard let fault = TextEncoding.firstFault(in: bytes.span, range: 0..<bytes.count) else {
      return
    }
    var lines = LineCounter(file: file, line: line)
    lines.advance(to: fault.offset, in: bytes.span)
    throw DorsalError(
      .caseFile,
      faults: [
        TextFault(
          position: lines.position, message: what + fault.message + TextEncoding.advice)
      ])
  }

  private mutating func lose(_ count: Int, line: Int) {
    lost = (lost.count + count, lost.count == 0 ? line : min(line, lost.firstLine))
  }

  private mutating func read(
    _ cutter: inout RecordCutter, file: String, forms: CellForms
  ) throws {
    var seen = [Set<String>](repeating: [], count: columns.count)
    var cells: [CSVCell] = []
    cutter.mayHoldLineEnds = columns.map { _ in true }
    while let block = try cutter.next(hasQuotes: true) {
      try Self.requireUTF8(block.bytes, line: block.firstLine, file: file)
      let bytes = block.bytes.span
      var lines = LineCounter(file: file, line: block.firstLine)
      func line(at offset: Int) -> Int {
        lines.advance(to: offset, in: block.bytes.span)
        return lines.position.line
      }
      if let first = block.rejections.first { lose(block.rejections.count, line: first.line) }
      // Rejected lines are no records, where records are told at all.
      for stretch in block.records.map({ $0.map(\.range) }) ?? [0..<bytes.count] {
        var next = stretch.lowerBound
        while next < stretch.upperBound {
          let start = next
          var count = 0
          let scan = CSVScanner.scan(
            bytes, from: start, isLast: true, into: &cells, keeping: columns.count + 1,
            cellCount: &count, delimiter: cutter.delimiter.byte)
          guard case .record(let end) = scan else {
            // A line that is no record says nothing of its columns.
            lose(1, line: line(at: start))
            while next < bytes.count, bytes[next] != UInt8(ascii: "\n") { next += 1 }
            next += 1
            continue
          }
          next = end
          guard count == columns.count else {
            let isBlank = cells.allSatisfy {
              CellForms.trimmed(bytes, $0.start..<$0.end).isEmpty
            }
            if !isBlank { lose(1, line: line(at: start)) }
            continue
          }
          if rowCount == Self.mostRows {
            isCut = true
            return
          }
          rowCount += 1
          for index in cells.indices {
            add(cells[index], at: index, bytes, forms, &seen[index])
          }
        }
      }
    }
  }

  private mutating func add(
    _ cell: CSVCell, at index: Int, _ bytes: Span<UInt8>, _ forms: CellForms,
    _ seen: inout Set<String>
  ) {
    columns[index].rowCount += 1
    let content = CellForms.trimmed(bytes, cell.start..<cell.end)
    guard !content.isEmpty, !forms.isUnknown(bytes, content) else { return }
    let text = TextEncoding.printable(bytes, range: content)
    var number = DecimalNumber.parse(bytes, range: content)
    if forms.hasNumbersWithCommas, CellForms.isGrouped(bytes, content) {
      number = nil
      columns[index].grouped = columns[index].grouped ?? text
    } else if number == nil, forms.hasDecimalComma {
      number = DecimalNumber.parse(text.replacing(",", with: "."))
    }
    if columns[index].isUnique, !seen.insert(text).inserted {
      columns[index].isUnique = false
      seen = []
    }
    columns[index].add(text, number: number)
  }
}
