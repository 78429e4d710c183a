/// What a cell says, and whether it says so literally.
package enum CellReading {
  /// A state, in a form that every file may use.
  case literal(UInt8)
  /// A state, in another spelling.
  case spelled(UInt8)
  /// Nothing: the cell is blank, or these bytes are a word for unknown.
  case unknown(word: Range<Int>)
}

extension FindingDecoder {
  /// Reads a cell in any of the forms that a file may use.
  ///
  /// A state's id comes before a word for unknown: where `none` is a state, it is never unknown.
  ///
  /// - Complexity: O(states); no allocation where an id or number stands as it should.
  package func read(
    _ bytes: Span<UInt8>, range: Range<Int>, forms: CellForms
  ) throws(ValueFault) -> CellReading {
    if let code = exactState(bytes, range) { return .literal(code) }
    let content = CellForms.trimmed(bytes, range)
    if content.isEmpty { return .unknown(word: content) }
    let word = CellForms.folded(bytes, content)
    if let code = state(likeFolded: word) { return .spelled(code) }
    if forms.isUnknown(word) { return .unknown(word: content) }
    if finding.kind == .binary {
      if let code = Self.binaryCode(of: word) {
        return content == range ? .literal(code) : .spelled(code)
      }
      if let code = Self.spelledBinaryCode(of: word) { return .spelled(code) }
    }
    guard finding.kind == .number else { throw fault(ofCell: bytes, range) }
    if let number = DecimalNumber.parse(bytes, range: content) {
      let code = try code(of: number)
      return content == range ? .literal(code) : .spelled(code)
    }
    let comma = UInt8(ascii: ",")
    if forms.hasDecimalComma, word.count(where: { $0 == comma }) == 1 {
      let pointed = word.map { $0 == comma ? UInt8(ascii: ".") : $0 }
      if let number = DecimalNumber.parse(pointed.span, range: 0..<pointed.count) {
        return .spelled(try code(of: number))
      }
    }
    throw fault(ofCell: bytes, range)
  }

  /// The state whose id differs in the case of its letters alone; nothing where two do.
  private func state(likeFolded word: [UInt8]) -> UInt8? {
    guard finding.kind != .number else { return nil }
    var found: UInt8?
    for (index, state) in finding.states.enumerated() where state.utf8.count == word.count {
      let bytes = Array(state.utf8)
      if CellForms.folded(bytes.span, 0..<bytes.count) == word {
        if found != nil { return nil }
        found = UInt8(index + 1)
      }
    }
    return found
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
