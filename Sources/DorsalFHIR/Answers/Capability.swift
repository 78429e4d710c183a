public import DorsalCore
public import DorsalReport

extension FHIRAnswers {
  private static let operations = "http://hl7.org/fhir/uv/sdc/OperationDefinition/"

  /// What the service can do in FHIR: its CapabilityStatement.
  ///
  /// - Parameter date: The day since which it answers.
  public func capability(since date: CivilDate) -> JSONValue {
    FHIRJSON.resource(
      "CapabilityStatement",
      [
        ("status", "active"), ("date", .string(date.text)), ("kind", "instance"),
        (
          "software",
          .object([("name", "Dorsal"), ("version", .string(Release.version))])
        ),
        ("implementation", .object([("description", .string(version))])),
        ("fhirVersion", "4.0.1"), ("format", .array(["application/fhir+json"])),
        (
          "rest",
          .array([
            .object([
              ("mode", "server"),
              (
                "documentation",
                .string(
                  "POST $score takes a Bundle or a QuestionnaireResponse and answers a "
                    + "RiskAssessment. Nothing is kept. " + RankingWriter.disclaimer)
              ),
              (
                "resource",
                .array([
                  .object([
                    ("type", "Questionnaire"),
                    ("interaction", .array([.object([("code", "read")])])),
                    (
                      "operation",
                      .array([
                        .object([
                          ("name", "next-question"),
                          ("definition", .string(Self.operations + "Questionnaire-next-question")),
                        ])
                      ])
                    ),
                  ])
                ])
              ),
              (
                "operation",
                .array([
                  .object([("name", "score"), ("definition", .string(Self.operationURL))])
                ])
              ),
            ])
          ])
        ),
      ])
  }
}
