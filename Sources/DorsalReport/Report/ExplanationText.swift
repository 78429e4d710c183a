package import DorsalCore

extension Explanation {
  /// The explanation as text: three sentences, the ranking, and for each leading cause the terms
  /// from the prior to the posterior: as ratios of odds, and in decibans, which add up as printed.
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
    lines += summary(model: model) + [""]
    let hasIntervals = ways[0].interval != nil
    let isCalibrated = calibration != nil
    var table = TextTable([
      ("", .right), ("cause", .left), ("probability", .right),
      (isCalibrated ? "uncalibrated" : hasIntervals ? "interval" : "", .left), ("prior", .right),
      ("", .left),
    ])
    for (place, way) in ways.prefix(count).enumerated() {
      table.append([
        "\(place + 1)", model.causes[way.cause].label, NumberText.percent(way.posterior),
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
    lines += [""] + qualityLines(model: model)
    let outlook = outlookLines(model: model)
    if !outlook.isEmpty { lines += [""] + outlook }
    if !model.steps.isEmpty { lines += [""] + steps.lines(model: model) }
    let scores = scoreLines()
    if !scores.isEmpty { lines += [""] + scores }
    let missing = Set(unknownFindings)
    let sections = Dictionary(grouping: model.findings.indices.filter(missing.contains)) {
      model.findings[$0].section
    }
    lines += ["", "not known, by the names of the columns:"]
    for section in model.findings.map(\.section).uniqued() {
      guard let findings = sections[section] else { continue }
      lines.append(
        "  \(section): " + findings.map { model.findings[$0].id }.joined(separator: ", "))
    }
    if hasIntervals { lines += ["", CredibleInterval.disclaimer] }
    lines += ["", RankingWriter.disclaimer]
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }

  /// What of a term is shared, in words: `-1.2 of it with constitutional`.
  private static func sharedText(
    _ decibans: Double, of contribution: Contribution, _ model: Model
  ) -> String {
    let group = model.findings[contribution.finding].group
    let tenths = (decibans * 10).rounded() / 10
    return (tenths > 0 ? "+" : "") + NumberText.fixed(tenths == 0 ? 0 : tenths, decimals: 1)
      + " of it with " + (group.isEmpty ? "what it hangs on" : group)
  }

  private func lines(of way: Way, model: Model) -> [String] {
    let cause = model.causes[way.cause]
    let terms = RoundedWay(way)
    var table = TextTable([
      ("ratio", .right), ("decibans", .right), ("", .left), ("finding", .left),
      ("P(state|cause)", .right), ("background", .right), ("basis", .left), ("sources", .left),
    ])
    func append(_ decibans: Double, _ units: Int, bar: String = "", _ cells: String...) {
      table.append(
        [Self.ratioText(Self.ratio(decibans: decibans)), Self.signed(units), bar] + cells)
    }
    append(way.priorDecibans, terms.prior, "prior odds in \(model.settings[setting])")
    for (contribution, units) in terms.contributions {
      let finding = model.findings[contribution.finding]
      let row = model.likelihoodTable.firstStateRow[contribution.finding] + contribution.state
      let weight =
        contribution.sharedDecibans.map { " (\(Self.sharedText($0, of: contribution, model)))" }
        ?? (finding.weight < 1 ? " (weight \(finding.weight))" : "")
      append(
        contribution.decibans, units, bar: Self.bar(units: units),
        contribution.words(model: model, isShort: true) + weight,
        NumberText.significant(
          model.likelihoodTable.probability(stateRow: row, cause: way.cause)),
        NumberText.significant(model.likelihoodTable.background[row]),
        basis(of: contribution, cause: way.cause, model: model),
        contribution.likelihood?.evidence.sources.joined(separator: ", ") ?? "")
    }
    append(way.othersDecibans, terms.others, "how the same findings fit the other causes")
    if let calibration, let decibans = way.calibrationDecibans, let units = terms.calibration {
      append(decibans, units, "calibration (\(calibration.rawValue))")
    }
    append(
      way.posteriorDecibans, terms.posterior,
      "posterior odds, that is \(NumberText.percent(way.posterior))")
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

  /// Tenths of a deciban with their sign.
  static func signed(_ units: Int) -> String {
    (units < 0 ? "-" : "+") + "\(abs(units) / 10).\(abs(units) % 10)"
  }
}

/// The terms of a way in tenths of a deciban, which add up as they are printed.
struct RoundedWay {
  let prior: Int
  /// The greatest first.
  let contributions: [(Explanation.Contribution, units: Int)]
  let others: Int
  let calibration: Int?
  let posterior: Int

  init(_ way: Explanation.Way) {
    let ordered = way.contributions.sorted {
      ($0.decibans, $1.finding) > ($1.decibans, $0.finding)
    }
    let terms =
      [way.priorDecibans] + ordered.map(\.decibans) + [way.othersDecibans]
      + (way.calibrationDecibans.map { [$0] } ?? [])
    let (units, sum) = RoundedTerms.round(terms, decimals: 1)
    prior = units[0]
    contributions = ordered.enumerated().map { ($1, units[$0 + 1]) }
    others = units[ordered.count + 1]
    calibration = way.calibrationDecibans.map { _ in units[ordered.count + 2] }
    posterior = sum
  }
}
