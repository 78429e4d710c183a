package import DorsalCore
internal import DorsalNumerics

/// A model updated with local cases: each distribution is a Dirichlet whose posterior has the
/// mean (prior mean × weight × effective sample size + counts) / (weight × effective sample size
/// + cases), with the weight of the prior model 1 unless told; shifts, where there are some, are
/// added to its logarithms.
///
/// - A number with local cases behind it becomes `derived`: its note gives the prior, the
///   effective sample size and the count, and its sources the prior's and the local one.
/// - Rows of one distribution that have effective sample sizes of their own are updated each
///   with its own, and then divided by their sum; with one size for all that changes nothing.
/// - A cause that had no row for a finding gets rows of its own once it has cases; until then
///   it keeps the background's.
/// - Cases of `unlisted` update its own rows where it has some for a finding, and otherwise
///   the background, which then is its likelihood. No other case updates the background.
/// - Priors are updated in the settings that have cases, and rare causes keep a floor
///   (`PriorUpdate`). Weights, red flags and losses stay.
package struct ModelUpdate {
  /// What to update.
  package struct Options: Sendable {
    /// Whether the priors stay: for cases that were not taken as they came.
    package var keepsPriors = false
    /// The name of the new model, or nothing for the prior model's with `-local`.
    package var name: String?
    /// What effective sample sizes of likelihoods are multiplied by.
    package var weight = 1.0
    /// Whether the likelihoods stay, and only priors are counted.
    package var keepsLikelihoods = false
    /// What is added to logarithms after the counts, or nothing.
    package var shifts: NumberShifts?

    package init() {}
  }

  /// Shifts below this many nats are left out: a hundredth of a nat is 0.04 decibans.
  private static let leastShift = 0.01

  private let model: Model
  private let counts: LocalCounts
  private let source: LocalSource
  private let options: Options

  /// Prepares an update.
  ///
  /// - Parameters:
  ///   - model: The prior model.
  ///   - counts: The local cases.
  ///   - source: Where they come from.
  ///   - options: What to update.
  package init(
    of model: Model, with counts: LocalCounts, from source: LocalSource,
    options: Options = Options()
  ) {
    self.model = model
    self.counts = counts
    self.source = source
    self.options = options
  }

  /// The tables of the updated model.
  ///
  /// - Parameter tables: Those of the prior model. What is not updated stays as it is there,
  ///   byte for byte.
  package func tables(from tables: ModelTables) -> ModelTables {
    var files = tables.files
    files["priors.csv"] = ModelWriter.priors(
      priors, settings: model.settings, causes: model.causes)
    files["likelihoods.csv"] = ModelWriter.likelihoods(
      likelihoods, findings: model.findings, causes: model.causes)
    let sources =
      model.sources.values.sorted { $0.key < $1.key }
      + [source.source(countedCases: counts.countedCases)]
    files["sources.csv"] = ModelWriter.sources(sources)
    files["model.json"] = ModelWriter.card(card)
    return ModelTables(origin: tables.origin, files: files)
  }

  private var card: ModelCard {
    let old = model.card
    return ModelCard(
      name: options.name ?? old.name + "-local",
      version: old.version + "+" + source.date.filter { $0 != "-" }, title: old.title,
      description: old.description
        + " Updated with \(counts.countedCases) local cases (\(source.key)) from "
        + "\(old.name) \(old.version) (sha256:\(model.checksum)).",
      licence: old.licence, intendedUse: old.intendedUse,
      limits: old.limits + " Local counts take unknown findings to be missing at random.")
  }

  private var priors: [Prior] {
    guard !options.keepsPriors else { return model.priors }
    let first = model.likelihoodTable.firstStateRow[model.settingFinding]
    var updated: [Int: [Prior]] = [:]
    for setting in model.settings.indices {
      let rows = model.priors.filter { $0.setting == setting }
      updated[setting] = priors(rows, counts: rows.map { counts.counts[first + setting, $0.cause] })
    }
    return model.settings.indices.flatMap { updated[$0] ?? [] }
  }

  /// The priors of one setting.
  private func priors(_ rows: [Prior], counts: [Double]) -> [Prior] {
    let total = counts.reduce(0, +)
    guard total > 0 else { return rows }
    let shifts = rows.map { row in
      options.shifts.map { $0.priors[row.setting * model.causes.count + row.cause] } ?? 0
    }
    let values = PriorUpdate.probabilities(
      rows.map(\.update), counts: counts, factors: shifts.map { Elementary.exp($0) })
    return rows.indices.map { index in
      let old = rows[index].evidence
      let worth = max(old.effectiveN, 1 / old.probability)
      return Prior(
        setting: rows[index].setting, cause: rows[index].cause,
        evidence: Evidence(
          probability: ModelLimits.clamped(values[index]),
          effectiveN: Self.size(worth + total), basis: .derived,
          sources: old.sources + [source.key],
          note: note(
            old, kind: "\(old.basis)", worth: worth, count: counts[index], of: total, weight: 1,
            shift: shifts[index]), line: 0))
    }
  }

  private var likelihoods: [Likelihood] {
    guard !options.keepsLikelihoods else { return model.likelihoods }
    var old: [Int: [Int: [Likelihood]]] = [:]
    let background = -1
    for row in model.likelihoods {
      old[row.finding, default: [:]][row.cause ?? background, default: []].append(row)
    }
    return model.findings.indices.filter { $0 != model.settingFinding }.flatMap { finding in
      let unlisted = model.causes.count - 1
      let unlistedHasRows = old[finding]?[unlisted] != nil
      return ([background] + model.causes.indices).flatMap { cause -> [Likelihood] in
        if cause == background, unlistedHasRows { return old[finding]?[background] ?? [] }
        if cause == unlisted, !unlistedHasRows { return [] }
        return rows(
          of: finding, cause: cause == background ? nil : cause,
          old: old[finding]?[cause] ?? [],
          background: old[finding]?[background] ?? [])
      }
    }
  }

  /// The rows of a finding under a cause, or of its background.
  private func rows(
    of finding: Int, cause: Int?, old: [Likelihood], background: [Likelihood]
  ) -> [Likelihood] {
    let table = model.likelihoodTable
    let states = model.findings[finding].states.indices
    let column = cause ?? model.causes.count - 1
    let ks = states.map { counts.counts[table.firstStateRow[finding] + $0, column] }
    let moves = states.map { state -> Double in
      guard cause != nil, let shifts = options.shifts else { return 0 }
      return shifts.likelihoods[(table.firstStateRow[finding] + state) * table.causeCount + column]
    }
    let isShifted = moves.contains { abs($0) >= Self.leastShift }
    guard isShifted || ks.contains(where: { $0 > 0 }) else { return old }
    let named = old.isEmpty ? background : old
    // A state without a row has what its neighbours left, and is known no better than they.
    let prior = states.map { state -> Evidence in
      let row = named.first { $0.state == state }
      return Evidence(
        probability: table.probability(
          stateRow: table.firstStateRow[finding] + state, cause: column),
        effectiveN: row?.evidence.effectiveN
          ?? table.concentrations[finding * table.causeCount + column],
        basis: row?.evidence.basis ?? named.map(\.evidence.basis).max() ?? .assumed,
        sources: row?.evidence.sources ?? [], note: row == nil ? "rest" : "", line: 0)
    }
    let updated = update(prior, counts: ks, shifts: isShifted ? moves : moves.map { _ in 0 })
    // Of two states one number tells the other.
    let kept = model.findings[finding].kind == .binary ? 1..<2 : states
    return kept.map {
      Likelihood(finding: finding, state: $0, cause: cause, evidence: updated[$0])
    }
  }

  /// The posterior of a distribution, state by state.
  private func update(_ prior: [Evidence], counts: [Double], shifts: [Double]) -> [Evidence] {
    let total = counts.reduce(0, +)
    let means = prior.indices.map { index in
      let worth = options.weight * prior[index].effectiveN
      return (worth * prior[index].probability + counts[index]) / (worth + total)
        * Elementary.exp(shifts[index])
    }
    let sum = means.reduce(0, +)
    return prior.indices.map { index in
      let old = prior[index]
      let kind = old.note == "rest" ? "rest of \(old.basis)" : "\(old.basis)"
      return Evidence(
        probability: ModelLimits.clamped(means[index] / sum),
        effectiveN: Self.size(old.effectiveN + total), basis: .derived,
        sources: old.sources + [source.key],
        note: note(
          old, kind: kind, worth: old.effectiveN, count: counts[index], of: total,
          weight: options.weight, shift: shifts[index]), line: 0)
    }
  }

  private static func size(_ cases: Double) -> Double {
    min(cases, ModelLimits.effectiveN.upperBound)
  }

  /// What a number was, what was counted, and what it was moved by besides.
  private func note(
    _ old: Evidence, kind: String, worth: Double, count: Double, of total: Double, weight: Double,
    shift: Double
  ) -> String {
    let decibans = shift * 10 / Elementary.log(10)
    return "prior \(NumberText.significant(old.probability)) (\(kind)) of n "
      + NumberText.plain((min(worth, ModelLimits.effectiveN.upperBound) * 10).rounded() / 10)
      + (weight == 1 ? "" : " times \(NumberText.plain(weight))")
      + " + local \(Int(count)) of \(Int(total))"
      + (shift == 0
        ? ""
        : "; moved by \(NumberText.fixed(decibans, decimals: 1)) decibans")
  }
}
