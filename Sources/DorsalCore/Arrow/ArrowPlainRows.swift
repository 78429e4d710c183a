internal import DorsalNumerics

/// Rows of a batch as far as they can be read column by column: the codes of their findings, their
/// ids and causes, and which of them have to be read by themselves.
struct ArrowPlainRows {
  /// The codes, row after row.
  private(set) var codes: [UInt8]
  /// The ids, one behind the other, and where each ends.
  private(set) var ids: [UInt8] = []
  private(set) var idEnds: [Int] = []
  /// The cause of each row plus one, or 0.
  private(set) var labels: [UInt16] = []
  /// Whether a row was read.
  private(set) var isPlain: [Bool]

  private let columns: CaseColumns
  private let stride: Int

  /// Reads what can be read.
  init(_ rows: ArrowRows, fields: [CaseField], columns: CaseColumns) {
    self.columns = columns
    stride = columns.decoders.count
    let count = rows.rows.count
    guard columns.hasPlainForms, columns.mapped == nil, columns.keptPlaces.isEmpty,
      !fields.contains(.blank)
    else {
      (codes, isPlain) = ([], [Bool](repeating: false, count: count))
      return
    }
    codes = [UInt8](repeating: CaseBatch.unknown, count: count * stride)
    isPlain = [Bool](repeating: true, count: count)
    for (place, (field, cell)) in zip(fields, rows.cells).enumerated() {
      switch field {
      case .id: readIDs(cell, rows.rows)
      case .diagnosis: readLabels(cell, rows.rows)
      case .finding(let finding):
        if cell.words != nil {
          readWords(cell.column, rows.codes[place], rows.rows, finding)
        } else {
          readValues(cell.column, rows.rows, finding)
        }
      case .ignored, .blank, .mapped: continue
      }
    }
  }

  private mutating func set(_ row: Int, _ finding: Int, _ code: UInt16) {
    if code == ArrowCodes.odd {
      isPlain[row] = false
    } else {
      codes[row * stride + finding] = UInt8(truncatingIfNeeded: code)
    }
  }

  private mutating func readWords(
    _ column: ArrowColumn, _ known: ArrowCodes?, _ rows: Range<Int>, _ finding: Int
  ) {
    let numbers = column.integers(rows)
    let table = known?.codes ?? []
    for row in numbers.indices where column.isValid(rows.lowerBound + row) {
      let word = numbers[row]
      set(
        row, finding, word >= 0 && word < Int64(table.count) ? table[Int(word)] : ArrowCodes.odd)
    }
  }

  private mutating func readValues(_ column: ArrowColumn, _ rows: Range<Int>, _ finding: Int) {
    let first = rows.lowerBound
    let decoder = columns.decoders[finding]
    switch column.type {
    case .null, .other: return
    case .boolean:
      let codes = [self.code(of: "false", decoder), self.code(of: "true", decoder)]
      for row in 0..<rows.count where column.isValid(first + row) {
        set(row, finding, codes[column.flag(first + row) ? 1 : 0])
      }
    case .integer:
      var small = SmallNumbers()
      let numbers = column.integers(rows)
      for row in numbers.indices where column.isValid(first + row) {
        set(row, finding, code(ofWhole: numbers[row], decoder, &small))
      }
    case .float(let width):
      var small = SmallNumbers()
      let numbers = column.floats(rows)
      for row in numbers.indices where column.isValid(first + row) {
        set(row, finding, code(of: numbers[row], width: width, decoder, &small))
      }
    case .decimal(let scale):
      var small = SmallNumbers()
      for row in 0..<rows.count where column.isValid(first + row) {
        set(
          row, finding,
          column.decimal(first + row, scale: scale).map {
            code(of: $0, width: 8, decoder, &small)
          } ?? ArrowCodes.odd)
      }
    case .text: readTexts(column, rows, finding)
    case .textView:
      var memory = WordCodes()
      let forms = columns.forms
      for row in 0..<rows.count where column.isValid(first + row) {
        guard let (bytes, range) = column.text(first + row) else {
          isPlain[row] = false
          continue
        }
        let read = { ArrowCodes.code(bytes.span, range, decoder, forms) }
        set(
          row, finding,
          range.count <= 16
            ? memory.code(of: TypedBytes.ShortText(bytes, range), read) : read())
      }
    }
  }

  private mutating func readTexts(_ column: ArrowColumn, _ rows: Range<Int>, _ finding: Int) {
    let offsets = column.offsets(rows)
    let (texts, start) = (column.texts, column.texts.range.lowerBound)
    let short = TypedBytes.shortTexts(
      texts.bytes, from: start, room: texts.range.count, offsets: offsets)
    let decoder = columns.decoders[finding]
    let forms = columns.forms
    var memory = WordCodes()
    for row in short.indices where column.isValid(rows.lowerBound + row) {
      guard let word = short[row] else {
        // Long texts, and those that do not stand where they say.
        isPlain[row] = false
        continue
      }
      if word.count == 0 { continue }
      let code = memory.code(of: word) {
        ArrowCodes.code(
          texts.bytes.span, start + offsets[row]..<start + offsets[row + 1], decoder, forms)
      }
      set(row, finding, code)
    }
  }

  /// The codes of the whole numbers from 0 to 255 that were met.
  private struct SmallNumbers {
    static let unread: UInt16 = 0xFFFE
    var codes = [UInt16](repeating: unread, count: 256)
  }

  private func code(of text: String, _ decoder: FindingDecoder) -> UInt16 {
    let bytes = Array(text.utf8)
    return ArrowCodes.code(bytes.span, 0..<bytes.count, decoder, columns.forms)
  }

  private func code(
    ofWhole number: Int64, _ decoder: FindingDecoder, _ small: inout SmallNumbers
  ) -> UInt16 {
    guard number >= 0, number < 256 else {
      // Greater ones may not be exact as floats.
      return decoder.finding.kind == .number && number.magnitude < 1 << 53
        ? decoder.plainCode(of: Double(number)) : ArrowCodes.odd
    }
    if small.codes[Int(number)] == SmallNumbers.unread {
      small.codes[Int(number)] = code(of: "\(number)", decoder)
    }
    return small.codes[Int(number)]
  }

  private func code(
    of number: Double, width: Int, _ decoder: FindingDecoder, _ small: inout SmallNumbers
  ) -> UInt16 {
    if number.isNaN { return UInt16(CaseBatch.unknown) }
    if let whole = Int64(exactly: number) { return code(ofWhole: whole, decoder, &small) }
    guard decoder.finding.kind == .number else { return ArrowCodes.odd }
    return switch width {
    case 8: decoder.plainCode(of: number)
    case 4: decoder.plainCode(of: number, within: Double(Float(number).ulp))
    default: decoder.plainCode(of: number, within: Double(Float16(number).ulp))
    }
  }

  private mutating func readIDs(_ cell: ArrowCells, _ rows: Range<Int>) {
    idEnds.reserveCapacity(rows.count)
    for row in 0..<rows.count {
      let start = ids.count
      let isWhole = cell.appendText(rows.lowerBound + row, to: &ids)
      // What is no plain text is looked at closely.
      let isText = ids[start...].allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
      if !isWhole || ids.count == start || !isText { isPlain[row] = false }
      idEnds.append(ids.count)
    }
  }

  private mutating func readLabels(_ cell: ArrowCells, _ rows: Range<Int>) {
    labels = [UInt16](repeating: 0, count: rows.count)
    var text: [UInt8] = []
    for row in 0..<rows.count {
      text.removeAll(keepingCapacity: true)
      let isWhole = cell.appendText(rows.lowerBound + row, to: &text)
      setLabel(isWhole ? text : nil, row)
    }
  }

  private mutating func setLabel(_ text: [UInt8]?, _ row: Int) {
    guard let text else {
      isPlain[row] = false
      return
    }
    if text.isEmpty { return }
    guard text.count <= columns.longestCause,
      let cause = columns.causeIndices[String(decoding: text, as: UTF8.self)]
    else {
      isPlain[row] = false
      return
    }
    labels[row] = UInt16(truncatingIfNeeded: cause + 1)
  }
}

extension FindingDecoder {
  /// The code of a number that the finding can take; else `ArrowCodes.odd`.
  func plainCode(of number: Double) -> UInt16 {
    guard number.isFinite, finding.range?.contains(number) ?? true else { return ArrowCodes.odd }
    return UInt16(finding.state(of: number) + 1)
  }

  /// The same for a number that is rounded: where an edge lies so near that the text of the number
  /// could stand on its other side, it is `ArrowCodes.odd`, and the text decides.
  func plainCode(of number: Double, within width: Double) -> UInt16 {
    let code = plainCode(of: number)
    return code == plainCode(of: number - width) && code == plainCode(of: number + width)
      ? code : ArrowCodes.odd
  }
}

extension CaseBatch {
  /// Adds rows that were read column by column.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - range: Which of them.
  ///   - firstLine: The number of the first one in its file.
  mutating func append(_ rows: ArrowPlainRows, _ range: Range<Int>, firstLine: Int) {
    for row in range {
      let start = row == 0 ? 0 : rows.idEnds[row - 1]
      let label = rows.labels.isEmpty ? 0 : rows.labels[row]
      appendChecked(
        id: rows.ids[start..<rows.idEnds[row]],
        codes: rows.codes[row * findingCount..<(row + 1) * findingCount],
        diagnosis: label == 0 ? [] : [Int(label) - 1], line: firstLine + row - range.lowerBound)
    }
  }
}
