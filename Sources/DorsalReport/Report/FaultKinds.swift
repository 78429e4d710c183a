public import DorsalCore

/// The faults of rejected rows by kind, each with a count and its first example: a file of a
/// thousand bad rows hardly ever has more than a few kinds.
public struct FaultKinds: Sendable {
  /// Faults of one kind.
  public struct Kind: Sendable {
    /// The column; empty where rows as a whole are wrong.
    public let field: String
    /// What is wrong, without numbers and quoted names.
    public let reason: String
    /// How many faults there are.
    public fileprivate(set) var count: Int
    /// The row of the first one that was told.
    public let line: Int
    /// The column of its line that the first one stands in.
    public let column: Int
    /// The case's id, where it could be read.
    public let id: String
    /// The value.
    public let value: String
  }

  /// Files may hold ever new names; what is beyond so many kinds is counted together.
  private static let mostKinds = 1000

  private var kinds: [Kind] = []
  private var places: [String: Int] = [:]

  /// No faults yet.
  public init() {}

  /// Takes a row that was rejected.
  public mutating func add(_ rejection: Rejection) {
    for reason in rejection.reasons {
      var (field, text) = (reason.column, Self.kind(of: reason.reason))
      var key = field + "\n" + text
      if places[key] == nil, kinds.count >= Self.mostKinds {
        (field, text, key) = ("", "other faults", "\nother faults")
      }
      if let place = places[key] {
        kinds[place].count += 1
      } else {
        places[key] = kinds.count
        kinds.append(
          Kind(
            field: field, reason: text, count: 1, line: reason.position.line,
            column: reason.position.column, id: rejection.id, value: reason.value))
      }
    }
  }

  /// The kinds, the most common first, those of one count in the order of the file.
  public var byCount: [Kind] {
    kinds.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
      .map(\.element)
  }

  /// A reason without what is expected, numbers and quoted names.
  private static func kind(of reason: String) -> String {
    let head = reason.prefix { $0 != ";" }
    var text = ""
    var isQuoted = false
    var hasNumber = false
    for character in head {
      let isDigit = character.isASCII && character.isNumber
      if character == "\"" {
        text += isQuoted ? "...\"" : "\""
        isQuoted.toggle()
      } else if !isQuoted, !isDigit || !hasNumber {
        text.append(isDigit ? "N" : character)
      }
      hasNumber = isDigit
    }
    return text
  }
}
