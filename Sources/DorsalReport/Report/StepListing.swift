import DorsalCore

/// Steps as the table has them, for the data dictionary and for single causes and rules.
struct StepListing {
  /// The columns of a list.
  static let columns = [
    "id", "kind", "when", "after_days", "causes", "rules", "what", "finding", "only_if", "against",
    "basis", "sources",
  ]

  private let model: Model
  private let steps: [Step]

  /// The steps of a cause.
  init(ofCause cause: Int, in model: Model) {
    self.model = model
    steps = model.steps.filter { $0.causes.contains(cause) }
  }

  /// The steps of a rule.
  init(ofRule rule: String, in model: Model) {
    self.model = model
    steps = model.steps.filter { step in
      step.rules.contains { model.redFlags[$0].rule == rule }
    }
  }

  /// All steps.
  init(of model: Model) {
    self.model = model
    steps = model.steps
  }

  /// The keys of the sources, each once.
  var sources: [String] { steps.flatMap(\.sources).uniqued() }

  /// A row of cells for each step.
  var rows: [[String]] {
    steps.map { step in
      [
        step.id, step.kind.rawValue, step.when.rawValue, step.afterDays.map { "\($0)" } ?? "",
        step.causes.map { model.causes[$0].id }.joined(separator: ";"),
        step.rules.map { model.redFlags[$0].rule }.joined(separator: ";"), step.what,
        step.finding.map { model.findings[$0].id } ?? "",
        ModelWriter.cell(step.onlyIf, of: model), ModelWriter.cell(step.against, of: model),
        step.basis.rawValue, step.sources.joined(separator: ";"),
      ]
    }
  }

  /// A table of the steps for terminals; nothing where there is none.
  var lines: [String] {
    guard !steps.isEmpty else { return [] }
    var table = TextTable([
      ("step", .left), ("kind", .left), ("when", .left), ("what", .left), ("basis", .left),
      ("sources", .left), ("only if", .left), ("against", .left),
    ])
    for step in steps {
      table.append([
        step.id, step.kind.rawValue, StepWords.time(step), step.what, step.basis.rawValue,
        step.sources.joined(separator: ";"), ModelWriter.cell(step.onlyIf, of: model),
        ModelWriter.cell(step.against, of: model),
      ])
    }
    return table.lines
  }

  /// The steps as JSON.
  var json: JSONValue {
    .array(
      steps.map { step in
        .object([
          ("step", .string(step.id)), ("kind", .string(step.kind.rawValue)),
          ("when", .string(step.when.rawValue)),
          ("after_days", step.afterDays.map(JSONValue.integer) ?? .null),
          ("what", .string(step.what)),
          ("finding", step.finding.map { .string(model.findings[$0].id) } ?? .null),
          ("only_if", .array(step.onlyIf.map { Step.json($0, model: model) })),
          ("against", .array(step.against.map { Step.json($0, model: model) })),
          ("basis", .string(step.basis.rawValue)),
          ("sources", .array(step.sources.map(JSONValue.string))), ("note", .string(step.note)),
        ])
      })
  }
}
