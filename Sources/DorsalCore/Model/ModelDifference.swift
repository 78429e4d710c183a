internal import DorsalNumerics

/// What changed from one model to another: what came, what went, and which numbers moved,
/// those first that moved most.
public struct ModelDifference: Sendable {
  /// Ids that only one of the models has.
  public struct Names: Sendable, Hashable {
    /// Those of the second model alone.
    public let added: [String]
    /// Those of the first model alone.
    public let removed: [String]

    init(_ old: [String], _ new: [String]) {
      let (before, after) = (Set(old), Set(new))
      added = new.filter { !before.contains($0) }
      removed = old.filter { !after.contains($0) }
    }
  }

  /// What a number is of.
  public enum Kind: String, Sendable {
    /// P(cause) in a setting.
    case prior
    /// P(state given cause).
    case likelihood
    /// How much of a finding counts.
    case weight
  }

  /// A number that moved.
  public struct Change: Sendable, Hashable {
    /// What it is of.
    public let kind: Kind
    /// The setting of a prior, the finding of a likelihood or a weight.
    public let subject: String
    /// The state of a likelihood; empty for others.
    public let state: String
    /// The cause, `*` for the background; empty for a weight.
    public let cause: String
    /// The number in the first model.
    public let old: Double
    /// The number in the second model.
    public let new: Double
    /// The natural logarithm of new / old; infinite for a weight from or to 0.
    public let logRatio: Double
  }

  /// The models' names and versions.
  public let models: (old: ModelCard, new: ModelCard)
  /// The models' checksums.
  public let checksums: (old: String, new: String)
  /// Settings that came and went.
  public let settings: Names
  /// Findings that came and went.
  public let findings: Names
  /// Findings of both models whose states or edges differ; their likelihoods are not
  /// compared.
  public let recutFindings: [String]
  /// Causes that came and went.
  public let causes: Names
  /// Causes whose group or urgency differs.
  public let regroupedCauses: [String]
  /// Groups of `groups.csv` that came and went.
  public let groups: Names
  /// Groups of both models with another correlation, other findings or other directions.
  public let changedGroups: [String]
  /// Findings that got a parent in `parents.csv` or lost it.
  public let parents: Names
  /// Findings with a parent in both models, another one or with other log-odds.
  public let changedParents: [String]
  /// Rules that came and went.
  public let redFlags: Names
  /// Rules of both models that say something else.
  public let changedRedFlags: [String]
  /// Steps that came and went.
  public let steps: Names
  /// Steps of both models that say something else.
  public let changedSteps: [String]
  /// Clinical scores that came and went.
  public let scores: Names
  /// Scores of both models that say something else: by themselves, their items or their bands.
  public let changedScores: [String]
  /// Inputs of scores that came and went.
  public let inputs: Names
  /// Inputs of both models that differ.
  public let changedInputs: [String]
  /// Rules of `plausibility.csv` that came and went.
  public let impossibilities: Names
  /// Such rules of both models that say something else.
  public let changedImpossibilities: [String]
  /// Whether the models have the same tables, those outside the checksum too.
  public var isEmpty: Bool {
    let others = [steps, scores, inputs, impossibilities].flatMap { $0.added + $0.removed }
    return checksums.old == checksums.new
      && (others + changedSteps + changedScores + changedInputs + changedImpossibilities).isEmpty
  }
  /// How many losses differ.
  public let changedLossCount: Int
  /// The numbers that moved, by the size of their log ratio; ties as in the tables.
  public let changes: [Change]

  /// Numbers nearer than this, relative to each other, count as the same: tables hold decimals.
  private static let leastLogRatio = 1e-9

  /// Compares two models.
  ///
  /// Likelihoods are compared with their gaps filled in, as scoring uses them. A cause that
  /// has no row for a finding in either model follows the background, which is told once. Of
  /// a binary finding the state that moved more is told.
  ///
  /// - Complexity: O(states × causes), and sorting the changes.
  public init(from old: Model, to new: Model) {
    models = (old.card, new.card)
    checksums = (old.checksum, new.checksum)
    settings = Names(old.settings, new.settings)
    findings = Names(old.findings.map(\.id), new.findings.map(\.id))
    causes = Names(old.causes.map(\.id), new.causes.map(\.id))
    groups = Names(old.findingGroups.map(\.id), new.findingGroups.map(\.id))
    changedGroups = Self.changed(Self.groups(old), Self.groups(new))
    parents = Names(
      old.parents.map { old.findings[$0.finding].id },
      new.parents.map { new.findings[$0.finding].id })
    changedParents = Self.changed(Self.parents(old), Self.parents(new))
    redFlags = Names(old.redFlags.map(\.rule), new.redFlags.map(\.rule))
    steps = Names(old.steps.map(\.id), new.steps.map(\.id))
    changedSteps = Self.changed(Self.steps(old), Self.steps(new))
    scores = Names(old.scores.map(\.id), new.scores.map(\.id))
    changedScores = Self.changed(Self.scores(old), Self.scores(new))
    inputs = Names(old.inputs.map(\.id), new.inputs.map(\.id))
    changedInputs = Self.changed(
      Self.rows([ModelWriter.inputs(old.inputs)]), Self.rows([ModelWriter.inputs(new.inputs)]))
    impossibilities = Names(old.impossibilities.map(\.rule), new.impossibilities.map(\.rule))
    changedImpossibilities = Self.changed(
      Self.rows([ModelWriter.plausibility(old)]), Self.rows([ModelWriter.plausibility(new)]))
    var recut: [String] = []
    var changes = Self.priors(old, new)
    for (index, finding) in old.findings.enumerated() where finding.id != "setting" {
      guard let other = new.index(ofFinding: finding.id) else { continue }
      changes += Self.change(
        .weight, finding.id, old: finding.weight, new: new.findings[other].weight)
      if finding.states == new.findings[other].states, finding.edges == new.findings[other].edges {
        changes += Self.likelihoods(old, index, new, other)
      } else {
        recut.append(finding.id)
      }
    }
    recutFindings = recut
    regroupedCauses = old.causes.compactMap { cause in
      guard let other = new.index(ofCause: cause.id).map({ new.causes[$0] }) else { return nil }
      return other.group == cause.group && other.urgency == cause.urgency ? nil : cause.id
    }
    changedRedFlags = old.redFlags.compactMap { rule in
      guard let other = new.redFlags.first(where: { $0.rule == rule.rule }) else { return nil }
      return Self.text(rule, old) == Self.text(other, new) ? nil : rule.rule
    }
    var lossCount = 0
    for (index, cause) in old.causes.enumerated() {
      guard let other = new.index(ofCause: cause.id) else { continue }
      lossCount += Urgency.allCases.count {
        old.loss(of: $0, cause: index) != new.loss(of: $0, cause: other)
      }
    }
    changedLossCount = lossCount
    self.changes = changes.enumerated().sorted {
      (abs($1.element.logRatio), $0.offset) < (abs($0.element.logRatio), $1.offset)
    }.map(\.element)
  }

  private static func change(
    _ kind: Kind, _ subject: String, state: String = "", cause: String = "", old: Double,
    new: Double
  ) -> [Change] {
    guard old != new else { return [] }
    let logRatio = Elementary.log(new) - Elementary.log(old)
    guard abs(logRatio) > leastLogRatio else { return [] }
    return [
      Change(
        kind: kind, subject: subject, state: state, cause: cause, old: old, new: new,
        logRatio: logRatio)
    ]
  }

  private static func priors(_ old: Model, _ new: Model) -> [Change] {
    old.settings.enumerated().flatMap { setting, name -> [Change] in
      guard let otherSetting = new.index(ofSetting: name) else { return [] }
      return old.causes.enumerated().flatMap { cause, definition -> [Change] in
        guard let other = new.index(ofCause: definition.id) else { return [] }
        return change(
          .prior, name, cause: definition.id,
          old: old.priorTable[setting * old.causes.count + cause],
          new: new.priorTable[otherSetting * new.causes.count + other])
      }
    }
  }

  private static func likelihoods(
    _ old: Model, _ finding: Int, _ new: Model, _ other: Int
  ) -> [Change] {
    let definition = old.findings[finding]
    let (oldTable, newTable) = (old.likelihoodTable, new.likelihoodTable)
    let oldNamed = Set(old.likelihoods.lazy.filter { $0.finding == finding }.map(\.cause))
    let newNamed = Set(
      new.likelihoods.lazy.filter { $0.finding == other }.map { row in
        row.cause.map { new.causes[$0].id }
      })
    // The last cause, `unlisted`, has the background where it has no rows of its own.
    let last = old.causes.count - 1
    let lastIsBackground = !oldNamed.contains(last) && !newNamed.contains(Cause.unlistedID)
    return old.causes.enumerated().flatMap { cause, definitionOfCause -> [Change] in
      let isBackground = cause == last && lastIsBackground
      guard let otherCause = new.index(ofCause: definitionOfCause.id),
        isBackground || oldNamed.contains(cause) || newNamed.contains(definitionOfCause.id)
      else { return [] }
      let found = definition.states.indices.flatMap { state in
        change(
          .likelihood, definition.id, state: definition.states[state],
          cause: isBackground ? "*" : definitionOfCause.id,
          old: oldTable.probability(
            stateRow: oldTable.firstStateRow[finding] + state, cause: cause),
          new: newTable.probability(
            stateRow: newTable.firstStateRow[other] + state, cause: otherCause))
      }
      guard definition.kind == .binary else { return found }
      return found.max { abs($0.logRatio) < abs($1.logRatio) }.map { [$0] } ?? []
    }
  }

  /// Names that stand for something else in the second list.
  private static func changed(
    _ old: [(name: String, content: Set<String>)], _ new: [(name: String, content: Set<String>)]
  ) -> [String] {
    old.compactMap { own in
      new.first { $0.name == own.name }.flatMap { $0.content == own.content ? nil : own.name }
    }
  }

  private static func scores(_ model: Model) -> [(name: String, content: Set<String>)] {
    rows([
      ModelWriter.scores(model.scores), ModelWriter.scoreItems(model),
      ModelWriter.scoreBands(model.scores),
    ])
  }

  /// The rows of written tables by what stands in their first column.
  private static func rows(_ tables: [[UInt8]]) -> [(name: String, content: Set<String>)] {
    var order: [String] = []
    var contents: [String: Set<String>] = [:]
    for (place, bytes) in tables.enumerated() {
      var faults: [TextFault] = []
      let table = CSVTable(bytes: bytes, file: "", faults: &faults)
      // The order of rows counts: of several rules the first that holds does.
      for row in table.rows {
        guard let name = row.first?.text else { continue }
        if contents[name] == nil { order.append(name) }
        let before = contents[name]?.count ?? 0
        contents[name, default: []].insert(
          "\(place) \(before) " + row.map(\.text).joined(separator: "\u{1F}"))
      }
    }
    return order.map { ($0, contents[$0] ?? []) }
  }

  private static func groups(_ model: Model) -> [(name: String, content: Set<String>)] {
    model.findingGroups.map { group in
      (
        group.id,
        Set(
          group.members.map {
            "\(group.correlation);\(model.findings[$0.finding].id);\($0.isRising)"
          })
      )
    }
  }

  private static func parents(_ model: Model) -> [(name: String, content: Set<String>)] {
    model.parents.map { link in
      let (finding, parent) = (model.findings[link.finding], model.findings[link.parent])
      return (
        finding.id,
        Set(
          link.terms.filter { $0.logOdds != 0 }.map {
            "\(parent.id);\(parent.states[$0.parentState]);\(finding.states[$0.state]);\($0.logOdds)"
          })
      )
    }
  }

  private static func steps(_ model: Model) -> [(name: String, content: Set<String>)] {
    model.steps.map { step in
      (
        step.id,
        [
          "\(step.kind.rawValue);\(step.when.rawValue);\(step.afterDays ?? 0)", step.what,
          "finding " + (step.finding.map { model.findings[$0].id } ?? ""),
          "causes " + step.causes.map { model.causes[$0].id }.sorted().joined(separator: ";"),
          "rules " + step.rules.map { model.redFlags[$0].rule }.sorted().joined(separator: ";"),
          "only if " + ModelWriter.cell(step.onlyIf, of: model),
          "against " + ModelWriter.cell(step.against, of: model), "basis " + step.basis.rawValue,
          "sources " + step.sources.joined(separator: ";"),
        ]
      )
    }
  }

  /// A rule in words that do not hang on the order of findings.
  private static func text(_ rule: RedFlag, _ model: Model) -> String {
    let conditions = rule.conditions.map { condition in
      let finding = model.findings[condition.finding]
      return finding.id + "=" + condition.states.map { finding.states[$0] }.joined(separator: "|")
    }
    return ([rule.urgency.rawValue, rule.message] + conditions).joined(separator: ";")
  }
}
