import Dorsal

/// A case file that is read twice: what can be read once only is kept in memory.
struct RepeatedInput {
  private let path: String
  private let bytes: [UInt8]?

  /// Finds out how a file can be read again.
  init(path: String) throws {
    self.path = path
    guard path == "-" || FileKind.at(path) == .other else {
      bytes = nil
      return
    }
    bytes = try InputFile(path: path).readAll()
  }

  /// The file from its beginning.
  func open() throws -> InputFile {
    guard let bytes else { return try InputFile(path: path) }
    return InputFile(name: path, bytes: bytes)
  }
}
