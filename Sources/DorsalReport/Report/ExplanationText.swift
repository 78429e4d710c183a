package import DorsalCore

extension Explanation {
  /// The explanation as text: for each leading cause, the terms from the prior to the
  /// posterior in decibans, which add up as printed.
  ///
  /// - Parameters:
  ///   - model: The model that the case was scored with.
  ///   - count: How many leading causes.
  package func text(model: Model, top count: Int) -> String {
    let setting = model.settings[setting] + (settingIsDefault ? " (default)" : "")
    let known = ways[0].contributions.count
    var lines = [
      "case \(TextEncoding.printable(id)), setting \(setting), \(known) findings known, "
        + "\(unknownFindings.count) unknown",
      "model \(model.titleLine)"
        + (calibration.map { ", calibrated (\($0.rawValue))" } ?? ""),
      "",
    ]
    let hasIntervals = ways[0].interval != nil
    let isCalibrated = calibration != nil
    var table = TextTable([
      ("", .right), ("cause", .left), ("probability", .right),
      (isCalibrated ? "uncalibrated" : hasIntervals ? "interval" : "", .left), ("prior", .right),
      ("", .left),
    ])
    for (place, way) in ways.prefix(count).enumerated() {
      table.append([
        "\(place + 1)", model.causes[way.cause].id, NumberText.percent(way.posterior),
        isCalibrated ? NumberText.percent(way.modelPosterior) : way.interval.map(Self.text) ?? "",
        NumberText.percent(way.prior),
        Self.bar(way.posterior),
      ])
    }
    lines += table.lines
    let groups = zip(model.groups, groups).sorted { $0.1 > $1.1 }.prefix(count)
    lines += [
      "", "groups: " + groups.map { "\($0) \(NumberText.percent($1))" }.joined(separator: ", "),
    ]
    lines += ["", misfit.sentence, ""] + urgency.lines(model: model)
    for way in ways.prefix(count) { lines += [""] + self.lines(of: way, model: model) }
    lines += [""] + qualityLines(model: model) + [""] + outlookLines(model: model)
    let missing = Set(unknownFindings)
    let sections = Dictionary(grouping: model.findings.indices.filter(missing.contains)) {
      model.findings[$0].section
    }
    lines += ["", "not known:"]
    for section in model.findings.map(\.section).uniqued() {
      guard let findings = sections[section] else { continue }
      lines.append(
        "  \(section): " + findings.map { model.findings[$0].id }.joined(separator: ", "))
    }
    if hasIntervals { lines += ["", CredibleInterval.disclaimer] }
    lines += ["", RankingWriter.disclaimer]
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }

  private func lines(of way: Way, model: Model) -> [String] {
    let cause = model.causes[way.cause]
    let ordered = way.contributions.sorted {
      ($0.decibans, $1.finding) > ($1.decibans, $0.finding)
    }
    let terms =
      [way.priorDecibans] + ordered.map(\.decibans) + [way.othersDecibans]
      + (way.calibrationDecibans.map { [$0] } ?? [])
    let (units, sum) = RoundedTerms.round(terms, decimals: 1)
    var table = TextTable([
      ("decibans", .right), ("", .left), ("finding", .left), ("P(state|cause)", .right),
      ("background", .right), ("basis", .left), ("sources", .left),
    ])
    table.append([Self.signed(units[0]), "", "prior odds in \(model.settings[setting])"])
    for (index, contribution) in ordered.enumerated() {
      let finding = model.findings[contribution.finding]
      let row = model.likelihoodTable.firstStateRow[contribution.finding] + contribution.state
      let weight = finding.weight < 1 ? " (weight \(finding.weight))" : ""
      table.append([
        Self.signed(units[index + 1]), Self.bar(units: units[index + 1]),
        "\(finding.id) = \(finding.states[contribution.state])\(weight)",
        NumberText.significant(
          model.likelihoodTable.probability(stateRow: row, cause: way.cause)),
        NumberText.significant(model.likelihoodTable.background[row]),
        basis(of: contribution, cause: way.cause, model: model),
        contribution.likelihood?.evidence.sources.joined(separator: ", ") ?? "",
      ])
    }
    table.append([
      Self.signed(units[ordered.count + 1]), "", "how the same findings fit the other causes",
    ])
    if let calibration {
      table.append([
        Self.signed(units[ordered.count + 2]), "", "calibration (\(calibration.rawValue))",
      ])
    }
    table.append([
      Self.signed(sum), "", "posterior odds, that is \(NumberText.percent(way.posterior))",
    ])
    return ["\(cause.label) (\(cause.id))"] + table.lines
  }

  /// Where P(state | cause) comes from, in a word.
  func basis(of contribution: Contribution, cause: Int, model: Model) -> String {
    if let row = contribution.likelihood { return row.evidence.basis.rawValue }
    let named = model.likelihoods.filter {
      $0.finding == contribution.finding && $0.cause == cause
    }
    return named.map(\.evidence.basis).max().map { "rest of \($0.rawValue)" } ?? "background"
  }

  /// An interval in percent.
  static func text(_ interval: CredibleInterval) -> String {
    NumberText.percent(Double(interval.lower)) + " to " + NumberText.percent(Double(interval.upper))
  }

  /// A probability as a bar of up to 20 signs.
  private static func bar(_ probability: Double) -> String {
    String(repeating: "#", count: Int((probability * 20).rounded()))
  }

  /// Decibans as a bar of up to 10 signs, a sign for two decibans.
  private static func bar(units: Int) -> String {
    String(repeating: units < 0 ? "-" : "+", count: min(10, (abs(units) + 10) / 20))
  }

  private static func signed(_ units: Int) -> String {
    let magnitude = abs(units)
    return (units < 0 ? "-" : "+") + "\(magnitude / 10).\(magnitude % 10)"
  }

  /// The explanation as JSON, with every term unrounded.
  package func json(model: Model, top count: Int) -> JSONValue {
    let members: [(key: String, value: JSONValue)] = [
      ("id", .string(id)),
      ("setting", .string(model.settings[setting])),
      ("setting_is_default", .boolean(settingIsDefault)),
      (
        "causes",
        .array(ways.prefix(count).map { json(of: $0, model: model) })
      ),
      ("groups", .object(zip(model.groups, groups).map { ($0, .number($1)) })),
      ("urgency", .string(urgency.urgency.rawValue)),
      ("urgency_reasons", urgency.json(model: model)),
      ("unknown_findings", .array(unknownFindings.map { .string(model.findings[$0].id) })),
      ("evidence_quality", quality.json(model: model)),
      ("robustness", outlook.json(model: model)),
      ("expected_ranking", expectedRanking.json(model: model, top: count)),
      ("misfit", misfit.json),
      ("model", model.jsonIdentity),
      ("interval_disclaimer", .string(CredibleInterval.disclaimer)),
      ("disclaimer", .string(RankingWriter.disclaimer)),
    ]
    let use = calibration.map {
      [("calibration", JSONValue.object([("method", .string($0.rawValue))]))]
    }
    return .object(members + (use ?? []))
  }

  private func json(of way: Way, model: Model) -> JSONValue {
    let members: [(key: String, value: JSONValue)] = [
      ("cause", .string(model.causes[way.cause].id)),
      ("label", .string(model.causes[way.cause].label)),
      ("prior", .number(way.prior)),
      ("probability", .number(way.posterior)),
      ("lower", .optional(way.interval.map { Double($0.lower) })),
      ("upper", .optional(way.interval.map { Double($0.upper) })),
      ("prior_decibans", .number(way.priorDecibans)),
      (
        "contributions",
        .array(
          way.contributions.map { contribution in
            let finding = model.findings[contribution.finding]
            let row = model.likelihoodTable.firstStateRow[contribution.finding] + contribution.state
            return .object([
              ("finding", .string(finding.id)),
              ("state", .string(finding.states[contribution.state])),
              ("decibans", .number(contribution.decibans)),
              ("weight", .number(finding.weight)),
              (
                "likelihood",
                .number(model.likelihoodTable.probability(stateRow: row, cause: way.cause))
              ),
              ("background", .number(model.likelihoodTable.background[row])),
              ("basis", .string(basis(of: contribution, cause: way.cause, model: model))),
              (
                "sources",
                .array(
                  (contribution.likelihood?.evidence.sources ?? []).map(JSONValue.string))
              ),
            ])
          })
      ),
      ("others_decibans", .number(way.othersDecibans)),
      ("posterior_decibans", .number(way.posteriorDecibans)),
    ]
    let moved = way.calibrationDecibans.map {
      [
        ("uncalibrated_probability", JSONValue.number(way.modelPosterior)),
        ("calibration_decibans", .number($0)),
      ]
    }
    return .object(members + (moved ?? []))
  }
}
