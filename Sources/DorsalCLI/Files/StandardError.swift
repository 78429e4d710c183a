import Dorsal

/// Where everything goes that is not the answer.
enum StandardError {
  /// Writes a text; if nobody reads it any more, there is nobody to tell.
  ///
  /// Control characters that a file or a model brought along do not reach the terminal.
  static func write(_ text: String) {
    writeControls(TextEncoding.printableLines(text))
  }

  /// Writes a text of the tool's own that moves the terminal.
  static func writeControls(_ text: String) {
    try? OpenFile.standardError.write(Array(text.utf8))
  }

  /// Whether a person looks at it.
  static var isTerminal: Bool { OpenFile.standardError.isTerminal }
}
