internal import DorsalNumerics

/// The codes of findings, read column by column and kept so until all are read. A loop over a column
/// has no look at its type, what is met again costs a look at a table, and what is written stands
/// together: a row each would be a line of the cache each.
package struct ArrowFindings {
  /// The codes: those of a finding stand together.
  private var codes: [UInt8]
  private let rowCount: Int
  private let findingCount: Int

  /// Nothing known yet.
  package init(rowCount: Int, findingCount: Int) {
    codes = [UInt8](repeating: CaseBatch.unknown, count: rowCount * findingCount)
    (self.rowCount, self.findingCount) = (rowCount, findingCount)
  }

  /// The codes, those of a row together.
  package var rows: [UInt8] {
    CodeColumns.rows(of: codes, columnCount: findingCount, rowCount: rowCount)
  }

  /// Sets a finding of a row.
  package mutating func set(_ code: UInt8, row: Int, finding: Int) {
    codes[finding * rowCount + row] = code
  }

  /// The codes of a row.
  package func codes(of row: Int) -> [UInt8] {
    (0..<findingCount).map { codes[$0 * rowCount + row] }
  }

  /// Sets the codes of a row.
  package mutating func set(_ own: [UInt8], row: Int) {
    for (finding, code) in own.enumerated() { set(code, row: row, finding: finding) }
  }

  /// Makes all of a row unknown.
  package mutating func clear(row: Int) {
    for finding in 0..<findingCount { set(CaseBatch.unknown, row: row, finding: finding) }
  }

  /// Reads the cells of a finding.
  ///
  /// - Parameters:
  ///   - cells: The column.
  ///   - rows: Which of its rows, as many as there is room for.
  ///   - words: The codes of its words, where it holds numbers of words.
  ///   - reader: What a cell says.
  ///   - finding: The finding.
  /// - Returns: The rows, counted from the first one, whose cells have to be read one by one.
  package mutating func read(
    _ cells: ArrowCells, _ rows: Range<Int>, words: ArrowCodes?, by reader: StateReader,
    into finding: Int
  ) -> [Int] {
    let column = cells.column
    if cells.words != nil { return readWords(column, rows, words?.codes ?? [], finding) }
    if column.type == .boolean { return readFlags(column, rows, reader, finding) }
    let valid = column.valid(rows)
    var small = StateReader.SmallNumbers()
    switch column.type {
    case .null, .other, .boolean: return []
    case .integer:
      let numbers = column.integers(rows)
      return put(finding, valid) { reader.code(ofWhole: numbers[$0], &small) }
    case .float(let width):
      let numbers = column.floats(rows)
      return put(finding, valid) { reader.code(of: numbers[$0], width: width, &small) }
    case .decimal(let scale):
      return put(finding, valid) { row in
        column.decimal(rows.lowerBound + row, scale: scale).map {
          reader.code(of: $0, width: 8, &small)
        } ?? StateReader.odd
      }
    case .text: return readTexts(column, rows, valid, reader, finding)
    case .textView: return readViews(column, rows, valid, reader, finding)
    }
  }

  /// Sets what the cells that are not null say.
  ///
  /// - Parameter valid: Which those are; empty for all.
  private mutating func put(
    _ finding: Int, _ valid: [Bool], _ code: (Int) -> UInt16
  ) -> [Int] {
    var odd: [Int] = []
    let start = finding * rowCount
    for row in 0..<rowCount where valid.isEmpty || valid[row] {
      let code = code(row)
      if code == StateReader.odd {
        odd.append(row)
      } else {
        codes[start + row] = UInt8(truncatingIfNeeded: code)
      }
    }
    return odd
  }

  private mutating func readFlags(
    _ column: ArrowColumn, _ rows: Range<Int>, _ reader: StateReader, _ finding: Int
  ) -> [Int] {
    let (no, yes) = (reader.code(of: "false"), reader.code(of: "true"))
    guard no != StateReader.odd, yes != StateReader.odd else {
      let flags = column.flags(rows)
      return put(finding, column.valid(rows)) { flags[$0] ? yes : no }
    }
    CodeColumns.read(
      flags: column.values.bits, valid: column.validity?.bits, rows: rows,
      no: UInt8(truncatingIfNeeded: no), yes: UInt8(truncatingIfNeeded: yes), into: &codes,
      at: finding * rowCount)
    return []
  }

  private mutating func readWords(
    _ column: ArrowColumn, _ rows: Range<Int>, _ words: [UInt16], _ finding: Int
  ) -> [Int] {
    guard case .integer(let width, let isSigned) = column.type else { return [] }
    // Behind the words: no word, and a word that there is not.
    let table = words + [UInt16(CaseBatch.unknown), StateReader.odd]
    let met = CodeColumns.read(
      words: column.values.bytes, from: column.values.range.lowerBound, width: width,
      isSigned: isSigned, valid: column.validity?.bits, rows: rows, table: table, into: &codes,
      at: finding * rowCount)
    if met <= UInt16(UInt8.max) { return [] }
    // One at least is no state.
    for place in finding * rowCount..<(finding + 1) * rowCount { codes[place] = CaseBatch.unknown }
    let numbers = column.integers(rows)
    return put(finding, column.valid(rows)) { row in
      let word = UInt64(bitPattern: numbers[row])
      return word < UInt64(words.count) ? words[Int(word)] : StateReader.odd
    }
  }

  private mutating func readTexts(
    _ column: ArrowColumn, _ rows: Range<Int>, _ valid: [Bool], _ reader: StateReader,
    _ finding: Int
  ) -> [Int] {
    let offsets = column.offsets(rows)
    let (texts, start) = (column.texts, column.texts.range.lowerBound)
    let short = TypedBytes.shortTexts(
      texts.bytes, from: start, room: texts.range.count, offsets: offsets)
    var memory = WordCodes()
    return put(finding, valid) { row in
      let (from, to) = (offsets[row], offsets[row + 1])
      if let word = short[row] {
        return memory.code(of: word) {
          reader.code(texts.bytes.span, start + from..<start + to)
        }
      }
      // A longer one, or one that does not stand where it says.
      guard from >= 0, to >= from, to <= texts.range.count, to - from <= ArrowColumn.longestText
      else { return StateReader.odd }
      return reader.code(texts.bytes.span, start + from..<start + to)
    }
  }

  private mutating func readViews(
    _ column: ArrowColumn, _ rows: Range<Int>, _ valid: [Bool], _ reader: StateReader,
    _ finding: Int
  ) -> [Int] {
    let places = column.viewedTexts(rows)
    var memory = WordCodes()
    return put(finding, valid) { row in
      guard let (buffer, range) = places[row], range.count <= ArrowColumn.longestText else {
        return StateReader.odd
      }
      let bytes = buffer < 0 ? column.values.bytes : column.viewedTexts[buffer].bytes
      guard range.count <= 16 else { return reader.code(bytes.span, range) }
      return memory.code(of: TypedBytes.ShortText(bytes, range)) {
        reader.code(bytes.span, range)
      }
    }
  }
}
