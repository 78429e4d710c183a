/// What a cell says, and whether it says so literally.
package enum CellReading {
  /// A state, in a form that every file may use.
  case literal(UInt8)
  /// A state, in another spelling.
  case spelled(UInt8)
  /// All that a bound such as `<5` says of a number: the state that it proves, or nothing where
  /// several are left.
  case bounded(UInt8?)
  /// Nothing: the cell is blank, or these bytes are a word for unknown.
  case unknown(word: Range<Int>)
}

extension FindingDecoder {
  /// Reads a cell in any of the forms that a file may use.
  ///
  /// A state's id comes before a word for unknown: where `none` is a state, it is never unknown.
  ///
  /// - Complexity: O(states); no allocation where an id, a number or a word for unknown stands.
  package func read(
    _ bytes: Span<UInt8>, range: Range<Int>, forms: CellForms
  ) throws(DorsalError) -> CellReading {
    if let code = exactState(bytes, range) { return .literal(code) }
    let content = CellForms.trimmed(bytes, range)
    if content.isEmpty { return .unknown(word: content) }
    if let code = likeState(bytes, content) { return .spelled(code) }
    if forms.isUnknown(bytes, content) { return .unknown(word: content) }
    if finding.kind == .binary {
      let word = CellForms.folded(bytes, content)
      if let code = Self.binaryCode(of: word) {
        return content == range ? .literal(code) : .spelled(code)
      }
      if let code = Self.spelledBinaryCode(of: word) { return .spelled(code) }
    }
    guard finding.kind == .number else { throw fault(ofCell: bytes, range) }
    if forms.hasNumbersWithCommas, CellForms.isGrouped(bytes, content) {
      throw CellForms.groupedFault(TextEncoding.printable(bytes, range: content))
    }
    if let number = DecimalNumber.parse(bytes, range: content) {
      let code = try code(of: number)
      return content == range ? .literal(code) : .spelled(code)
    }
    if forms.hasDecimalComma, let number = Self.number(withComma: bytes, content) {
      return .spelled(try code(of: number))
    }
    if let bound = NumberBound(bytes, content, hasDecimalComma: forms.hasDecimalComma) {
      return .bounded(try code(provedBy: bound))
    }
    throw fault(ofCell: bytes, range)
  }

  /// The number of a text with one decimal comma.
  static func number(withComma bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    let comma = UInt8(ascii: ",")
    let pointed = range.map { bytes[$0] == comma ? UInt8(ascii: ".") : bytes[$0] }
    return DecimalNumber.parse(pointed.span, range: 0..<pointed.count)
  }

  /// The code of the one state in which all numbers lie that a bound leaves; nothing where there
  /// are several.
  package func code(provedBy bound: NumberBound) throws(DorsalError) -> UInt8? {
    let number = bound.number
    guard number.isFinite, finding.range?.contains(number) ?? true else {
      throw outOfRange(number)
    }
    let (first, last): (Int, Int)
    switch bound.side {
    case .below, .atMost:
      first = finding.range.map { finding.state(of: $0.lowerBound) } ?? 0
      last =
        bound.side == .atMost ? finding.state(of: number) : finding.edges.count { $0 < number }
    case .above, .atLeast:
      first = finding.state(of: number)
      last = finding.range.map { finding.state(of: $0.upperBound) } ?? finding.edges.count
    }
    if first == last { return UInt8(first + 1) }
    // A state of the model may hold several that scores tell apart.
    return finding.wider.firstIndex {
      $0.contains(UInt8(first + 1)) && $0.contains(UInt8(last + 1))
    }.map { UInt8(finding.edges.count + 2 + $0) }
  }

  /// The code of `y`, `n`, `t`, `f`, and of 1 and 0 with decimals that are zero, as programs write
  /// them into columns that have gaps.
  private static func spelledBinaryCode(of word: [UInt8]) -> UInt8? {
    if word.count == 1 {
      switch word[0] {
      case UInt8(ascii: "n"), UInt8(ascii: "f"): return 1
      case UInt8(ascii: "y"), UInt8(ascii: "t"): return 2
      default: return nil
      }
    }
    let (zero, one) = (UInt8(ascii: "0"), UInt8(ascii: "1"))
    guard word.count >= 2, word[0] == zero || word[0] == one, word[1] == UInt8(ascii: "."),
      word[2...].allSatisfy({ $0 == zero })
    else { return nil }
    return word[0] == one ? 2 : 1
  }
}
