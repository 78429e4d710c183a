public import DorsalCore
import DorsalReport

/// Puts resources together.
enum FHIRJSON {
  /// An object without the members that have no value.
  static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
    .object(members.compactMap { name, value in value.map { (key: name, value: $0) } })
  }

  /// A resource.
  static func resource(_ type: String, _ members: [(String, JSONValue?)]) -> JSONValue {
    object([("resourceType", .string(type))] + members)
  }

  /// An array; nothing where it would be empty, which FHIR does not allow.
  static func list(_ values: [JSONValue]) -> JSONValue? { values.isEmpty ? nil : .array(values) }

  static func coding(
    _ system: String, _ code: String, display: String? = nil, version: String? = nil
  ) -> JSONValue {
    object([
      ("system", .string(system)), ("version", version.map(JSONValue.string)),
      ("code", .string(code)), ("display", display.map(JSONValue.string)),
    ])
  }

  static func concept(_ coding: JSONValue, text: String? = nil) -> JSONValue {
    object([("coding", .array([coding])), ("text", text.map(JSONValue.string))])
  }

  static func reference(_ text: String) -> JSONValue { .object([("reference", .string(text))]) }

  /// The patient of a case, who may have no name.
  static func subject(_ reference: String?) -> JSONValue {
    reference.map(Self.reference) ?? .object([("display", "The patient of the request")])
  }

  static func parameter(_ name: String, resource: JSONValue) -> JSONValue {
    .object([("name", .string(name)), ("resource", resource)])
  }
}

/// Probabilities as FHIR R4 has them: in percent.
enum Percent {
  /// Probabilities in percent with six significant digits, rounded down: together they are at
  /// most 100, whatever a float's last bit says.
  static func values(of probabilities: some Sequence<Float>) -> [Double] {
    let sum = probabilities.reduce(0.0) { $0 + Double($1) }
    return probabilities.map { rounded(Double($0) / max(sum, .leastNormalMagnitude)) }
  }

  /// One probability, rounded down.
  static func rounded(_ probability: Double) -> Double {
    let percent = min(probability * 100, 100)
    guard percent > 0 else { return 0 }
    var scale = 1000.0
    while percent * scale < 1e5, scale < 1e22 { scale *= 10 }
    return (percent * scale).rounded(.down) / scale
  }
}

extension FHIRIssue {
  /// The issue as OperationOutcome tells it.
  var json: JSONValue {
    let place = position.map { "line \($0.line), column \($0.column): " } ?? ""
    return FHIRJSON.object([
      ("severity", .string(severity.rawValue)), ("code", .string(code)),
      ("diagnostics", .string(place + text + (count > 1 ? " (\(count) times)" : ""))),
      ("expression", FHIRJSON.list(expressions.map(JSONValue.string))),
    ])
  }

  /// Issues as a resource.
  ///
  /// - Precondition: There is at least one.
  public static func outcome(_ issues: [FHIRIssue]) -> JSONValue {
    FHIRJSON.resource("OperationOutcome", [("issue", .array(issues.map(\.json)))])
  }
}

extension FHIRFailure {
  /// The failure as an OperationOutcome.
  public var outcome: JSONValue { FHIRIssue.outcome(issues) }
}

extension FHIRCase {
  /// What was used and what was not, as an OperationOutcome.
  public var outcome: JSONValue {
    let day =
      date.map { "; the day of the case is \($0.text)" } ?? "; the day of the case is unknown"
    let first = FHIRIssue(
      .information, "informational",
      "\(usedCount) of \(usedCount + unusedCount) resources say something of the case" + day)
    return FHIRIssue.outcome([first] + issues)
  }
}
