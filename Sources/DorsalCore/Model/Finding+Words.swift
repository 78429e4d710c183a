extension Finding {
  /// What the finding is called for people: its question without the mark, or its id where the
  /// model has no question.
  package var words: String {
    question.isEmpty ? Self.spaced(id) : Self.unmarked(question[...])
  }

  /// The same without what stands in brackets or behind a colon, which lists the states.
  package var shortWords: String {
    let end = [" (", ": "].compactMap { Self.start(of: $0, in: question) }.min()
    let short = end.map { Self.unmarked(question[..<$0]) } ?? words
    return short.isEmpty ? words : short
  }

  /// A state for people: `75 and over`.
  package func words(ofState state: Int) -> String { Self.spaced(states[state]) }

  private static func spaced(_ id: String) -> String { id.replacing("_", with: " ") }

  private static func unmarked(_ text: Substring) -> String {
    var text = text
    while let last = text.last, "?. ".contains(last) { text.removeLast() }
    return text.isEmpty ? "?" : String(text)
  }

  private static func start(of mark: String, in text: String) -> String.Index? {
    text.firstRange(of: mark)?.lowerBound
  }
}
