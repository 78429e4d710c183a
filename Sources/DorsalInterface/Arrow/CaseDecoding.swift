import CDorsal
import Dorsal
import DorsalCore

/// Turns the rows of Arrow batches into cases, column by column, as the reader of Arrow files does.
struct CaseDecoding: Sendable {
  let schema: CaseSchema
  private let model: Model
  private let decoders: [FindingDecoder]
  private let readers: [StateReader]
  private let diagnoses: DiagnosisReader
  private let forms: CellForms?
  let mapping: MappedReading?

  init(schema: CaseSchema, reading: CaseReading) {
    self.schema = schema
    self.model = reading.model
    self.decoders = schema.names.decoders
    self.readers = schema.names.decoders.indices.map {
      StateReader($0, of: schema.names, takesForms: true)
    }
    let forms = reading.dialect.isStrict ? nil : CellForms(reading.dialect)
    self.forms = forms
    self.diagnoses = DiagnosisReader(schema.names.causeIndices, forms)
    self.mapping = MappedReading(schema.names)
  }

  /// No row.
  var noRows: DecodedRows {
    DecodedRows(
      cases: CaseBatch(vocabulary: model.vocabulary, keptColumns: schema.kept.count))
  }

  /// What the columns of some rows say, before it is put together.
  struct Rows {
    let count: Int
    var ids: [UInt8] = []
    var idEnds: [Int] = []
    var findings: ArrowFindings
    /// The causes of each row; empty where no column says any.
    var diagnoses: [[Int]] = []
    var said: SaidByColumns
    var faults = RowFaults()
  }

  /// Decodes some rows of a batch.
  ///
  /// - Parameters:
  ///   - batch: The batch, of the schema.
  ///   - range: The rows, within its length.
  /// - Throws: `ForeignFault` where the batch is not what its schema says.
  /// - Complexity: O(rows × columns); words of dictionaries are read once a call, and the words of
  ///   other texts mostly once.
  func decode(_ batch: ArrowArray, rows range: Range<Int>) throws(ForeignFault) -> DecodedRows {
    var rows = Rows(
      count: range.count,
      findings: ArrowFindings(rowCount: range.count, findingCount: decoders.count),
      said: SaidByColumns(mapping, rows: range.count))
    for column in schema.columns {
      let foreign = try cells(column, of: batch, rows: range)
      let copy = try foreign.copy()
      switch column.field {
      case .id: try readIDs(foreign, copy, &rows)
      case .diagnosis: try readDiagnoses(foreign, copy, &rows)
      case .finding(let finding): try readFinding(finding, foreign, copy, &rows)
      case .mapped(let number): try readMapped(number, foreign, copy, &rows)
      case .ignored, .blank: continue
      }
    }
    let kept = try keptTexts(batch, range, &rows.faults)
    combine(&rows)
    for row in rows.faults.keys {
      rows.findings.clear(row: row)
      if !rows.diagnoses.isEmpty { rows.diagnoses[row] = [] }
    }
    var result = noRows
    result.faults = rows.faults
    result.cases.append(
      decoded: rows.ids, ends: rows.idEnds, codes: rows.findings.rows,
      // As long as no case has a cause there is no list.
      diagnoses: rows.diagnoses.allSatisfy(\.isEmpty) ? [] : rows.diagnoses)
    if !kept.isEmpty {
      for row in 0..<rows.count { result.cases.appendKept(kept.map { $0[row] }) }
    }
    return result
  }

  /// The texts of each column that is kept, row by row, as the reader of files keeps them: without
  /// the blanks around them, and empty where they stand for nothing known.
  private func keptTexts(
    _ batch: ArrowArray, _ range: Range<Int>, _ faults: inout RowFaults
  ) throws(ForeignFault) -> [[[UInt8]]] {
    var columns: [[[UInt8]]] = []
    for column in schema.kept {
      let foreign = try cells(column, of: batch, rows: range)
      let copy = try foreign.copy()
      var texts = [[UInt8]](repeating: [], count: range.count)
      for row in texts.indices {
        var text: [UInt8] = []
        guard copy.appendText(row, to: &text) else {
          faults.note("\(column.name): " + (try foreign.fault(row, of: copy)), row: row)
          continue
        }
        let span = text.span
        if let fault = TextEncoding.firstFault(in: span, range: 0..<text.count) {
          faults.note("\(column.name): \(fault.message)", row: row)
          continue
        }
        let word = CellForms.trimmed(span, 0..<text.count)
        if forms?.isUnknown(span, word) != true { texts[row] = Array(text[word]) }
      }
      columns.append(texts)
    }
    return columns
  }

  /// Checks the columns of a batch as a whole.
  func check(_ batch: ArrowArray) throws(ForeignFault) {
    for column in schema.columns {
      _ = try cells(column, of: batch, rows: 0..<Int(batch.length))
    }
  }

  private func cells(
    _ column: CaseSchema.Column, of batch: ArrowArray, rows: Range<Int>
  ) throws(ForeignFault) -> ForeignCells {
    try ForeignCells(
      batch, place: column.place, name: column.name, layout: column.layout, rows: rows)
  }

  private func readIDs(
    _ foreign: ForeignCells, _ copy: ArrowCells, _ rows: inout Rows
  ) throws(ForeignFault) {
    for row in copy.appendTexts(0..<rows.count, to: &rows.ids, ends: &rows.idEnds) {
      rows.faults.note("id: " + (try foreign.fault(row, of: copy)), row: row)
    }
    var start = 0
    var isPlain = rows.ids.allSatisfy { $0 != 0 && $0 < 0x80 }
    for (row, end) in rows.idEnds.enumerated() {
      if end == start, rows.faults[row] == nil {
        rows.faults.note(
          copy.isNull(row)
            ? "id: the id is null; expected a text" : "id: the id is empty; expected a text",
          row: row)
      }
      start = end
    }
    if isPlain { return }
    // An id that is no text is told of, and left out.
    let (ids, ends) = (rows.ids, rows.idEnds)
    (rows.ids, rows.idEnds, start, isPlain) = ([], [], 0, true)
    for (row, end) in ends.enumerated() {
      if let fault = TextEncoding.firstFault(in: ids.span, range: start..<end) {
        rows.faults.note("id: \(fault.message)", row: row)
      } else {
        rows.ids.append(contentsOf: ids[start..<end])
      }
      rows.idEnds.append(rows.ids.count)
      start = end
    }
  }

  private func readDiagnoses(
    _ foreign: ForeignCells, _ copy: ArrowCells, _ rows: inout Rows
  ) throws(ForeignFault) {
    var (texts, ends): ([UInt8], [Int]) = ([], [])
    for row in copy.appendTexts(0..<rows.count, to: &texts, ends: &ends) {
      rows.faults.note("diagnosis: " + (try foreign.fault(row, of: copy)), row: row)
    }
    rows.diagnoses = [[Int]](repeating: [], count: rows.count)
    let reader = diagnoses
    var memory = TextMemory<DiagnosisReader.Diagnosis>()
    var start = 0
    for (row, end) in ends.enumerated() {
      if end > start {
        switch memory.value(of: texts, start..<end, reader.read) {
        case .causes(let causes): rows.diagnoses[row] = causes
        case .faults(let faults): for fault in faults { rows.faults.note(fault, row: row) }
        }
      }
      start = end
    }
  }

  private func readFinding(
    _ finding: Int, _ foreign: ForeignCells, _ copy: ArrowCells, _ rows: inout Rows
  ) throws(ForeignFault) {
    let reader = readers[finding]
    let odd = rows.findings.read(
      copy, 0..<rows.count, words: copy.words.map { ArrowCodes($0, reader) }, by: reader,
      into: finding)
    let decoder = decoders[finding]
    var text: [UInt8] = []
    for row in odd {
      text.removeAll(keepingCapacity: true)
      guard copy.appendText(row, to: &text) else {
        rows.faults.note(
          "\(decoder.finding.id): " + (try foreign.fault(row, of: copy)), row: row)
        continue
      }
      do throws(DorsalError) {
        rows.findings.set(try code(of: text, decoder), row: row, finding: finding)
      } catch {
        let shown = TextEncoding.printable(text.span, range: 0..<text.count)
        rows.faults.note(
          "\(decoder.finding.id) \"\(shown)\": \(error.description)", row: row)
      }
    }
  }

  /// What a text says of a finding.
  private func code(of text: [UInt8], _ decoder: FindingDecoder) throws(DorsalError) -> UInt8 {
    if text.isEmpty { return CaseBatch.unknown }
    guard let forms else { return try decoder.code(of: text.span, range: 0..<text.count) }
    switch try decoder.read(text.span, range: 0..<text.count, forms: forms) {
    case .literal(let code), .spelled(let code): return code
    case .bounded(let code): return code ?? CaseBatch.unknown
    case .unknown: return CaseBatch.unknown
    }
  }
}
