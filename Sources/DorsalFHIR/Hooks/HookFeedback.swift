import DorsalCore

/// What became of cards, as a client of CDS Hooks tells it.
public struct HookFeedback: Sendable {
  /// How many were taken up.
  public private(set) var accepted = 0
  /// How many were not.
  public private(set) var overridden = 0

  /// Reads a body of feedback.
  ///
  /// - Throws: Everything that is wrong.
  public init(_ bytes: [UInt8]) throws(FHIRFailure) {
    let text = try FHIRText(bytes, file: "body")
    let outcomes = try FHIRFailure.of { () throws(FHIRIssue) in
      let items = try text.root.objects("feedback")
      guard !items.isEmpty else {
        throw text.root.fault("expected feedback, an array of objects", code: "required")
      }
      var outcomes: [String] = []
      for item in items {
        guard try item.string("card")?.isEmpty == false,
          let outcome = try item.word("outcome", of: ["accepted", "overridden"]),
          try item.date("outcomeTimestamp") != nil
        else {
          throw item.fault("expected card, outcome and outcomeTimestamp", code: "required")
        }
        outcomes.append(outcome)
      }
      return outcomes
    }
    accepted = outcomes.count { $0 == "accepted" }
    overridden = outcomes.count - accepted
  }
}
