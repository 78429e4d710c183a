internal import DorsalNumerics

/// What the columns of a mapping say in the record in hand.
struct MappedRecord {
  /// What each use says: the code of a state, or 0.
  var values: [UInt8] = []
  /// Where the cell of each use stands.
  var cells: [(content: Range<Int>, origin: Int)] = []

  init(useCount: Int) {
    values = [UInt8](repeating: CaseBatch.unknown, count: useCount)
    cells = [(Range<Int>, Int)](repeating: (0..<0, 0), count: useCount)
  }

  mutating func clear() {
    for index in values.indices { values[index] = CaseBatch.unknown }
  }
}

extension CaseDecoder {
  /// Reads a cell of a mapped column, which is not empty, for each finding that it gives.
  mutating func setMapped(
    _ column: Int, _ bytes: Span<UInt8>, content: Range<Int>, origin: Int
  ) {
    guard let mapped = columns.mapped else { return }
    for use in mapped.usesOfColumn[column] {
      record.cells[use] = (content, origin)
      do throws(DorsalError) {
        record.values[use] = try read(mapped.uses[use], bytes, content)
      } catch {
        if takeBadValue(mapped.uses[use].finding, bytes, content) { continue }
        reject(
          bytes, at: origin, column: mapped.uses[use].rule.column, value: content,
          error.description)
      }
    }
    if let rule = mapped.diagnosis, mapped.diagnosisColumn == column {
      do throws(DorsalError) {
        try setDiagnosis(rule, bytes, content)
      } catch {
        reject(bytes, at: origin, column: rule.column, value: content, error.description)
      }
    }
  }

  /// The code that a cell gives; words for unknown and other spellings are counted.
  private mutating func read(
    _ use: MappedColumns.Use, _ bytes: Span<UInt8>, _ content: Range<Int>
  ) throws(DorsalError) -> UInt8 {
    switch try use.rule.read(bytes, content, forms: columns.forms) {
    case .state(let code): return code
    case .spelled(let code):
      tally.noteCell(.spelling, bytes, content, finding: use.finding, line: line)
      return code
    case .bounded(let code):
      tally.noteCell(
        code == nil ? .emptyBound : .bound, bytes, content, finding: use.finding, line: line)
      return code ?? CaseBatch.unknown
    case .word(let word):
      tally.noteWord(bytes, word, place: use.finding)
      return CaseBatch.unknown
    case .unknown, .unlisted: return CaseBatch.unknown
    }
  }

  private mutating func setDiagnosis(
    _ rule: DiagnosisRule, _ bytes: Span<UInt8>, _ content: Range<Int>
  ) throws(DorsalError) {
    switch try rule.read(bytes, content, forms: columns.forms) {
    case .causes(let causes): diagnosis = causes
    case .unknown: break
    case .word(let word): tally.noteWord(bytes, word, place: columns.decoders.count)
    }
  }

  /// Puts together what the mapped columns of the record say.
  mutating func finishMapped(_ mapped: MappedColumns, _ bytes: Span<UInt8>) {
    guard let conflict = mapped.combine(record.values, into: &codes) else { return }
    let finding = columns.decoders[conflict.finding].finding
    let (first, second) = (mapped.uses[conflict.first], mapped.uses[conflict.second])
    func state(_ use: Int) -> String { finding.states[Int(record.values[use]) - 1] }
    let cell = record.cells[conflict.second]
    reject(
      bytes, at: cell.origin, column: second.rule.column, value: cell.content,
      "says \(finding.id) \(state(conflict.second)) where \"\(first.rule.column)\" says "
        + "\(state(conflict.first)); expected columns that agree, or the rule first in the mapping")
  }

  /// Takes rows that the inner loop has read, up to one that has to be read by itself.
  ///
  /// - Parameters:
  ///   - rows: The rows; their codes are those of the findings and, behind them, those of the
  ///     uses that it reads.
  ///   - first: The number of the first one in its block.
  ///   - reader: What the inner loop reads.
  ///   - line: The line of the first one.
  /// - Returns: How many rows were taken.
  mutating func append(
    _ rows: PlainRows, of block: PlainCSVReader.Block, _ bytes: [UInt8], from first: Int,
    _ reader: PlainMappedReader, _ mapped: MappedColumns, line firstLine: Int
  ) -> Int {
    let (stride, findingCount) = (reader.codeStride, columns.decoders.count)
    var all: [UInt8] = []
    rows.appendCodes(to: &all)
    let span = bytes.span
    var words: [(use: Int, word: Int)] = []
    for row in 0..<rows.count {
      let base = row * stride
      line = firstLine + row
      words.removeAll(keepingCapacity: true)
      for finding in 0..<findingCount { codes[finding] = all[base + finding] }
      for (use, slot) in reader.slots {
        let code = all[base + slot]
        if code < PlainMappedReader.firstWord {
          record.values[use] = code
        } else {
          record.values[use] = CaseBatch.unknown
          if code != PlainMappedReader.silent {
            words.append((use, Int(code - PlainMappedReader.firstWord)))
          }
        }
      }
      let label = rows.label(of: row)
      diagnosis.removeAll(keepingCapacity: true)
      if label != 0 { diagnosis.append(Int(label) - 1) }
      do throws(DorsalError) {
        for use in reader.others {
          let cell = block.cell(mapped.uses[use].place, ofRow: first + row, in: bytes)
          record.values[use] =
            cell.isEmpty ? CaseBatch.unknown : try read(mapped.uses[use], span, cell)
        }
        if let rule = mapped.diagnosis {
          let cell = block.cell(mapped.diagnosisPlace, ofRow: first + row, in: bytes)
          if !cell.isEmpty { try setDiagnosis(rule, span, cell) }
        }
      } catch {
        tally.drop()
        return row
      }
      guard mapped.combine(record.values, into: &codes) == nil else {
        tally.drop()
        return row
      }
      if columns.forms != nil { tally.commit() }
      for (use, word) in words {
        tally.count(reader.words[word], place: mapped.uses[use].finding)
      }
      batch.appendChecked(
        id: bytes[rows.idRange(of: row)], codes: codes, diagnosis: diagnosis, line: line)
    }
    return rows.count
  }
}
