/// A table of a model while it is read: cells by the name of their column, and a
/// fault for each cell that is not what it should be.
package struct ModelTable {
  /// A row, by its number in the table.
  package typealias Row = Int

  /// How many faults of a table may come with the name that was probably meant.
  static let mostSuggestions = 200

  package let file: String
  private let table: CSVTable
  /// The columns' names and places; few, so that a search beats a hash.
  private let columns: [(name: String, place: Int)]
  private let required: [String]
  private(set) var faults: [TextFault] = []

  /// A table whose cells have been found and whose columns are not yet checked.
  package struct Scanned: Sendable {
    let file: String
    /// Nothing where the file is missing.
    let table: CSVTable?
    let faults: [TextFault]

    /// Finds the cells of a table in its bytes; nothing where the file is missing.
    init(bytes: [UInt8]?, file: String, mayHaveSemicolons: Bool = false) {
      self.file = file
      var faults: [TextFault] = []
      if let size = bytes?.count, size > ModelLimits.tableBytes {
        table = CSVTable(bytes: [], file: file, faults: &faults)
        faults = [
          TextFault(
            position: SourcePosition(file: file, line: 1, column: 1),
            message: ModelTable.tooLarge(size))
        ]
      } else {
        table = bytes.map {
          CSVTable(
            bytes: $0, file: file, faults: &faults, mayHaveSemicolons: mayHaveSemicolons)
        }
      }
      self.faults = faults
    }
  }

  /// Reads the bytes of a table, or nothing where it is missing, and checks its columns.
  package init(bytes: [UInt8]?, file: String, required: [String], optional: [String] = []) {
    self.init(Scanned(bytes: bytes, file: file), required: required, optional: optional)
  }

  /// Checks the columns of a table.
  ///
  /// - Parameters:
  ///   - scanned: The table.
  ///   - required: Columns that must be there.
  ///   - optional: Columns that may be there; any other is a fault.
  package init(_ scanned: Scanned, required: [String], optional: [String] = []) {
    file = scanned.file
    self.required = required
    guard let table = scanned.table else {
      table = CSVTable(bytes: [], file: file, faults: &faults)
      columns = []
      faults = [
        TextFault(
          position: SourcePosition(file: file, line: 1, column: 1),
          message: "the file is missing; expected the columns "
            + required.joined(separator: ", "))
      ]
      return
    }
    self.table = table
    faults = scanned.faults
    var columns: [(name: String, place: Int)] = []
    for (index, cell) in table.header.enumerated() {
      if columns.contains(where: { $0.name == cell.text }) {
        faults.append(
          TextFault(position: cell.position, message: "the column \"\(cell.text)\" stands twice"))
      } else if required.contains(cell.text) || optional.contains(cell.text) {
        columns.append((cell.text, index))
      } else {
        faults.append(
          TextFault(
            position: cell.position,
            message: "unknown column \"\(cell.text)\""
              + NearestName.suggestion(for: cell.text, in: required + optional)))
      }
    }
    self.columns = columns
    for name in required where place(name) == nil && !table.header.isEmpty {
      faults.append(
        TextFault(
          position: SourcePosition(file: file, line: 1, column: 1),
          message: "the column \"\(name)\" is missing"))
    }
  }

  /// What is said of a file that is larger than any model's.
  static func tooLarge(_ size: Int) -> String {
    "the file has \(size) bytes; expected at most \(ModelLimits.tableBytes)"
  }

  /// Whether every required column is there, so that rows can be read.
  package var isComplete: Bool { hasColumns(required) }

  /// Whether some columns are there.
  package func hasColumns(_ names: [String]) -> Bool { names.allSatisfy { place($0) != nil } }

  private func place(_ column: String) -> Int? {
    for candidate in columns where candidate.name == column { return candidate.place }
    return nil
  }

  /// The rows.
  package var rows: Range<Row> { 0..<table.rowCount }

  /// The text of a cell; empty where the table has no such column.
  package func text(_ row: Row, _ column: String) -> String {
    place(column).map { table.text(row, $0) } ?? ""
  }

  /// Whether a cell holds just this text.
  package func holds(_ row: Row, _ column: String, _ text: String) -> Bool {
    place(column).map { table.holds(row, $0, text) } ?? text.isEmpty
  }

  /// Where a cell is, or where its row begins.
  package func position(_ row: Row, _ column: String? = nil) -> SourcePosition {
    table.position(row, column.flatMap(place) ?? 0)
  }

  /// The line that a row begins on.
  package func line(_ row: Row) -> Int { table.line(ofRow: row) }

  /// What was made of a cell of a column last: most cells of a long table repeat the one above.
  package struct Memory<Value> {
    fileprivate var last: (row: Row, value: Value)?
  }

  /// What a cell means, made anew only where it is not the same as when it was made last.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - column: The column.
  ///   - memory: What was made of the column last.
  ///   - make: Makes it from the cell; nothing, where the cell is faulty, is not remembered.
  package mutating func remembered<Value>(
    _ row: Row, _ column: String, in memory: inout Memory<Value>,
    make: (inout ModelTable) -> Value?
  ) -> Value? {
    if let last = memory.last, let place = place(column), table.isSame(place, in: row, as: last.row)
    {
      return last.value
    }
    guard let value = make(&self) else { return nil }
    memory.last = (row, value)
    return value
  }

  /// Notes a fault of a cell.
  package mutating func fault(_ row: Row, _ column: String, _ message: String) {
    faults.append(TextFault(position: position(row, column), message: message))
  }

  /// Notes a fault of a line.
  package mutating func faultOnLine(_ line: Int, _ message: String) {
    faults.append(
      TextFault(position: SourcePosition(file: file, line: line, column: 1), message: message))
  }

  /// Notes a fault of the whole table.
  package mutating func fault(_ message: String) {
    faults.append(
      TextFault(position: SourcePosition(file: file, line: 1, column: 1), message: message))
  }

  /// An id: lower-case letters, digits and underscores, beginning with a letter.
  package mutating func identifier(_ row: Row, _ column: String) -> String? {
    let text = text(row, column)
    guard Self.isIdentifier(text) else {
      fault(
        row, column,
        "\"\(text)\" is not an id; expected lower-case letters, digits and underscores, "
          + "beginning with a letter")
      return nil
    }
    return text
  }

  /// Whether a text is an id; a state's id may begin with a digit (`18_to_34`).
  package static func isIdentifier(_ text: String, mayBeginWithDigit: Bool = false) -> Bool {
    guard let first = text.utf8.first,
      mayBeginWithDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    else { return false }
    return text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }
  }

  /// The index of a cell's text in a list of names.
  package mutating func index(
    _ row: Row, _ column: String, in names: [String: Int], as what: String
  ) -> Int? {
    let text = text(row, column)
    if let index = names[text] { return index }
    // A suggestion looks at every name, and a long table may be wrong in every row.
    let hint =
      faults.count < Self.mostSuggestions
      ? NearestName.suggestion(for: text, in: names.keys.sorted()) : ""
    fault(row, column, "unknown \(what) \"\(text)\"" + hint)
    return nil
  }

  /// One of a fixed list of words.
  package mutating func word<Word: RawRepresentable & CaseIterable>(
    _ row: Row, _ column: String, as type: Word.Type
  ) -> Word? where Word.RawValue == String {
    let text = text(row, column)
    if let word = Word(rawValue: text) { return word }
    let words = Word.allCases.map(\.rawValue)
    fault(row, column, "\"\(text)\"; expected one of \(words.joined(separator: ", "))")
    return nil
  }

  /// A finite number that satisfies a condition.
  package mutating func number(
    _ row: Row, _ column: String, expected: String, where isValid: (Double) -> Bool
  ) -> Double? {
    if let number = place(column).flatMap({ table.number(row, $0) }), number.isFinite,
      isValid(number)
    {
      return number
    }
    fault(row, column, "\"\(text(row, column))\"; expected \(expected)")
    return nil
  }

  /// A text that must not be empty.
  package mutating func nonEmpty(_ row: Row, _ column: String) -> String? {
    let text = text(row, column)
    guard !text.isEmpty else {
      fault(row, column, "the cell \"\(column)\" is empty")
      return nil
    }
    return text
  }
}
