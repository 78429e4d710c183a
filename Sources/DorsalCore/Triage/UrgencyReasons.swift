/// Why a case has its urgency: the rules that hold, and the probable causes that make
/// a less urgent action too dear.
public struct UrgencyReasons: Sendable {
  /// A cause and its posterior.
  public struct ProbableCause: Sendable, Hashable {
    /// The index of the cause.
    public let cause: Int
    /// Its posterior.
    public let probability: Float
  }

  /// The urgency that stands.
  public let urgency: Urgency
  /// The rules that hold, as indices into `model.redFlags`, the most urgent first.
  public let redFlags: [Int]
  /// The action of least expected loss.
  public let expectedLossUrgency: Urgency
  /// The causes that count most against the next less urgent action, at most three,
  /// by how much of its expected loss they make.
  public let causes: [ProbableCause]
}

extension Triage.Outcome {
  /// How many causes are named as a reason.
  private static let mostCauses = 3

  /// Why the case has its urgency.
  ///
  /// - Parameters:
  ///   - model: The model that the case was scored with.
  ///   - posterior: The posterior of each cause.
  public func reasons(model: Model, posterior: ArraySlice<Float>) -> UrgencyReasons {
    let place = expectedLossUrgency.rank
    let lesser = Urgency.allCases[max(place - 1, 0)]
    var causes = LeadingList<UrgencyReasons.ProbableCause>(limit: Self.mostCauses)
    for (cause, probability) in posterior.enumerated() where place > 0 {
      let saving =
        model.loss(of: lesser, cause: cause) - model.loss(of: expectedLossUrgency, cause: cause)
      guard saving > 0 else { continue }
      causes.add(
        UrgencyReasons.ProbableCause(cause: cause, probability: probability),
        key: saving * Double(probability))
    }
    return UrgencyReasons(
      urgency: urgency, redFlags: redFlags, expectedLossUrgency: expectedLossUrgency,
      causes: causes.elements)
  }
}

extension UrgencyReasons {
  /// The reasons as JSON.
  package func json(model: Model) -> JSONValue {
    .object([
      (
        "red_flags",
        .array(
          redFlags.map { Self.json(of: model.redFlags[$0]) })
      ),
      (
        "expected_loss",
        .object([
          ("urgency", .string(expectedLossUrgency.rawValue)),
          (
            "causes",
            .array(
              causes.map { item in
                .object([
                  ("cause", .string(model.causes[item.cause].id)),
                  ("probability", .number(Double(item.probability))),
                ])
              })
          ),
        ])
      ),
    ])
  }

  /// A rule as JSON.
  package static func json(of rule: RedFlag) -> JSONValue {
    .object([
      ("rule", .string(rule.rule)), ("urgency", .string(rule.urgency.rawValue)),
      ("message", .string(rule.message)),
      ("sources", .array(rule.sources.map(JSONValue.string))),
    ])
  }

  /// The reasons in lines of text, with the names that people use.
  package func lines(model: Model) -> [String] {
    var lines = ["urgency: \(urgency.rawValue)"]
    if redFlags.isEmpty { lines.append("  red flags: no rule holds") }
    for index in redFlags {
      let rule = model.redFlags[index]
      lines.append(
        "  red flag (\(rule.urgency.rawValue)): \(rule.message) [\(rule.rule); "
          + "\(rule.sources.joined(separator: ", "))]")
    }
    let causes = causes.map { item in
      "\(model.causes[item.cause].label) \(NumberText.percent(Double(item.probability)))"
    }
    lines.append(
      "  expected loss: \(expectedLossUrgency.rawValue)"
        + (causes.isEmpty ? "" : ", for " + causes.joined(separator: ", ")))
    return lines
  }
}
