internal import DorsalCore

/// Writes the reasons of many urgencies as JSON, from texts that are made once.
struct UrgencyText: Sendable {
  private let redFlags: [[UInt8]]
  private let causes: [[UInt8]]
  private let urgencies: [[UInt8]]

  /// Prepares the texts of a model.
  init(model: Model) {
    redFlags = model.redFlags.map { Array(UrgencyReasons.json(of: $0).text.utf8) }
    causes = model.causes.map { Array(JSONValue.string($0.id).text.utf8) }
    urgencies = Urgency.allCases.map { Array(JSONValue.string($0.rawValue).text.utf8) }
  }

  /// Appends what `UrgencyReasons.json` says.
  func append(_ reasons: UrgencyReasons, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: #"{"red_flags":["#.utf8)
    for (place, rule) in reasons.redFlags.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: redFlags[rule])
    }
    bytes.append(contentsOf: #"],"expected_loss":{"urgency":"#.utf8)
    bytes.append(contentsOf: urgencies[reasons.expectedLossUrgency.rank])
    bytes.append(contentsOf: #","causes":["#.utf8)
    for (place, item) in reasons.causes.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: #"{"cause":"#.utf8)
      bytes.append(contentsOf: causes[item.cause])
      bytes.append(contentsOf: #","probability":"#.utf8)
      JSONValue.number(Double(item.probability)).append(to: &bytes)
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(contentsOf: "]}}".utf8)
  }
}
