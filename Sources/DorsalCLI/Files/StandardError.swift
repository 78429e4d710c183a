import Dorsal

/// Where everything goes that is not the answer.
enum StandardError {
  /// Writes a text; if nobody reads it any more, there is nobody to tell.
  static func write(_ text: String) {
    try? OpenFile.standardError.write(Array(text.utf8))
  }

  /// Whether a person looks at it.
  static var isTerminal: Bool { OpenFile.standardError.isTerminal }
}
