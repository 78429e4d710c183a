public import DorsalCore

extension CaseSimulator {
  /// How cases were made, as JSON: all that is needed to make them again, and how many have
  /// each cause.
  ///
  /// - Parameter counts: What was drawn.
  public func json(counts: CohortSimulation.Counts) -> JSONValue {
    .object([
      ("model", model.jsonIdentity), ("cases", .integer(counts.cases)),
      ("seed", .string("\(options.seed)")), ("setting", .string(model.settings[options.setting])),
      ("missing", .string(options.missing.rule)), ("correlations", correlations),
      ("priors", options.priors.map(byCause) ?? .string("of the model")),
      ("likelihood_seed", options.likelihoodSeed.map { .string("\($0)") } ?? .null),
      ("known", known(counts)),
      (
        "diagnoses",
        .object(zip(model.causes, counts.byCause).map { ($0.id, .integer($1)) })
      ),
    ])
  }

  private func byCause(_ numbers: [Double]) -> JSONValue {
    .object(zip(model.causes, numbers).map { ($0.id, .number($1)) })
  }

  /// The correlation of each group that has one.
  private var correlations: JSONValue {
    let groups = model.findings.map(\.group).uniqued()
    let correlated = groups.filter { correlation(ofGroup: $0) > 0 }
    return .object(correlated.map { ($0, .number(correlation(ofGroup: $0))) })
  }

  /// The share of known findings in each section, the setting left out.
  private func known(_ counts: CohortSimulation.Counts) -> JSONValue {
    let others = model.findings.indices.filter { $0 != model.settingFinding }
    let sections = others.map { model.findings[$0].section }.uniqued()
    return .object(
      sections.map { section in
        let findings = others.filter { model.findings[$0].section == section }
        let known = findings.reduce(0) { $0 + counts.known[$1] }
        return (section, .number(Double(known) / Double(findings.count * max(counts.cases, 1))))
      })
  }
}
