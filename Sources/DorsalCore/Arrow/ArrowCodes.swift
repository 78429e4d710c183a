internal import DorsalNumerics

/// The codes of the words of a column: what each says as a cell of CSV.
struct ArrowCodes: Sendable {
  /// A word that is not a state, or not literally, or was not read: its row is read by itself.
  static let odd: UInt16 = 0xFFFF
  /// The most words that are read before any row has them. Words of a batch that has fewer rows
  /// are read with these, so that a file cannot make work by words that it has no rows for.
  static func mostWords(rows: Int) -> Int { min(max(rows, 64), 1 << 12) }

  private(set) var codes: [UInt16] = []

  /// Reads the words that were not read before, up to a place.
  mutating func read(
    _ words: ArrowWords, upTo end: Int, decoder: FindingDecoder, forms: CellForms?
  ) {
    var text: [UInt8] = []
    while codes.count < min(end, words.count) {
      text.removeAll(keepingCapacity: true)
      let place = words.place(of: codes.count)
      codes.append(
        place.part.appendText(place.row, to: &text)
          ? Self.code(text.span, 0..<text.count, decoder, forms) : Self.odd)
    }
  }

  /// The code of a text that is literally a state, or 0 of an empty one; else `odd`.
  static func code(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ decoder: FindingDecoder, _ forms: CellForms?
  ) -> UInt16 {
    if range.isEmpty { return UInt16(CaseBatch.unknown) }
    do throws(DorsalError) {
      guard let forms else { return UInt16(try decoder.code(of: bytes, range: range)) }
      if case .literal(let code) = try decoder.read(bytes, range: range, forms: forms) {
        return UInt16(code)
      }
    } catch {}
    return odd
  }
}

/// The codes of words that were met last: most columns have few, and one that was met before costs
/// a comparison.
struct WordCodes {
  private var words = [TypedBytes.ShortText?](repeating: nil, count: 64)
  private var codes = [UInt16](repeating: 0, count: 64)

  /// The code of a word, by whatever gives it where it is not remembered.
  mutating func code(of word: TypedBytes.ShortText, _ read: () -> UInt16) -> UInt16 {
    let slot = word.slot
    if words[slot] == word { return codes[slot] }
    let code = read()
    words[slot] = word
    codes[slot] = code
    return code
  }
}
