public import DorsalCore

/// How many numbers a model has, and what they rest on.
public struct ModelSummary {
  let model: Model
  private let counts: [(basis: Basis, priors: Int, likelihoods: Int)]

  /// Counts the numbers of a model.
  public init(_ model: Model) {
    self.model = model
    counts = Basis.allCases.map { basis in
      (
        basis, model.priors.count { $0.evidence.basis == basis },
        model.likelihoods.count { $0.evidence.basis == basis }
      )
    }
  }

  /// The counts in a few lines.
  public var text: String {
    var lines = [
      "no faults",
      "\(model.card.title), version \(model.card.version), sha256:\(model.checksum)",
      "\(model.causes.count) causes, \(model.findings.count) findings, "
        + "\(model.settings.count) settings, \(model.sources.count) sources",
    ]
    var table = TextTable([("basis", .left), ("priors", .right), ("likelihoods", .right)])
    for count in counts {
      table.append([count.basis.rawValue, "\(count.priors)", "\(count.likelihoods)"])
    }
    lines += table.lines
    if let dependence { lines.append(dependence) }
    if let stepCounts { lines.append(stepCounts) }
    if let scores { lines.append(scores) }
    if let note { lines.append(note) }
    return TextEncoding.printableLines(lines.joined(separator: "\n"))
  }

  /// How many findings hang on each other; nothing where none do by tables of their own.
  private var dependence: String? {
    guard !model.findingGroups.isEmpty || !model.parents.isEmpty else { return nil }
    let members = model.findingGroups.reduce(0) { $0 + $1.members.count }
    return "\(model.findingGroups.count) groups of \(members) findings, "
      + "\(model.parents.count) findings with a parent"
  }

  /// How many scores there are; nothing where there are none.
  private var scores: String? {
    guard !model.scores.isEmpty else { return nil }
    let listed = model.scores.count { $0.role == .score }
    let inputs = model.inputs.count
    return "\(listed) \(listed == 1 ? "score" : "scores") with \(inputs) "
      + "\(inputs == 1 ? "input" : "inputs") of their own"
  }

  /// What to write in place of weights; nothing where no finding is discounted.
  private var note: String? {
    guard model.findings.contains(where: { $0.weight < 1 }) else { return nil }
    return "note: findings.csv discounts findings by the column weight; groups.csv, with the "
      + "correlation of each group, takes the place of weight and group"
  }

  /// What the model says of itself, with the counts by basis and by cause.
  package var card: String {
    let card = model.card
    var lines = [card.title, String(repeating: "=", count: card.title.count), ""]
    lines += [
      "name: \(card.name) \(card.version), sha256:\(model.checksum)", "",
      card.description, "", "Intended use: \(card.intendedUse)", "", "Limits: \(card.limits)", "",
      "Settings: \(model.settings.joined(separator: ", "))", "Licence: \(card.licence)", "",
      "\(model.causes.count) causes, \(model.findings.count) findings, "
        + "\(model.redFlags.count) red-flag rules, \(model.sources.count) sources", "",
    ]
    if let dependence { lines += [dependence, ""] }
    if let stepCounts { lines += [stepCounts, ""] }
    if let scores { lines += [scores, ""] }
    var bases = TextTable([("basis", .left), ("priors", .right), ("likelihoods", .right)])
    for count in counts {
      bases.append([count.basis.rawValue, "\(count.priors)", "\(count.likelihoods)"])
    }
    var causes = TextTable(
      [("cause", .left), ("urgency", .left)]
        + Basis.allCases.map { ($0.rawValue, .right) } + [("findings with a source", .right)]
        + (model.steps.isEmpty ? [] : [("steps", .right), ("sources of steps", .right)]))
    for (index, cause) in model.causes.enumerated() {
      let rows = model.likelihoods.filter { $0.cause == index }
      let sourced = Set(rows.filter { $0.evidence.basis != .assumed }.map(\.finding))
      causes.append(
        [cause.id, cause.urgency.rawValue]
          + Basis.allCases.map { basis in "\(rows.count { $0.evidence.basis == basis })" }
          + ["\(sourced.count)"] + stepCells(ofCause: index))
    }
    return TextEncoding.printableLines(
      (lines + bases.lines + [""] + causes.lines + burdens).joined(separator: "\n"))
  }

  /// What findings cost to find out, by section; nothing where the model does not say.
  private var burdens: [String] {
    var table = TextTable([
      ("section", .left), ("findings", .right), ("least burden", .right),
      ("greatest burden", .right),
    ])
    let priced = model.findings.filter { $0.burden != nil }
    for section in priced.map(\.section).uniqued() {
      let costs = priced.filter { $0.section == section }.compactMap(\.burden)
      guard let least = costs.min(), let greatest = costs.max() else { continue }
      table.append([
        section, "\(costs.count)", NumberText.plain(least), NumberText.plain(greatest),
      ])
    }
    guard !priced.isEmpty else { return [] }
    return [
      "", "Burden: what a finding costs to find out, in the units of the losses; assumed", "",
    ]
      + table.lines
  }

  /// The counts as JSON.
  public var json: JSONValue {
    let members: [(key: String, value: JSONValue)] = [
      ("model", model.jsonIdentity),
      ("faults", .integer(0)),
      ("causes", .integer(model.causes.count)),
      ("findings", .integer(model.findings.count)),
      ("settings", .array(model.settings.map(JSONValue.string))),
      ("sources", .integer(model.sources.count)),
      (
        "numbers",
        .array(
          counts.map { count in
            .object([
              ("basis", .string(count.basis.rawValue)), ("priors", .integer(count.priors)),
              ("likelihoods", .integer(count.likelihoods)),
            ])
          })
      ),
      ("groups_of_findings", .integer(model.findingGroups.count)),
      ("findings_with_a_parent", .integer(model.parents.count)),
      ("note", note.map(JSONValue.string) ?? .null),
      ("scores", .integer(model.scores.count { $0.role == .score })),
      ("inputs", .integer(model.inputs.count)),
    ]
    return .object(members + stepMembers)
  }
}
