package import DorsalCore
internal import DorsalNumerics

/// A model updated with local cases: each distribution is a Dirichlet whose posterior has the
/// mean (prior mean × effective sample size + counts) / (effective sample size + cases).
///
/// - A number with local cases behind it becomes `derived`: its note gives the prior, the
///   effective sample size and the count, and its sources the prior's and the local one.
/// - Rows of one distribution that have effective sample sizes of their own are updated each
///   with its own, and then divided by their sum; with one size for all that changes nothing.
/// - A cause that had no row for a finding gets rows of its own once it has cases; until then
///   it keeps the background's.
/// - Cases of `unlisted` update its own rows where it has some for a finding, and otherwise
///   the background, which then is its likelihood. No other case updates the background.
/// - Priors are updated in the settings that have cases. Weights, red flags and losses stay.
package struct ModelUpdate {
  /// What to update.
  package struct Options: Sendable {
    /// Whether the priors stay: for cases that were not taken as they came.
    package var keepsPriors = false
    /// The name of the new model, or nothing for the prior model's with `-local`.
    package var name: String?

    package init() {}
  }

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
      let ks = rows.map { counts.counts[first + setting, $0.cause] }
      let evidence = update(rows.map(\.evidence), counts: ks)
      updated[setting] = zip(rows, evidence).map {
        Prior(setting: setting, cause: $0.cause, evidence: $1)
      }
    }
    return model.settings.indices.flatMap { updated[$0] ?? [] }
  }

  private var likelihoods: [Likelihood] {
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
    guard ks.contains(where: { $0 > 0 }) else { return old }
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
    let updated = update(prior, counts: ks)
    // Of two states one number tells the other.
    let kept = model.findings[finding].kind == .binary ? 1..<2 : states
    return kept.map {
      Likelihood(finding: finding, state: $0, cause: cause, evidence: updated[$0])
    }
  }

  /// The posterior of a distribution, state by state.
  private func update(_ prior: [Evidence], counts: [Double]) -> [Evidence] {
    let total = counts.reduce(0, +)
    guard total > 0 else { return prior }
    let means = zip(prior, counts).map { evidence, count in
      (evidence.effectiveN * evidence.probability + count) / (evidence.effectiveN + total)
    }
    let sum = means.reduce(0, +)
    return prior.indices.map { index in
      let old = prior[index]
      let kind = old.note == "rest" ? "rest of \(old.basis)" : "\(old.basis)"
      return Evidence(
        probability: ModelLimits.clamped(means[index] / sum),
        effectiveN: min(old.effectiveN + total, ModelLimits.effectiveN.upperBound), basis: .derived,
        sources: old.sources + [source.key],
        note: "prior \(NumberText.significant(old.probability)) (\(kind)) of n "
          + "\(NumberText.plain(old.effectiveN)) + local \(Int(counts[index])) of \(Int(total))",
        line: 0)
    }
  }
}
