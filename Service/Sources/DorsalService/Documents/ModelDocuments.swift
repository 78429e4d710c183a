import Dorsal
import Hummingbird

/// What the model says of itself, written once: `/v1/model` and the lists beside it.
struct ModelDocuments: Sendable {
  private let model: Model
  private let calibration: Calibration?

  init(_ engine: Engine) { (model, calibration) = (engine.model, engine.calibration) }

  func add(to routes: inout Routes) {
    let documents = [
      ("/v1/model", card), ("/v1/findings", list("findings", findings)),
      ("/v1/causes", list("causes", causes)), ("/v1/red-flags", list("red_flags", redFlags)),
      ("/v1/sources", list("sources", sources)),
    ]
    for (path, document) in documents {
      let bytes = Array((document.text + "\n").utf8)
      routes.get(path) { request, _ in
        _ = try Query(request, [])
        return .json(bytes)
      }
    }
  }

  private func list(_ name: String, _ values: [JSONValue]) -> JSONValue {
    .object([("model", model.jsonIdentity), (name, .array(values))])
  }

  private var card: JSONValue {
    var sections: [String] = []
    for finding in model.findings where !sections.contains(finding.section) {
      sections.append(finding.section)
    }
    return .object([
      ("model", model.jsonIdentity), ("title", .string(model.card.title)),
      ("description", .string(model.card.description)), ("licence", .string(model.card.licence)),
      ("intended_use", .string(model.card.intendedUse)), ("limits", .string(model.card.limits)),
      ("settings", texts(model.settings)), ("sections", texts(sections)),
      ("urgencies", texts(Urgency.allCases.map(\.rawValue))),
      ("findings", .integer(model.findings.count)), ("causes", .integer(model.causes.count)),
      ("sources", .integer(model.sources.count)), ("release", .string(Release.version)),
      ("calibration", calibration.map { .string($0.method.rawValue) } ?? .null),
      ("disclaimer", .string(RankingWriter.disclaimer)),
    ])
  }

  private var findings: [JSONValue] {
    let flagged = Set(model.redFlags.flatMap { $0.conditions.map(\.finding) })
    return model.findings.enumerated().map { index, finding in
      .object([
        ("id", .string(finding.id)), ("section", .string(finding.section)),
        ("kind", .string(finding.kind.rawValue)), ("question", .string(finding.question)),
        ("unit", .string(finding.unit)), ("states", texts(finding.states)),
        ("edges", .array(finding.edges.map(JSONValue.number))),
        ("minimum", .optional(finding.range?.lowerBound)),
        ("maximum", .optional(finding.range?.upperBound)), ("weight", .number(finding.weight)),
        ("burden", .optional(finding.burden)), ("red_flag", .boolean(flagged.contains(index))),
      ])
    }
  }

  private var causes: [JSONValue] {
    model.causes.enumerated().map { index, cause in
      let priors = model.settings.enumerated().map { place, setting in
        (setting, JSONValue.number(model.priorTable[place * model.causes.count + index]))
      }
      return .object([
        ("id", .string(cause.id)), ("label", .string(cause.label)),
        ("group", .string(cause.group)), ("urgency", .string(cause.urgency.rawValue)),
        ("icd_10", .string(cause.icd10)), ("priors", .object(priors)),
      ])
    }
  }

  private var redFlags: [JSONValue] {
    model.redFlags.map { flag in
      .object([
        ("rule", .string(flag.rule)), ("urgency", .string(flag.urgency.rawValue)),
        ("message", .string(flag.message)), ("sources", texts(flag.sources)),
        (
          "conditions",
          .array(
            flag.conditions.map { condition in
              let finding = model.findings[condition.finding]
              return .object([
                ("finding", .string(finding.id)),
                ("states", texts(condition.states.map { finding.states[$0] })),
              ])
            })
        ),
      ])
    }
  }

  private var sources: [JSONValue] {
    model.sources.values.sorted { $0.key < $1.key }.map { source in
      .object([
        ("key", .string(source.key)), ("citation", .string(source.citation)),
        ("identifier", .string(source.identifier)),
      ])
    }
  }

  private func texts(_ list: [String]) -> JSONValue { .array(list.map(JSONValue.string)) }
}
