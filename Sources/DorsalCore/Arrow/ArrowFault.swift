/// What is wrong with the bytes of an Arrow file, and at which of them.
struct ArrowFault: Error {
  /// The byte of the file, counted from 0.
  let offset: Int
  /// What is there and what was expected.
  let message: String

  init(_ offset: Int, _ message: String) { (self.offset, self.message) = (offset, message) }

  /// The fault as an error of the file. Arrow has no lines, so that the byte stands in the words.
  func error(file: String) -> DorsalError {
    DorsalError(
      .caseFile,
      faults: [
        TextFault(
          position: SourcePosition(file: file, line: 1, column: 1),
          message: "\(message), at byte \(offset) of the file")
      ])
  }
}
