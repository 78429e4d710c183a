public import DorsalCore
import DorsalReport

extension FHIRAnswers {
  /// The id of the definition of `$score`.
  public static let operationID = "dorsal-score"
  static let operationURL = "urn:dorsal:operation:score"

  /// What `$score` takes and gives: its OperationDefinition.
  public var scoreOperation: JSONValue {
    func parameter(
      _ name: String, _ use: String, _ type: String, least: Int, _ documentation: String
    ) -> JSONValue {
      .object([
        ("name", .string(name)), ("use", .string(use)), ("min", .integer(least)), ("max", "1"),
        ("documentation", .string(documentation)), ("type", .string(type)),
      ])
    }
    return FHIRJSON.resource(
      "OperationDefinition",
      [
        ("id", .string(Self.operationID)), ("url", .string(Self.operationURL)),
        ("version", .string(Release.version)), ("name", "DorsalScore"),
        ("title", "Ranked causes of back pain"), ("status", "active"), ("kind", "operation"),
        ("affectsState", .boolean(false)), ("description", .string(RankingWriter.disclaimer)),
        ("code", "score"), ("system", .boolean(true)), ("type", .boolean(false)),
        ("instance", .boolean(false)),
        (
          "parameter",
          .array([
            parameter(
              "case", "in", "Resource", least: 1,
              "A Bundle or a QuestionnaireResponse. It may be the body by itself."),
            parameter("date", "in", "date", least: 0, "The day of the case."),
            parameter("top", "in", "positiveInt", least: 0, "How many causes; all without it."),
            parameter("interval", "in", "decimal", least: 0, "The level of intervals."),
            parameter("riskAssessment", "out", "RiskAssessment", least: 1, "The causes."),
            parameter("guidance", "out", "GuidanceResponse", least: 1, "What to ask next."),
            parameter("issues", "out", "OperationOutcome", least: 1, "What was not used."),
          ])
        ),
      ])
  }
}
