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

extension CaseBatch {
  /// Adds a case that a program builds.
  ///
  ///     try batch.append(id: "p1", findings: ["age": 63, "onset": "gradual"], model: model)
  ///
  /// - Parameters:
  ///   - id: Its id.
  ///   - findings: Values by the finding's id; findings left out are unknown.
  ///   - model: The model whose findings they are.
  /// - Throws: `DorsalError` for an unknown finding, a value that it cannot take, or a batch of
  ///   another model; the batch is then as it was.
  public mutating func append(
    id: String, findings: [String: FindingValue], model: Model
  ) throws(DorsalError) {
    try bind(to: model)
    try appendNamed(id, findings, diagnosis: [], vocabulary: model.vocabulary)
  }

  /// Adds a case to a batch that a scorer made.
  ///
  ///     var batch = scorer.makeBatch()
  ///     try batch.append("a-17", ["age": 67, "night_pain": true], diagnosis: ["spinal_metastasis"])
  ///
  /// - Parameters:
  ///   - id: Its id.
  ///   - findings: Values by the finding's id; findings left out are unknown.
  ///   - diagnosis: The ids of the causes that it is labelled with, any of which is right.
  /// - Throws: `DorsalError` for an unknown finding or cause, or a value that a finding cannot
  ///   take; it names the finding, and the batch is then as it was.
  public mutating func append(
    _ id: String, _ findings: [String: FindingValue], diagnosis: [String] = []
  ) throws(DorsalError) {
    guard let vocabulary = knownVocabulary else {
      throw DorsalError(
        .value, "the batch belongs to no model; make it with makeBatch() of a scorer")
    }
    var causes: [Int] = []
    for name in diagnosis {
      guard let cause = vocabulary.causeIDs.firstIndex(of: name) else {
        throw DorsalError(
          .value,
          "unknown cause \"\(name)\""
            + NearestName.suggestion(for: name, in: vocabulary.causeIDs))
      }
      causes.append(cause)
    }
    try appendNamed(id, findings, diagnosis: causes, vocabulary: vocabulary)
  }

  private mutating func appendNamed(
    _ id: String, _ findings: [String: FindingValue], diagnosis: [Int],
    vocabulary: CaseVocabulary
  ) throws(DorsalError) {
    var codes = [UInt8](repeating: Self.unknown, count: findingCount)
    for (name, value) in findings.sorted(by: { $0.key < $1.key }) {
      guard let finding = vocabulary.place(ofFinding: name) else {
        throw DorsalError(
          .value,
          "unknown finding \"\(name)\""
            + NearestName.suggestion(for: name, in: vocabulary.findings.map(\.id)))
      }
      do throws(DorsalError) {
        codes[finding] = try FindingDecoder(vocabulary.findings[finding]).code(of: value)
      } catch {
        throw DorsalError(.value, "\(name): \(error.description)")
      }
    }
    appendChecked(id: id.utf8, codes: codes, diagnosis: diagnosis)
  }
}
