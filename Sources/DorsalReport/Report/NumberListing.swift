package import DorsalCore

/// The numbers of one cause or one finding, with what each rests on.
package struct NumberListing {
  /// One number of the list.
  private struct Entry {
    /// What it is the probability of: a setting, or a finding and its state.
    let subject: [String]
    /// The cause it is given, or `*`.
    let cause: String
    let evidence: Evidence
  }

  private let model: Model
  private let heading: [String]
  private let entries: [Entry]
  /// The steps of a cause, in a model that has steps.
  private let steps: StepListing?

  /// Lists the numbers of a cause, or else of a finding.
  ///
  /// - Returns: Nothing where the model has neither under this id.
  package init?(id: String, model: Model) {
    self.model = model
    steps = model.index(ofCause: id).flatMap { cause in
      model.steps.isEmpty ? nil : StepListing(ofCause: cause, in: model)
    }
    if let cause = model.index(ofCause: id) {
      let definition = model.causes[cause]
      heading =
        [
          definition.label,
          "cause \(definition.id), group \(definition.group), "
            + "urgency \(definition.urgency.rawValue)"
            + (definition.icd10.isEmpty ? "" : ", ICD-10 \(definition.icd10)"),
        ] + Self.associations(of: cause, model)
      entries =
        model.priors.filter { $0.cause == cause }.map { prior in
          Entry(
            subject: ["setting", model.settings[prior.setting]], cause: id,
            evidence: prior.evidence)
        } + model.likelihoods.filter { $0.cause == cause }.map { Self.entry($0, model) }
    } else if let finding = model.index(ofFinding: id) {
      let definition = model.findings[finding]
      heading = [
        definition.question,
        "finding \(definition.id), \(definition.kind.rawValue), section \(definition.section), "
          + Self.dependence(of: finding, model),
      ]
      entries =
        finding == model.settingFinding
        ? model.priors.map { prior in
          Entry(
            subject: ["setting", model.settings[prior.setting]],
            cause: model.causes[prior.cause].id, evidence: prior.evidence)
        }
        : model.likelihoods.filter { $0.finding == finding }.map { Self.entry($0, model) }
    } else {
      return nil
    }
  }

  /// What a finding hangs on, or its weight in a model without tables of dependence.
  private static func dependence(of finding: Int, _ model: Model) -> String {
    let definition = model.findings[finding]
    var parts: [String] = []
    if model.findingGroups.isEmpty, model.parents.isEmpty {
      parts.append("weight \(definition.weight)")
    }
    if let group = model.findingGroups.first(where: { $0.id == definition.group }) {
      parts.append("group \(group.id) with correlation \(NumberText.plain(group.correlation))")
    } else if !definition.group.isEmpty {
      parts.append("group \(definition.group)")
    }
    if let link = model.parents.first(where: { $0.finding == finding }) {
      parts.append("parent \(model.findings[link.parent].id)")
    }
    return parts.isEmpty ? "hangs on no other finding" : parts.joined(separator: ", ")
  }

  /// A line for each cause that this one comes with more or less often than by chance.
  private static func associations(of cause: Int, _ model: Model) -> [String] {
    model.associations.filter { $0.first == cause || $0.second == cause }.map { association in
      let other = association.first == cause ? association.second : association.first
      let sources =
        association.sources.isEmpty ? "" : ", " + association.sources.joined(separator: ";")
      let note = association.note.isEmpty ? "" : ": " + association.note
      return "with \(model.causes[other].id), odds times "
        + "\(NumberText.plain(association.oddsMultiplier)) "
        + "(\(association.basis.rawValue)\(sources))\(note)"
    }
  }

  private static func entry(_ row: Likelihood, _ model: Model) -> Entry {
    Entry(
      subject: [model.findings[row.finding].id, model.findings[row.finding].states[row.state]],
      cause: row.cause.map { model.causes[$0].id } ?? "*", evidence: row.evidence)
  }

  /// The list as an aligned table, and the citations of its sources below it.
  package var text: String {
    var table = TextTable([
      ("finding", .left), ("state", .left), ("cause", .left), ("probability", .right),
      ("effective n", .right), ("basis", .left), ("sources", .left), ("note", .left),
    ])
    var cited: [String] = []
    for entry in entries {
      let evidence = entry.evidence
      cited += evidence.sources.filter { !cited.contains($0) }
      table.append([
        entry.subject[0], entry.subject[1], entry.cause, "\(evidence.probability)",
        NumberText.fixed(evidence.effectiveN, decimals: 0), evidence.basis.rawValue,
        evidence.sources.joined(separator: ";"), evidence.note,
      ])
    }
    var lines = heading + [""] + table.lines
    if let steps {
      lines += ["", steps.lines.isEmpty ? "no steps" : "steps:"] + steps.lines
      cited += steps.sources.filter { !cited.contains($0) }
    }
    if !cited.isEmpty { lines.append("") }
    for key in cited.sorted() {
      let source = model.sources[key]
      lines.append("\(key): \(source?.citation ?? "") \(source?.identifier ?? "")")
    }
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }

  /// The list as JSON.
  package var json: JSONValue {
    let members: [(key: String, value: JSONValue)] = [
      ("heading", .array(heading.map(JSONValue.string))),
      (
        "numbers",
        .array(
          entries.map { entry in
            let evidence = entry.evidence
            return .object([
              ("finding", .string(entry.subject[0])), ("state", .string(entry.subject[1])),
              ("cause", .string(entry.cause)), ("probability", .number(evidence.probability)),
              ("effective_n", .number(evidence.effectiveN)),
              ("basis", .string(evidence.basis.rawValue)),
              (
                "sources",
                .array(
                  evidence.sources.map { key in
                    .object([
                      ("key", .string(key)),
                      ("citation", .string(model.sources[key]?.citation ?? "")),
                      ("identifier", .string(model.sources[key]?.identifier ?? "")),
                    ])
                  })
              ),
              ("note", .string(evidence.note)),
            ])
          })
      ),
      ("model", model.jsonIdentity),
    ]
    return .object(members + (steps.map { [("steps", $0.json)] } ?? []))
  }
}
