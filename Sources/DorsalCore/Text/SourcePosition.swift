/// A place in a text: a file, a line and a column.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
  /// The file's name as the caller gave it, or `-` for standard input.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in bytes of UTF-8, counted from 1.
  public let column: Int

  /// Creates a position.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, the form that editors and compilers use.
  public var description: String { "\(file):\(line):\(column)" }
}

/// One fault of a text: where it is, and what was expected there.
public struct TextFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where the fault is.
  public let position: SourcePosition
  /// What is wrong and what was expected, in one line that is safe to print.
  public let message: String

  /// Creates a fault.
  public init(position: SourcePosition, message: String) {
    self.position = position
    // Messages quote what files hold, and may be printed on a terminal.
    self.message = TextEncoding.printable(message)
  }

  /// `file:line:column: message`.
  public var description: String { "\(position): \(message)" }
}
