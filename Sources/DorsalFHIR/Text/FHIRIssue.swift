public import DorsalCore

/// Something that is wrong with what was sent, or was not used, as an OperationOutcome tells it.
public struct FHIRIssue: Error, Sendable, Hashable {
  /// How bad it is.
  public enum Severity: String, Sendable {
    /// Nothing is answered.
    case error
    /// Something that says of the case was not used.
    case warning
    /// Something else was not used.
    case information
  }

  /// How bad it is.
  public let severity: Severity
  /// A code of FHIR's issue types: `value`, `not-supported` and so on.
  public let code: String
  /// What is wrong, and what was expected.
  public let text: String
  /// Where, as FHIRPath: the first places, where there are many.
  public internal(set) var expressions: [String]
  /// How many places there are.
  public internal(set) var count = 1
  /// The line and column of the first place, where they are known.
  public let position: SourcePosition?

  /// Creates an issue.
  public init(
    _ severity: Severity, _ code: String, _ text: String, at expression: String? = nil,
    position: SourcePosition? = nil
  ) {
    (self.severity, self.code, self.position) = (severity, code, position)
    // Texts quote what was sent.
    self.text = TextEncoding.printable(text)
    let expression = expression ?? ""
    expressions = expression.isEmpty ? [] : [TextEncoding.printable(expression)]
  }

  /// The text with its count, for people.
  public var description: String {
    let place = position.map { "\($0): " } ?? ""
    let location = expressions.first.map { "\($0): " } ?? ""
    return place + location + text + (count > 1 ? " (\(count) times)" : "")
  }
}

/// Why no case could be made of resources: at least one issue.
public struct FHIRFailure: Error, Sendable {
  /// What is wrong.
  public let issues: [FHIRIssue]

  /// The id of the case, where it could be read.
  public let id: String?

  init(_ issues: [FHIRIssue], id: String? = nil) { (self.issues, self.id) = (issues, id) }

  /// Does something whose one issue is why nothing can be done.
  static func of<Value>(
    _ body: () throws(FHIRIssue) -> Value
  ) throws(FHIRFailure) -> Value {
    do throws(FHIRIssue) {
      return try body()
    } catch {
      throw FHIRFailure([error])
    }
  }
}

/// What was not used, put together by what is said of it, so that a long record stays short.
struct IssueList {
  /// So many places are named of each.
  private static let mostPlaces = 3
  /// So many are told; the rest is counted.
  private static let mostIssues = 200

  private var issues: [FHIRIssue] = []
  private var places: [String: Int] = [:]
  private var others = 0

  mutating func add(
    _ element: FHIRElement, _ severity: FHIRIssue.Severity, _ code: String, _ text: String
  ) {
    guard let place = places[text] else {
      guard issues.count < Self.mostIssues else {
        others += 1
        return
      }
      places[text] = issues.count
      issues.append(element.issue(severity, code, text))
      return
    }
    issues[place].count += 1
    // A path takes time, and many records are alike.
    if issues[place].expressions.count < Self.mostPlaces {
      issues[place].expressions.append(element.text.expression(of: element.node))
    }
  }

  /// All of them.
  var all: [FHIRIssue] {
    others == 0
      ? issues
      : issues + [FHIRIssue(.information, "informational", "and \(others) more were not used")]
  }
}
