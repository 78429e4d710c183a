import CDorsal
import Dorsal
import DorsalCore

/// Rows of a batch as cases, and what is wrong with those that are none.
struct DecodedRows {
  /// A case for each row; where a row has faults, all is unknown in its case.
  var cases: CaseBatch
  /// The faults of a row, by its place.
  var faults: [Int: [String]] = [:]

  /// The most faults of a row that are told.
  static let mostFaults = 20

  mutating func note(_ fault: String, row: Int) {
    let held = faults[row, default: []].count
    if held < Self.mostFaults { faults[row, default: []].append(fault) }
    if held == Self.mostFaults { faults[row, default: []].append("and more") }
  }
}

/// Turns the rows of Arrow batches into cases.
struct CaseDecoding: Sendable {
  /// What came of one cell: a code, or the number of what is wrong with it.
  enum Outcome {
    case code(UInt8)
    case fault(String)
  }

  let schema: CaseSchema
  private let model: Model
  private let decoders: [FindingDecoder]
  private let causes: [String: Int]
  private let forms: CellForms?
  let mapping: MappedReading?

  init(schema: CaseSchema, reading: CaseReading) {
    self.schema = schema
    self.model = reading.model
    self.decoders = schema.names.decoders
    self.causes = schema.names.causeIndices
    self.forms = reading.dialect.isStrict ? nil : CellForms(reading.dialect)
    self.mapping = MappedReading(schema.names)
  }

  /// No row.
  var noRows: DecodedRows { DecodedRows(cases: CaseBatch(model: model)) }

  /// Decodes some rows of a batch.
  ///
  /// - Parameters:
  ///   - batch: The batch, of the schema.
  ///   - rows: The rows, within its length.
  /// - Throws: `ArrowFault` where the batch is not what its schema says.
  /// - Complexity: O(rows × columns); words of dictionaries are read once a call, and the words of
  ///   other texts mostly once.
  func decode(_ batch: ArrowArray, rows: Range<Int>) throws(ArrowFault) -> DecodedRows {
    let findingCount = decoders.count
    var result = DecodedRows(cases: CaseBatch(model: model))
    var codes = [UInt8](repeating: CaseBatch.unknown, count: rows.count * findingCount)
    var ids = [[UInt8]](repeating: [], count: rows.count)
    var diagnoses: [Int: [Int]] = [:]
    var said = SaidByColumns(mapping, rows: rows.count)
    for column in schema.columns {
      let (reader, words) = try columns(column, of: batch, rows: rows)
      switch column.field {
      case .id: try readIDs(reader, words: words, into: &ids, result: &result)
      case .diagnosis:
        try readDiagnoses(reader, words: words, into: &diagnoses, result: &result)
      case .finding(let finding):
        try readFinding(
          finding, reader, words: words, into: &codes, result: &result)
      case .mapped(let number):
        try readMapped(
          number, reader, words: words, into: &said, diagnoses: &diagnoses, result: &result)
      case .ignored, .blank: continue
      }
    }
    said.combine(into: &codes, stride: findingCount, result: &result)
    let none = [UInt8](repeating: CaseBatch.unknown, count: findingCount)
    for row in 0..<rows.count {
      if result.faults[row] == nil {
        result.cases.append(
          decoded: ids[row], codes: codes, from: row * findingCount,
          diagnosis: diagnoses[row] ?? [])
      } else {
        result.cases.append(decoded: ids[row], codes: none, from: 0, diagnosis: [])
      }
    }
    return result
  }

  /// Checks the columns of a batch as a whole.
  func check(_ batch: ArrowArray) throws(ArrowFault) {
    for column in schema.columns {
      _ = try columns(column, of: batch, rows: 0..<Int(batch.length))
    }
  }

  /// A column of a batch, and the words of its dictionary.
  private func columns(
    _ column: CaseSchema.Column, of batch: ArrowArray, rows: Range<Int>
  ) throws(ArrowFault) -> (ArrowColumn, words: ArrowColumn?) {
    try ArrowColumn.of(
      batch, place: column.place, name: column.name, layout: column.layout, rows: rows)
  }

  private func readIDs(
    _ column: ArrowColumn, words: ArrowColumn?, into ids: inout [[UInt8]],
    result: inout DecodedRows
  ) throws(ArrowFault) {
    for row in ids.indices {
      switch try column.cell(row, words: words) {
      case .text(let bytes):
        ids[row] = Array(bytes)
        let fault = ids[row].withUnsafeBufferPointer {
          TextEncoding.firstFault(in: $0.span, range: 0..<$0.count)
        }
        if let fault {
          result.note("id: \(fault.message)", row: row)
          ids[row] = []
        } else if ids[row].isEmpty {
          result.note("id: the id is empty; expected a text", row: row)
        }
      case .integer(let number): ids[row] = Array("\(number)".utf8)
      case .number(let number): ids[row] = Array("\(number)".utf8)
      case .unknown: result.note("id: the id is null; expected a text", row: row)
      case .flag: result.note("id: no text", row: row)
      }
    }
  }

  private func readDiagnoses(
    _ column: ArrowColumn, words: ArrowColumn?, into diagnoses: inout [Int: [Int]],
    result: inout DecodedRows
  ) throws(ArrowFault) {
    for row in 0..<column.count {
      guard case .text(let bytes) = try column.cell(row, words: words) else {
        continue
      }
      let text = String(decoding: bytes, as: UTF8.self)
      if text.isEmpty || (causes[text] == nil && isUnknown(text)) { continue }
      var found: [Int] = []
      for name in text.split(separator: "|", omittingEmptySubsequences: false) {
        if let cause = causes[String(name)] {
          if !found.contains(cause) { found.append(cause) }
        } else {
          let shown = TextEncoding.printable(String(name.prefix(80)))
          result.note(
            "diagnosis \"\(shown)\": unknown cause; expected causes of the model with | between them"
              + NearestName.suggestion(for: shown, in: model.causes.map(\.id)), row: row)
        }
      }
      diagnoses[row] = found
    }
  }

  private func isUnknown(_ text: String) -> Bool {
    guard let forms else { return false }
    let bytes = Array(text.utf8)
    let word = CellForms.trimmed(bytes.span, 0..<bytes.count)
    return word.isEmpty || forms.isUnknown(bytes.span, word)
  }

  private func readFinding(
    _ finding: Int, _ column: ArrowColumn, words: ArrowColumn?, into codes: inout [UInt8],
    result: inout DecodedRows
  ) throws(ArrowFault) {
    let stride = decoders.count
    if case .dictionary(let bytes, let isSigned, _) = column.layout, let words {
      var outcomes = WordTable<Outcome>(count: words.count)
      for row in 0..<column.count {
        guard let index = column.index(row, bytes: bytes, isSigned: isSigned) else { continue }
        guard index >= 0, index < words.count else {
          throw ArrowFault(
            text: "column \"\(column.name)\": a word \(index) of a dictionary of \(words.count)")
        }
        let outcome: Outcome
        if let known = outcomes[Int(index)] {
          outcome = known
        } else {
          outcome = read(try words.cell(Int(index)), finding: finding)
          outcomes[Int(index)] = outcome
        }
        take(outcome, row: row, place: row * stride + finding, &codes, &result)
      }
      return
    }
    var memory = WordMemory()
    for row in 0..<column.count {
      let cell = try column.cell(row)
      let place = row * stride + finding
      switch cell {
      case .unknown: continue
      case .text(let bytes):
        let word = WordMemory.Word(bytes)
        if let word, let code = memory.code(of: word) {
          codes[place] = code
          continue
        }
        let outcome = read(cell, finding: finding)
        if let word, case .code(let code) = outcome { memory.keep(code, of: word) }
        take(outcome, row: row, place: place, &codes, &result)
      default:
        take(read(cell, finding: finding), row: row, place: place, &codes, &result)
      }
    }
  }

  private func take(
    _ outcome: Outcome, row: Int, place: Int, _ codes: inout [UInt8], _ result: inout DecodedRows
  ) {
    switch outcome {
    case .code(let code): codes[place] = code
    case .fault(let text): result.note(text, row: row)
    }
  }

  /// Reads a cell as a state of a finding.
  private func read(_ cell: ArrowCell, finding: Int) -> Outcome {
    let decoder = decoders[finding]
    var shown = ""
    do throws(DorsalError) {
      switch cell {
      case .unknown: return .code(CaseBatch.unknown)
      case .flag(let flag):
        shown = "\(flag)"
        return .code(try decoder.code(of: flag))
      case .integer(let number):
        shown = "\(number)"
        return .code(try decoder.code(of: FindingValue.number(Double(number))))
      case .number(let number):
        shown = "\(number)"
        return .code(try decoder.code(of: FindingValue.number(number)))
      case .text(let text):
        let bytes = Array(text)
        if bytes.isEmpty { return .code(CaseBatch.unknown) }
        let span = bytes.span
        shown = TextEncoding.printable(span, range: 0..<bytes.count)
        guard let forms else { return .code(try decoder.code(of: span, range: 0..<bytes.count)) }
        switch try decoder.read(span, range: 0..<bytes.count, forms: forms) {
        case .literal(let code), .spelled(let code): return .code(code)
        case .bounded(let code): return .code(code ?? CaseBatch.unknown)
        case .unknown: return .code(CaseBatch.unknown)
        }
      }
    } catch {
      return .fault("\(decoder.finding.id) \"\(shown)\": \(error.description)")
    }
  }
}
