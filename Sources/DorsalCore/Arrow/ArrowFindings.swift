internal import DorsalNumerics

/// The codes of findings, row after row, read column by column. A loop over a column has no look at
/// its type, and what is met again costs a look at a table.
package struct ArrowFindings {
  /// The codes: those of a row stand together.
  package private(set) var codes: [UInt8]
  private let rowCount: Int
  private let findingCount: Int

  /// Nothing known yet.
  package init(rowCount: Int, findingCount: Int) {
    codes = [UInt8](repeating: CaseBatch.unknown, count: rowCount * findingCount)
    (self.rowCount, self.findingCount) = (rowCount, findingCount)
  }

  /// Sets a finding of a row.
  package mutating func set(_ code: UInt8, row: Int, finding: Int) {
    codes[row * findingCount + finding] = code
  }

  /// The codes of a row.
  package func codes(of row: Int) -> ArraySlice<UInt8> {
    codes[row * findingCount..<(row + 1) * findingCount]
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
    let valid = column.valid(rows)
    var small = StateReader.SmallNumbers()
    if cells.words != nil {
      let numbers = column.integers(rows)
      // Behind the words: no word, and a word that there is not.
      let table = (words?.codes ?? []) + [UInt16(CaseBatch.unknown), StateReader.odd]
      let none = table.count - 2
      return putAll(finding) { row in
        let word = UInt64(bitPattern: numbers[row])
        let place = word < UInt64(none) ? Int(word) : none + 1
        return table[valid.isEmpty || valid[row] ? place : none]
      }
    }
    switch column.type {
    case .null, .other: return []
    case .boolean:
      let (no, yes) = (reader.code(of: "false"), reader.code(of: "true"))
      let flags = column.flags(rows)
      let none = UInt16(CaseBatch.unknown)
      return putAll(finding) { row in
        valid.isEmpty || valid[row] ? (flags[row] ? yes : no) : none
      }
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
    var place = finding
    for row in 0..<rowCount {
      if valid.isEmpty || valid[row] {
        let code = code(row)
        if code == StateReader.odd {
          odd.append(row)
        } else {
          codes[place] = UInt8(truncatingIfNeeded: code)
        }
      }
      place += findingCount
    }
    return odd
  }

  /// Sets what all cells say, those that are null included: whether a cell is known is a toss of a
  /// coin that no processor foresees, so that a jump over it costs more than to set it.
  private mutating func putAll(_ finding: Int, _ code: (Int) -> UInt16) -> [Int] {
    var (anyOdd, place) = (false, finding)
    for row in 0..<rowCount {
      let code = code(row)
      anyOdd = anyOdd || code == StateReader.odd
      codes[place] = code == StateReader.odd ? CaseBatch.unknown : UInt8(truncatingIfNeeded: code)
      place += findingCount
    }
    return anyOdd ? (0..<rowCount).filter { code($0) == StateReader.odd } : []
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
