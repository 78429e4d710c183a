/// Writes the tables of a model: the opposite of `ModelLoader`. What is loaded, written and
/// loaded again has the same values in the same order. Columns that a model passes over when
/// it loads (SNOMED CT and LOINC codes) are not in memory and so not written.
package enum ModelWriter {
  /// A table as CSV.
  ///
  /// - Parameters:
  ///   - schema: Its columns.
  ///   - left: Columns that are left out.
  ///   - rows: A cell for each other column, in their order.
  package static func csv(
    _ schema: TableSchema, without left: Set<String> = [], _ rows: some Sequence<[String]>
  ) -> [UInt8] {
    csv(schema.kept.filter { !left.contains($0) }, rows)
  }

  /// A table as CSV: a header and rows.
  package static func csv(_ header: [String], _ rows: some Sequence<[String]>) -> [UInt8] {
    var bytes: [UInt8] = []
    func append(_ row: [String]) {
      for (index, cell) in row.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        CSVText.append(cell, to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    append(header)
    for row in rows { append(row) }
    return bytes
  }

  /// A number with as few digits as tell it from every other `Double`: `0.25`, `18`.
  package static func number(_ value: Double) -> String {
    guard let whole = Int(exactly: value), whole.magnitude < 1 << 53 else { return "\(value)" }
    return "\(whole)"
  }

  /// `model.json`.
  package static func card(_ card: ModelCard) -> [UInt8] {
    let value = JSONValue.object([
      ("name", .string(card.name)), ("version", .string(card.version)),
      ("title", .string(card.title)), ("description", .string(card.description)),
      ("licence", .string(card.licence)), ("intended_use", .string(card.intendedUse)),
      ("limits", .string(card.limits)),
    ])
    return Array((value.indentedText + "\n").utf8)
  }

  /// `priors.csv`.
  package static func priors(_ priors: [Prior], settings: [String], causes: [Cause]) -> [UInt8] {
    csv(
      .priors,
      priors.map { [settings[$0.setting], causes[$0.cause].id] + cells($0.evidence) })
  }

  /// `likelihoods.csv`.
  package static func likelihoods(
    _ likelihoods: [Likelihood], findings: [Finding], causes: [Cause]
  ) -> [UInt8] {
    csv(
      .likelihoods,
      likelihoods.map { row in
        let finding = findings[row.finding]
        return [finding.id, finding.states[row.state], row.cause.map { causes[$0].id } ?? "*"]
          + cells(row.evidence)
      })
  }

  /// `sources.csv`.
  package static func sources(_ sources: [Source]) -> [UInt8] {
    csv(.sources, sources.map { [$0.key, $0.citation, $0.identifier] })
  }

  private static func cells(_ evidence: Evidence) -> [String] {
    [
      number(evidence.probability), number(evidence.effectiveN), evidence.basis.rawValue,
      evidence.sources.joined(separator: ";"), evidence.note,
    ]
  }

  /// `findings.csv`.
  ///
  /// - Parameter hasWeights: Whether it has the columns `weight` and `group`, whose place
  ///   `groups.csv` and `parents.csv` take.
  static func findings(_ findings: [Finding], hasWeights: Bool) -> [UInt8] {
    // A table without burdens has no column for them.
    let hasBurdens = findings.contains { $0.burden != nil }
    let left = Set((hasWeights ? [] : ["weight", "group"]) + (hasBurdens ? [] : ["burden"]))
    return csv(
      .findings, without: left,
      findings.map { finding in
        var cells = [
          finding.id, finding.section, finding.kind.rawValue, finding.unit,
          finding.edges.map(number).joined(separator: ";"),
          finding.states.joined(separator: ";"), finding.range.map { number($0.lowerBound) } ?? "",
          finding.range.map { number($0.upperBound) } ?? "",
        ]
        if hasWeights { cells += [number(finding.weight), finding.group] }
        if hasBurdens { cells.append(finding.burden.map(number) ?? "") }
        return cells + [finding.question]
      })
  }

  /// `groups.csv`.
  static func groups(_ model: Model) -> [UInt8] {
    csv(
      .groups,
      model.findingGroups.flatMap { group in
        group.members.map { member in
          [
            group.id, model.findings[member.finding].id, number(group.correlation),
            member.isRising ? "1" : "-1",
          ] + cells(member.evidence)
        }
      })
  }

  /// `parents.csv`.
  static func parents(_ model: Model) -> [UInt8] {
    csv(
      .parents,
      model.parents.flatMap { link in
        let (finding, parent) = (model.findings[link.finding], model.findings[link.parent])
        return link.terms.map { term in
          [
            finding.id, finding.states[term.state], parent.id, parent.states[term.parentState],
            number(term.logOdds),
          ] + cells(term.evidence)
        }
      })
  }

  private static func cells(_ evidence: TermEvidence) -> [String] {
    [evidence.basis.rawValue, evidence.sources.joined(separator: ";"), evidence.note]
  }

  static func associations(_ model: Model) -> [UInt8] {
    csv(
      .associations,
      model.associations.map { row in
        [
          model.causes[row.first].id, model.causes[row.second].id, number(row.oddsMultiplier),
          row.basis.rawValue, row.sources.joined(separator: ";"), row.note,
        ]
      })
  }

  static func causes(_ causes: [Cause]) -> [UInt8] {
    csv(
      .causes,
      causes.map { [$0.id, $0.group, $0.urgency.rawValue, $0.label, $0.icd10] })
  }

  static func redFlags(_ model: Model) -> [UInt8] {
    csv(
      .redFlags,
      model.redFlags.flatMap { rule in
        rule.conditions.map { condition in
          let finding = model.findings[condition.finding]
          return [
            rule.rule, rule.urgency.rawValue, finding.id,
            condition.states.map { finding.states[$0] }.joined(separator: "|"), rule.message,
            rule.sources.joined(separator: ";"),
          ]
        }
      })
  }

  static func plausibility(_ model: Model) -> [UInt8] {
    csv(
      .plausibility,
      model.impossibilities.flatMap { rule in
        rule.conditions.map { condition in
          let finding = model.findings[condition.finding]
          return [
            rule.rule, rule.kind.rawValue, finding.id,
            condition.states.map { finding.states[$0] }.joined(separator: "|"),
            rule.basis.rawValue, rule.sources.joined(separator: ";"), rule.note,
          ]
        }
      })
  }

  static func steps(_ model: Model) -> [UInt8] {
    csv(
      .steps,
      model.steps.map { step in
        [
          step.id, step.kind.rawValue,
          step.causes.map { model.causes[$0].id }.joined(separator: ";"),
          step.rules.map { model.redFlags[$0].rule }.joined(separator: ";"), step.what,
          step.when.rawValue, step.afterDays.map { "\($0)" } ?? "",
          step.finding.map { model.findings[$0].id } ?? "", cell(step.onlyIf, of: model),
          cell(step.against, of: model), step.basis.rawValue,
          step.sources.joined(separator: ";"), step.note,
        ]
      })
  }

  /// Conditions as a cell of `steps.csv`: `sex=male;age=65_to_74|75_and_over`.
  package static func cell(_ conditions: [RedFlag.Condition], of model: Model) -> String {
    conditions.map { condition in
      let finding = model.findings[condition.finding]
      return finding.id + "=" + condition.states.map { finding.states[$0] }.joined(separator: "|")
    }.joined(separator: ";")
  }

  static func losses(_ model: Model) -> [UInt8] {
    csv(
      .losses,
      model.losses.map { loss in
        [
          loss.action.rawValue, loss.cause.map { model.causes[$0].id } ?? "*", number(loss.loss),
          loss.basis.rawValue, loss.sources.joined(separator: ";"), loss.note,
        ]
      })
  }
}

extension ModelTables {
  /// The tables of a model that is in memory, as they would stand in a folder.
  ///
  /// Rows keep their order; sources, which have none in memory, come by their keys.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - origin: What to call the place in messages.
  public init(_ model: Model, origin: String) {
    var files = [
      "model.json": ModelWriter.card(model.card),
      "findings.csv": ModelWriter.findings(
        model.findings, hasWeights: model.findingGroups.isEmpty && model.parents.isEmpty),
      "causes.csv": ModelWriter.causes(model.causes),
      "priors.csv": ModelWriter.priors(
        model.priors, settings: model.settings, causes: model.causes),
      "likelihoods.csv": ModelWriter.likelihoods(
        model.likelihoods, findings: model.findings, causes: model.causes),
      "red_flags.csv": ModelWriter.redFlags(model),
      "losses.csv": ModelWriter.losses(model),
      "sources.csv": ModelWriter.sources(model.sources.values.sorted { $0.key < $1.key }),
    ]
    if !model.findingGroups.isEmpty { files["groups.csv"] = ModelWriter.groups(model) }
    if !model.parents.isEmpty { files["parents.csv"] = ModelWriter.parents(model) }
    if !model.associations.isEmpty {
      files["associations.csv"] = ModelWriter.associations(model)
    }
    if !model.impossibilities.isEmpty {
      files[TableSchema.plausibility.file] = ModelWriter.plausibility(model)
    }
    if !model.steps.isEmpty { files[TableSchema.steps.file] = ModelWriter.steps(model) }
    if !model.inputs.isEmpty { files[TableSchema.inputs.file] = ModelWriter.inputs(model.inputs) }
    if !model.scores.isEmpty {
      files[TableSchema.scores.file] = ModelWriter.scores(model.scores)
      files[TableSchema.scoreItems.file] = ModelWriter.scoreItems(model)
      files[TableSchema.scoreBands.file] = ModelWriter.scoreBands(model.scores)
    }
    self.init(origin: origin, files: files)
  }
}
