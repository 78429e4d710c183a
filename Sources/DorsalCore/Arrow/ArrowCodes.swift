/// The codes of the words of a column: what each says as a cell of CSV.
package struct ArrowCodes: Sendable {
  /// The most words that are read before any row has them. Words of a batch that has fewer rows
  /// are read with these, so that a file cannot make work by words that it has no rows for.
  static func mostWords(rows: Int) -> Int { min(max(rows, 64), 1 << 12) }

  private(set) var codes: [UInt16] = []

  /// The codes of no word yet.
  init() {}

  /// The codes of all words.
  package init(_ words: ArrowWords, _ reader: StateReader) {
    read(words, upTo: words.count, reader)
  }

  /// Reads the words that were not read before, up to a place.
  mutating func read(_ words: ArrowWords, upTo end: Int, _ reader: StateReader) {
    var text: [UInt8] = []
    while codes.count < min(end, words.count) {
      text.removeAll(keepingCapacity: true)
      let place = words.place(of: codes.count)
      codes.append(
        place.part.appendText(place.row, to: &text)
          ? reader.code(text.span, 0..<text.count) : StateReader.odd)
    }
  }
}
