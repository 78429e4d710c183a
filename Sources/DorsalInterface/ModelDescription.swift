import Dorsal
import DorsalCore

/// What a model holds, for programs that ask for it.
enum ModelDescription {
  /// The card, settings, findings and causes of a model as JSON.
  static func json(of model: Model) -> String {
    JSONValue.object([
      ("name", .string(model.card.name)),
      ("version", .string(model.card.version)),
      ("title", .string(model.card.title)),
      ("description", .string(model.card.description)),
      ("intended_use", .string(model.card.intendedUse)),
      ("limits", .string(model.card.limits)),
      ("licence", .string(model.card.licence)),
      ("checksum", .string(model.checksum)),
      ("settings", .array(model.settings.map { .string($0) })),
      ("findings", .array(model.findings.map(finding))),
      ("causes", .array(model.causes.map(cause))),
    ]).indentedText + "\n"
  }

  private static func finding(_ finding: Finding) -> JSONValue {
    .object([
      ("id", .string(finding.id)),
      ("section", .string(finding.section)),
      ("kind", .string(finding.kind.rawValue)),
      ("unit", .string(finding.unit)),
      ("states", .array(finding.states.map { .string($0) })),
      ("minimum", .optional(finding.range?.lowerBound)),
      ("maximum", .optional(finding.range?.upperBound)),
      ("question", .string(finding.question)),
    ])
  }

  private static func cause(_ cause: Cause) -> JSONValue {
    .object([
      ("id", .string(cause.id)),
      ("group", .string(cause.group)),
      ("urgency", .string(cause.urgency.rawValue)),
      ("label", .string(cause.label)),
    ])
  }
}
