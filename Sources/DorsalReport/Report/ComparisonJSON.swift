public import DorsalCore
public import DorsalLearning

extension Comparison {
  /// The comparison as JSON, with every number unrounded.
  ///
  /// - Parameter sides: What A and B are.
  public func json(sides: ComparedSides) -> JSONValue {
    let (a, b) = (sides.a.model, sides.b.model)
    let seedValue = Int(exactly: seed).map(JSONValue.integer) ?? JSONValue.string("\(seed)")
    let members: [(key: String, value: JSONValue)] = [
      ("verdict", .string(verdict)), ("a", sides.a.json), ("b", sides.b.json),
      ("cases", .integer(caseCount)), ("labelled", .integer(labelledCount)),
      ("covered", .integer(coveredCount)),
      ("diagnosed_by_a_alone", .integer(diagnosedByOne.a)),
      ("diagnosed_by_b_alone", .integer(diagnosedByOne.b)),
      ("read_by_a_alone", .integer(answeredByOne.a)),
      ("read_by_b_alone", .integer(answeredByOne.b)),
      ("causes", causesJSON(a, b)),
      ("measures", .array(measures.map(\.json))),
      (
        "by_cause",
        .array(byCause.map { .object([("cause", .string(a.causes[$0].id))] + $1.members) })
      ),
      (
        "by_urgency",
        .array(byUrgency.map { .object([("urgency", .string($0.rawValue))] + $1.members) })
      ),
      ("net_benefit", .array(benefits.map(\.json))),
      ("movement", movement.json(a, b)),
      ("bootstrap", .integer(draws)), ("seed", seedValue),
    ]
    return .object(members)
  }

  private func causesJSON(_ a: Model, _ b: Model) -> JSONValue {
    .object([
      ("shared", .integer(causes.shared.count)),
      ("a_alone", .array(causes.onlyA.map { .string(a.causes[$0].id) })),
      ("b_alone", .array(causes.onlyB.map { .string(b.causes[$0].id) })),
      (
        "other_urgency",
        .array(
          causes.shared.filter { !$0.hasSameUrgency }.map { cause in
            .object([
              ("cause", .string(a.causes[cause.a].id)),
              ("a", .string(a.causes[cause.a].urgency.rawValue)),
              ("b", .string(b.causes[cause.b].urgency.rawValue)),
            ])
          })
      ),
    ])
  }
}

extension Comparison.Group {
  fileprivate var members: [(key: String, value: JSONValue)] {
    [
      ("cases", .integer(count)), ("mean_probability_a", .number(meanProbability.a)),
      ("mean_probability_b", .number(meanProbability.b)),
      ("measures", .array(measures.map(\.json))), ("b_is", .string(verdict)),
      ("other_probabilities", .integer(otherProbabilityCount)),
      ("other_urgency", .integer(otherUrgencyCount)),
    ]
  }
}

extension Comparison.Benefit {
  fileprivate var json: JSONValue {
    .object([
      ("event", .string(name)), ("loss_threshold", .optional(lossThreshold)),
      (
        "points",
        .array(
          points.map { point in
            .object([
              ("threshold", .number(point.threshold)), ("probability", point.probability.json),
              ("triage", point.triage.json),
            ])
          })
      ),
    ])
  }
}

extension Movement {
  fileprivate func json(_ a: Model, _ b: Model) -> JSONValue {
    .object([
      ("same_leading", .integer(sameLeadingCount)), ("same_urgency", .integer(sameUrgencyCount)),
      ("urgency", Self.json(of: urgency)),
      (
        "urgency_of",
        .object(zip(Urgency.allCases, urgencyOf).map { ($0.rawValue, Self.json(of: $1)) })
      ),
      (
        "leading",
        .array(
          leading.map { move in
            .object([
              ("a", .string(a.causes[move.a].id)), ("b", .string(b.causes[move.b].id)),
              ("cases", .integer(move.count)), ("diagnosed", .integer(move.diagnosedCount)),
              ("right_by_a", .integer(move.rightByA)), ("right_by_b", .integer(move.rightByB)),
            ])
          })
      ),
    ])
  }

  /// Urgencies by A, in each the cases by the urgency by B.
  private static func json(of matrix: [[Int]]) -> JSONValue {
    .object(
      zip(Urgency.allCases, matrix).map { own, row in
        (own.rawValue, .object(zip(Urgency.allCases, row).map { ($0.rawValue, .integer($1)) }))
      })
  }
}

extension PairedMeasure {
  /// The figure as JSON.
  package var json: JSONValue {
    .object([
      ("name", .string(name)), ("title", .string(title)), ("better", .string(sense.rawValue)),
      ("a", .optional(a)), ("b", .optional(b)), ("difference", .optional(difference)),
      ("lower", .optional(interval?.lowerBound)), ("upper", .optional(interval?.upperBound)),
      ("interval", method.map { JSONValue.string($0.rawValue) } ?? .null),
      ("cases", .integer(count)), ("b_is", .string(standing.rawValue)),
    ])
  }
}
