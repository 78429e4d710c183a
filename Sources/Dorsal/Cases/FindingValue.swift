/// The value of a finding in a case that a program builds.
public enum FindingValue: Sendable, Hashable, ExpressibleByStringLiteral,
  ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
  /// A state's id.
  case state(String)
  /// A number, for a numeric finding.
  case number(Double)

  /// A state's id.
  public init(stringLiteral value: String) { self = .state(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  /// `present` or `absent`.
  public init(booleanLiteral value: Bool) { self = .state(value ? "present" : "absent") }
}

/// A value that a finding cannot take, in words.
public struct ValueFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what was expected.
  public let description: String
}

extension CaseBatch {
  /// Adds a case that a program builds.
  ///
  ///     try batch.append(id: "p1", findings: ["age": 63, "onset": "gradual"], model: model)
  ///
  /// - Parameters:
  ///   - id: Its id.
  ///   - findings: Values by the finding's id; findings left out are unknown.
  ///   - model: The model whose findings they are.
  /// - Throws: `ValueFault` for an unknown finding, a value that it cannot take, or a batch of
  ///   another model; the batch is then as it was.
  public mutating func append(
    id: String, findings: [String: FindingValue], model: Model
  ) throws(ValueFault) {
    try bind(to: model)
    var codes = [UInt8](repeating: Self.unknown, count: findingCount)
    for (name, value) in findings.sorted(by: { $0.key < $1.key }) {
      guard let finding = model.index(ofFinding: name) else {
        throw ValueFault(
          description: "unknown finding \"\(name)\""
            + NearestName.suggestion(for: name, in: model.findings.map(\.id)))
      }
      codes[finding] = try FindingDecoder(model.findings[finding]).code(of: value)
    }
    appendChecked(id: id.utf8, codes: codes)
  }
}
