internal import DorsalCore

/// What stands in one column of a table: its different values, or its numbers.
struct ColumnSummary: Sendable {
  /// Beyond so many different values a column is looked at as numbers only.
  static let mostValues = 254

  /// The different values, as bytes, in the order in which they were found; no more are
  /// kept than `mostValues`.
  private(set) var values: [[UInt8]] = []
  /// Whether there are more different values than were kept.
  private(set) var hasMoreValues = false
  /// Whether every cell that is not empty is a number.
  private(set) var isNumeric = true
  /// All numbers, in the order of the rows, as long as all cells are.
  private(set) var numbers: [Double] = []
  /// How many cells are empty.
  private(set) var emptyCount = 0
  /// How many are not.
  private(set) var filledCount = 0
  /// Whether any cell is neither a number, nor one with a decimal comma, nor a word for unknown.
  private(set) var hasText = false
  /// How many numbers stood above the first text.
  private(set) var numberCount = 0
  /// The first number with a decimal comma above the first text.
  private(set) var decimalComma: String?
  /// The first bound such as `<3` above the first text.
  private(set) var bound: String?

  /// Words that stand for unknown in other programs, in small letters.
  static let wordsForUnknown: Set<String> = [
    "na", "n/a", "#n/a", "nan", "null", "unknown", "missing", "?", ".", "-",
  ]

  /// Takes a cell.
  ///
  /// - Parameter unknown: Words that stand for an empty cell.
  mutating func take(_ cell: CSVCell, in bytes: Span<UInt8>, unknown: [[UInt8]]) {
    if cell.hasDoubledQuote {
      let text = Array(CSVScanner.text(of: cell, in: bytes).utf8)
      take(text.span, 0..<text.count)
      return
    }
    let isUnknown = unknown.contains { word in
      word.count == cell.end - cell.start
        && word.indices.allSatisfy { word[$0] == bytes[cell.start + $0] }
    }
    take(bytes, isUnknown ? cell.start..<cell.start : cell.start..<cell.end)
  }

  private mutating func take(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if range.isEmpty {
      emptyCount += 1
      return
    }
    filledCount += 1
    if !hasText {
      if let number = DecimalNumber.parse(bytes, range: range), number.isFinite {
        numberCount += 1
        if isNumeric { numbers.append(number) }
      } else {
        isNumeric = false
        numbers = []
        takeWord(String(decoding: range.map { bytes[$0] }, as: UTF8.self))
      }
    }
    // Where numbers are many, their spellings do not matter any more.
    guard !hasMoreValues else { return }
    search: for value in values where value.count == range.count {
      for offset in 0..<range.count where value[offset] != bytes[range.lowerBound + offset] {
        continue search
      }
      return
    }
    add(range.map { bytes[$0] })
  }

  private mutating func takeWord(_ word: String) {
    // `none` is a state of its own where there are words, and unknown among numbers.
    let small = word.lowercased()
    if Self.wordsForUnknown.contains(small) || small == "none" { return }
    if word.contains(","), DecimalNumber.parse(word.replacing(",", with: ".")) != nil {
      decimalComma = decimalComma ?? word
    } else if Self.isBound(word) {
      bound = bound ?? word
    } else {
      hasText = true
    }
  }

  /// Whether a word is a number that is known but for a bound, as laboratories write it.
  private static func isBound(_ word: String) -> Bool {
    guard let sign = word.first, "<>≤≥".contains(sign) else { return false }
    return DecimalNumber.parse(String(word.drop { "<>=≤≥ ".contains($0) })) != nil
  }

  private mutating func add(_ value: [UInt8]) {
    if values.count == Self.mostValues { hasMoreValues = true } else { values.append(value) }
  }

  /// Takes the column of the rows below.
  mutating func take(_ other: ColumnSummary) {
    emptyCount += other.emptyCount
    filledCount += other.filledCount
    hasText = hasText || other.hasText
    numberCount += other.numberCount
    decimalComma = decimalComma ?? other.decimalComma
    bound = bound ?? other.bound
    isNumeric = isNumeric && other.isNumeric
    numbers = isNumeric ? numbers + other.numbers : []
    for value in other.values where !hasMoreValues && !values.contains(value) { add(value) }
    hasMoreValues = hasMoreValues || other.hasMoreValues
  }

  /// The values as text, in order: numbers by their size, others by their letters.
  var texts: [String] {
    let texts = values.map { String(decoding: $0, as: UTF8.self) }
    return isNumeric
      ? texts.sorted { (DecimalNumber.parse($0) ?? 0, $0) < (DecimalNumber.parse($1) ?? 0, $1) }
      : texts.sorted()
  }
}
