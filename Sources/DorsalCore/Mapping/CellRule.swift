/// How the cells of one mapped column are read for one finding.
///
/// A class, so that a cell costs no copy.
final class CellRule: Sendable {
  /// What a cell says.
  enum Reading {
    /// A state, in a form that every file may use.
    case state(UInt8)
    /// A state, in another spelling.
    case spelled(UInt8)
    /// The state that a bound such as `<5` proves; nothing where it proves none.
    case bounded(UInt8?)
    /// Nothing, by the mapping or since the cell is blank.
    case unknown
    /// Nothing: these bytes are one of the usual words for unknown.
    case word(Range<Int>)
    /// Nothing that the list names.
    case unlisted
  }

  /// Reads what has no code, in the unit of the column.
  let decoder: FindingDecoder
  let column: String
  let separator: UInt8?
  /// The codes, each with that of its state or 0: single ones first, then patterns in their order.
  let patterns: [(pattern: CodePattern, code: UInt8)]
  /// The line's own words for unknown.
  let unknown: [CodePattern]
  private let shownCodes: String
  private let needsNumber: Bool

  init(
    decoder: FindingDecoder, line: CaseMapping.Line,
    patterns: [(pattern: CodePattern, code: UInt8)], unknown: [CodePattern]
  ) {
    self.decoder = decoder
    self.column = line.column
    self.separator = line.separator
    self.patterns =
      patterns.filter { $0.pattern.isExact } + patterns.filter { !$0.pattern.isExact }
    self.unknown = unknown
    let names = line.codes.map(\.pattern)
    shownCodes =
      names.prefix(12).joined(separator: ", ")
      + (names.count > 12 ? " and \(names.count - 12) more" : "")
    needsNumber = (patterns.map(\.pattern) + unknown).contains { pattern in
      switch pattern {
      case .exact(_, let number): number != nil
      case .range: true
      case .prefix, .any: false
      }
    }
  }

  /// Reads a cell.
  ///
  /// - Parameter forms: The forms that the file may use; nothing for exact codes alone.
  /// - Complexity: O(bytes × codes), without allocation where a code stands as it should.
  func read(
    _ bytes: Span<UInt8>, _ range: Range<Int>, forms: CellForms?
  ) throws(DorsalError) -> Reading {
    guard let separator else { return try readOne(bytes, range, forms: forms) }
    let content = forms == nil ? range : CellForms.trimmed(bytes, range)
    if content.isEmpty { return .unknown }
    if let word = wordForUnknown(bytes, content, forms: forms) { return word }
    // The first code of the mapping that the cell holds anywhere.
    for (pattern, code) in patterns {
      var start = content.lowerBound
      while start <= content.upperBound {
        var end = start
        while end < content.upperBound, bytes[end] != separator { end += 1 }
        let part = CellForms.trimmed(bytes, start..<end)
        let number = needsNumber ? self.number(bytes, part, forms: forms) : nil
        if !part.isEmpty, pattern.holds(bytes, part, number: number, folds: forms != nil) {
          return code == CaseBatch.unknown ? .unknown : .state(code)
        }
        start = end + 1
      }
    }
    return .unlisted
  }

  private func readOne(
    _ bytes: Span<UInt8>, _ range: Range<Int>, forms: CellForms?
  ) throws(DorsalError) -> Reading {
    let content = forms == nil ? range : CellForms.trimmed(bytes, range)
    if content.isEmpty { return .unknown }
    if needsNumber, forms?.hasNumbersWithCommas == true, CellForms.isGrouped(bytes, content) {
      throw CellForms.groupedFault(TextEncoding.printable(bytes, range: content))
    }
    let number = needsNumber ? self.number(bytes, content, forms: forms) : nil
    for word in unknown where word.holds(bytes, content, number: number, folds: forms != nil) {
      return .unknown
    }
    if !patterns.isEmpty {
      for (pattern, code) in patterns
      where pattern.isExact && pattern.holds(bytes, content, number: number, folds: false) {
        return code == CaseBatch.unknown ? .unknown : .state(code)
      }
      for (pattern, code) in patterns
      where pattern.holds(bytes, content, number: number, folds: forms != nil) {
        return code == CaseBatch.unknown ? .unknown : .state(code)
      }
      if let word = wordForUnknown(bytes, content, forms: forms) { return word }
      throw DorsalError(
        .value,
        "no code of \(decoder.finding.id) in the mapping; expected \(shownCodes)")
    }
    guard let forms else { return .state(try decoder.code(of: bytes, range: content)) }
    switch try decoder.read(bytes, range: range, forms: forms) {
    case .literal(let code): return .state(code)
    case .spelled(let code): return .spelled(code)
    case .bounded(let code): return .bounded(code)
    case .unknown(let word): return word.isEmpty ? .unknown : .word(word)
    }
  }

  /// What a cell is that means unknown by the mapping or in every file.
  private func wordForUnknown(
    _ bytes: Span<UInt8>, _ content: Range<Int>, forms: CellForms?
  ) -> Reading? {
    for word in unknown where word.holds(bytes, content, number: nil, folds: forms != nil) {
      return .unknown
    }
    guard let forms, forms.isUnknown(bytes, content) else { return nil }
    return .word(content)
  }

  private func number(_ bytes: Span<UInt8>, _ range: Range<Int>, forms: CellForms?) -> Double? {
    if let number = DecimalNumber.parse(bytes, range: range) { return number }
    let comma = UInt8(ascii: ",")
    guard forms?.hasDecimalComma == true else { return nil }
    let pointed = range.map { bytes[$0] == comma ? UInt8(ascii: ".") : bytes[$0] }
    return DecimalNumber.parse(pointed.span, range: 0..<pointed.count)
  }
}
