/// What the codes and diagnoses of a batch stand for: the findings of a model with their states,
/// and its causes. Models that differ in their numbers alone have the same.
package final class CaseVocabulary: Sendable {
  /// What a message calls the model.
  let modelName: String
  /// The greatest code of each finding: how many states it has.
  let greatestCodes: [UInt8]
  let causeCount: Int
  /// The findings, to read values by.
  let findings: [Finding]
  /// The ids of the causes, in the order of the model.
  let causeIDs: [String]
  private let places: [String: Int]
  /// All names and edges, one behind the other, to compare.
  private let signature: String

  init(card: ModelCard, findings: [Finding], causes: [Cause]) {
    modelName = "\(card.name) \(card.version)"
    greatestCodes = findings.map { UInt8(clamping: $0.states.count) }
    causeCount = causes.count
    self.findings = findings
    causeIDs = causes.map(\.id)
    places = Dictionary(
      findings.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var text = ""
    for finding in findings {
      text += "\(finding.id):\(finding.states.joined(separator: ";")),"
      for edge in finding.edges { text += "\(edge.bitPattern);" }
      text += "\n"
    }
    for cause in causes { text += "\(cause.id)\n" }
    signature = text
  }

  /// Whether codes and diagnoses mean the same under both.
  func isSame(as other: CaseVocabulary) -> Bool {
    self === other || signature == other.signature
  }

  /// The place of a finding, by its id.
  func place(ofFinding id: String) -> Int? { places[id] }

  /// Whether these are codes of one case, one for each finding.
  func holds(codes: some Collection<UInt8>) -> Bool {
    codes.count == greatestCodes.count && zip(codes, greatestCodes).allSatisfy { $0 <= $1 }
  }

  /// Whether these are causes.
  func holds(diagnosis: [Int]) -> Bool {
    diagnosis.allSatisfy { (0..<causeCount).contains($0) }
  }
}
