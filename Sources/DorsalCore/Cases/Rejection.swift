/// A row of a case file that could not be read, and why.
public struct Rejection: Sendable, Hashable, CustomStringConvertible {
  /// One thing that is wrong with a row.
  public struct Reason: Sendable, Hashable {
    /// Where it is.
    public let position: SourcePosition
    /// The column it is in; empty where the row as a whole is wrong.
    public let column: String
    /// The value, made printable and cut to 80 bytes.
    public let value: String
    /// What is wrong and what was expected.
    public let reason: String

    /// What was expected, where the reason says so: `a number from 0 to 120 (years)`.
    public var expected: String? {
      guard let word = reason.firstRange(of: "expected ") else { return nil }
      let rest = reason[word.upperBound...]
      return String(rest[..<(rest.firstRange(of: "; ")?.lowerBound ?? rest.endIndex)])
    }

    /// A reason whose texts, which quote what files hold, are safe to print.
    init(position: SourcePosition, column: String, value: String, reason: String) {
      self.position = position
      self.column = TextEncoding.printable(column)
      self.value = value
      self.reason = TextEncoding.printable(reason)
    }
  }

  /// The line the row begins on.
  public let line: Int
  /// The case's id, where it could be read.
  public let id: String
  /// Everything that is wrong, in the order of the row; at least one.
  public let reasons: [Reason]

  /// The reasons, one a line: `file:line:column: column "value": reason`.
  public var description: String {
    reasons.map { reason in
      let column = reason.column.isEmpty ? "" : "\(reason.column) "
      let value = reason.value.isEmpty && reason.column.isEmpty ? "" : "\"\(reason.value)\": "
      return "\(reason.position): \(column)\(value)\(reason.reason)"
    }.joined(separator: "\n")
  }
}

extension Rejection {
  /// A case whose id another case of the file has already.
  package static func repeatedID(_ id: String, file: String, line: Int, first: Int) -> Rejection {
    let bytes = Array(id.utf8)
    return Rejection(
      line: line, id: id,
      reasons: [
        Reason(
          position: SourcePosition(file: file, line: line, column: 1), column: "id",
          value: TextEncoding.printable(bytes.span, range: 0..<bytes.count),
          reason: "the id was used on line \(first) already; expected one row a case")
      ])
  }
}
