internal import DorsalNumerics

/// Reads an Arrow stream or file batch by batch and cuts batches into rows to be read on any thread.
///
/// A batch is held as a whole, with the dictionaries of the columns that are read.
struct ArrowReader {
  /// A column of the schema that is read.
  private struct Used {
    let place: Int
    let type: ArrowType
    let dictionary: Int64?
    /// The finding whose states it holds, if it does.
    let finding: Int?
  }

  let file: String
  let fields: [ArrowField]
  private var messages: ArrowMessages
  private var used: [Used] = []
  private var numbers: [Int] = []
  private var columns: CaseColumns?
  private var dictionaries: [Int64: ArrowWords] = [:]
  /// The columns whose dictionary changed since the last batch, and whether only by words behind.
  private var changed: [Int64: Bool] = [:]
  /// The codes of the words of each column that is read, where it holds words of a finding.
  private var codes: [Int: ArrowCodes] = [:]
  private var batchCount = 0
  private var isAtEnd = false

  // The batch in hand.
  private var cells: [ArrowCells] = []
  private var rowCount = 0
  private var nextRow = 0
  /// How many rows came before it.
  private var rowsBefore = 0

  /// So many rows are read together: few enough that their codes stay near the processor.
  private let rowsTogether: Int

  /// How many bytes have been read from the source.
  var bytesRead: Int { messages.bytesRead }

  /// Begins to read, schema included.
  ///
  /// - Parameters:
  ///   - messages: The bytes.
  ///   - file: The file's name, for messages.
  ///   - rowsTogether: How many rows a block has.
  init(_ messages: ArrowMessages, file: String, rowsTogether: Int) throws {
    self.file = file
    self.rowsTogether = max(rowsTogether, 1)
    var messages = messages
    do {
      guard let first = try messages.message(), first.kind == 1 else {
        throw ArrowFault(0, "no schema; expected one before all else")
      }
      _ = try messages.body(of: first)
      fields = try ArrowField.fields(of: first.header)
    } catch let fault as ArrowFault {
      throw fault.error(file: file)
    }
    self.messages = messages
  }

  /// The names of the columns; the place of each in a row is its column in messages.
  var header: [(name: String, position: SourcePosition)] {
    fields.enumerated().map {
      ($1.name, SourcePosition(file: file, line: 1, column: $0 + 1))
    }
  }

  /// Says what the columns hold, before the first batch.
  ///
  /// - Parameters:
  ///   - own: What each column of the schema holds.
  ///   - columns: The names of the model; where texts are kept of columns, these are from here on
  ///     numbered among the columns that are read.
  /// - Returns: What each column that is read holds.
  /// - Throws: A fault for each column whose type it cannot have.
  mutating func use(
    _ own: [CaseField], columns: inout CaseColumns
  ) throws(DorsalError) -> [CaseField] {
    var faults: [TextFault] = []
    var read: [CaseField] = []
    var kept: [Int: Int] = [:]
    for (place, (field, meaning)) in zip(fields, own).enumerated() {
      if meaning == .ignored, !columns.keptPlaces.contains(place) {
        continue
      }
      if let fault = Self.fault(of: field, holding: meaning) {
        faults.append(
          TextFault(
            position: SourcePosition(file: file, line: 1, column: place + 1), message: fault))
      }
      var finding: Int?
      if case .finding(let index) = meaning { finding = index }
      kept[place] = used.count
      numbers.append(place + 1)
      read.append(meaning)
      used.append(
        Used(
          place: place, type: field.dictionary?.index ?? field.type,
          dictionary: field.dictionary?.id, finding: finding))
    }
    guard faults.isEmpty else {
      throw DorsalError(.caseFile, faults: Array(faults.prefix(10)), count: faults.count)
    }
    columns.renumberKept { kept[$0] ?? 0 }
    self.columns = columns
    return read
  }

  /// What is wrong with the type of a column.
  private static func fault(of field: ArrowField, holding meaning: CaseField) -> String? {
    let name = "the column \"\(field.name)\" "
    if case .other(let type, _, _) = field.type {
      return name + "has the type \(type); expected texts, numbers or booleans"
    }
    switch (meaning, field.type) {
    case (.id, .text), (.id, .textView), (.id, .integer): return nil
    case (.id, _): return name + "has the type \(field.type.name); expected texts or whole numbers"
    case (.diagnosis, .text), (.diagnosis, .textView), (.diagnosis, .null): return nil
    case (.diagnosis, _): return name + "has the type \(field.type.name); expected texts"
    default: return nil
    }
  }

  /// The next rows, or nothing at the end.
  ///
  /// - Throws: `DorsalError` for bytes that are no Arrow file, or what the source throws.
  mutating func next() throws -> ArrowRows? {
    do {
      while nextRow == rowCount {
        guard !isAtEnd, try readMessage() else { return nil }
      }
    } catch let fault as ArrowFault {
      throw fault.error(file: file)
    }
    let rows = nextRow..<min(nextRow + rowsTogether, rowCount)
    nextRow = rows.upperBound
    return ArrowRows(
      cells: cells, numbers: numbers, codes: codes, rows: rows,
      firstRow: rowsBefore + rows.lowerBound + 1)
  }

  /// Reads one message.
  ///
  /// - Returns: Whether there was one.
  private mutating func readMessage() throws -> Bool {
    // The memory of the last batch is not needed for the next one.
    cells = []
    guard let message = try messages.message() else {
      isAtEnd = true
      try messages.checkEnd(batches: batchCount)
      return false
    }
    let body = try messages.body(of: message)
    switch message.kind {
    case 2: try readDictionary(message, body)
    case 3: try readBatch(message, body)
    case 1: throw ArrowFault(message.offset, "a second schema; expected batches")
    default:
      throw ArrowFault(
        message.offset,
        "a message of kind \(message.kind); expected batches of rows or dictionaries")
    }
    return true
  }

  private mutating func readBatch(_ message: ArrowMessages.Message, _ body: [UInt8]) throws {
    let batch = try ArrowBatchReader(
      message, header: message.header, body: body, end: messages.offset)
    let found = try batch.columns(
      fields.map { ($0.name, $0.parts) }, wanted: used.map { ($0.place, $0.type) })
    cells = []
    for (column, values) in zip(used, found) {
      let words = column.dictionary.map { dictionaries[$0] ?? ArrowWords() }
      if words?.parts.isEmpty == true, values.nullCount < values.count {
        throw ArrowFault(
          message.offset,
          "column \"\(fields[column.place].name)\" has words of a dictionary that did not come; "
            + "expected it before the batch")
      }
      cells.append(ArrowCells(values, words: words))
    }
    readWords(upTo: ArrowCodes.mostWords(rows: batch.rows))
    rowsBefore += rowCount
    (rowCount, nextRow) = (batch.rows, 0)
    batchCount += 1
  }

  private mutating func readDictionary(_ message: ArrowMessages.Message, _ body: [UInt8]) throws {
    let id = try message.header.number(0, usual: Int64(0))
    // Others are of columns that are passed over.
    guard let own = used.first(where: { $0.dictionary == id }) else { return }
    let field = fields[own.place]
    guard let header = try message.header.table(1) else {
      throw ArrowFault(message.offset, "a dictionary without words")
    }
    let batch = try ArrowBatchReader(message, header: header, body: body, end: messages.offset)
    let found = try batch.columns(
      [(field.name, field.valueParts)], wanted: [(0, field.type)])
    let isMore = try message.header.flag(2)
    var words = (isMore ? dictionaries[id] : nil) ?? ArrowWords()
    guard words.parts.count < ArrowWords.mostParts else {
      throw ArrowFault(
        message.offset, "a dictionary in more than \(ArrowWords.mostParts) parts")
    }
    for part in found { words.append(part) }
    dictionaries[id] = words
    changed[id] = isMore && changed[id] != false
  }

  /// Reads the words of dictionaries that came since the last batch, for each finding that has them.
  private mutating func readWords(upTo end: Int) {
    guard let columns, !changed.isEmpty else { return }
    // A batch of more rows may read further.
    var left: [Int64: Bool] = [:]
    for (place, column) in used.enumerated() {
      guard let finding = column.finding, let id = column.dictionary, let isMore = changed[id],
        let words = dictionaries[id]
      else { continue }
      if !isMore { codes[place] = nil }
      var read = codes[place] ?? ArrowCodes()
      read.read(
        words, upTo: end, StateReader(finding, of: columns, takesForms: false))
      codes[place] = read
      if read.codes.count < words.count { left[id] = true }
    }
    changed = left
  }
}
