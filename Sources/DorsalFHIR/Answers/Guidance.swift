import DorsalCore
import DorsalReport

extension FHIRAnswers {
  /// So many findings are asked for.
  static let mostQuestions = 5

  /// Whether nothing is left that is worth asking for.
  static func isDone(_ suggestions: Suggestions) -> Bool {
    guard let first = suggestions.appraisals.first else { return true }
    // What value does not see, since it looks one finding ahead only, information may.
    return suggestions.shouldStop && first.information < 0.02
  }

  /// What to find out next: the data that is asked for, and what it is worth.
  func guidance(_ found: FHIRCase, _ suggestions: Suggestions) -> JSONValue {
    let next = suggestions.appraisals.prefix(Self.mostQuestions)
    let isDone = Self.isDone(suggestions)
    return FHIRJSON.resource(
      "GuidanceResponse",
      [
        (
          "contained",
          next.isEmpty
            ? nil
            : .array([
              FHIRJSON.resource(
                "Parameters",
                [("id", "next"), ("parameter", .array(next.map(parameter)))])
            ])
        ),
        ("moduleUri", .string("urn:dorsal:model:\(model.card.name):\(model.card.version)")),
        ("status", .string(isDone ? "success" : "data-requested")),
        ("subject", FHIRJSON.subject(found.subject)),
        ("encounter", found.encounter.map(FHIRJSON.reference)),
        (
          "note",
          .array(
            [suggestions.stopReason, RankingWriter.disclaimer].map {
              .object([("text", .string($0))])
            })
        ),
        ("outputParameters", next.isEmpty ? nil : FHIRJSON.reference("#next")),
        ("dataRequirement", isDone ? nil : FHIRJSON.list(next.map(requirement))),
      ])
  }

  private func requirement(_ appraisal: Appraisal) -> JSONValue {
    let finding = model.findings[appraisal.finding]
    return .object([
      ("type", "Observation"),
      (
        "codeFilter",
        .array([
          .object([
            ("path", "code"),
            (
              "code",
              .array([
                FHIRJSON.coding(
                  FHIRReader.findingSystem, finding.id, display: finding.question)
              ])
            ),
          ])
        ])
      ),
    ])
  }

  private func parameter(_ appraisal: Appraisal) -> JSONValue {
    let finding = model.findings[appraisal.finding]
    func part(_ name: String, _ kind: String, _ value: JSONValue) -> JSONValue {
      .object([("name", .string(name)), (kind, value)])
    }
    return .object([
      ("name", "question"),
      (
        "part",
        .array(
          [
            part("finding", "valueCode", .string(finding.id)),
            part("text", "valueString", .string(finding.question)),
            part("informationBits", "valueDecimal", .number(appraisal.information)),
            part("value", "valueDecimal", .number(appraisal.value)),
            part("chanceOfChange", "valueDecimal", .number(appraisal.chanceOfChange)),
          ] + finding.states.map { part("state", "valueCode", .string($0)) })
      ),
    ])
  }
}
