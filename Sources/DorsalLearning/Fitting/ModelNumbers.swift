package import DorsalCore
internal import DorsalNumerics

/// The probabilities of a model as arrays: what a fit works on until it writes tables.
package struct ModelNumbers: Sendable {
  /// P(state given cause): `likelihoods[stateRow * causeCount + cause]`.
  package var likelihoods: [Double]
  /// P(cause) in each setting: `priors[setting * causeCount + cause]`.
  package var priors: [Double]

  /// Those of a model.
  package init(_ model: Model) {
    likelihoods = model.likelihoodTable.probabilities
    priors = model.priorTable
  }

  /// Those of a model as counts move them: see `ModelUpdate`.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - counts: The local cases.
  ///   - weight: What its effective sample sizes are multiplied by.
  package init(_ model: Model, counts: LocalCounts, weight: Double) {
    self.init(model)
    let table = model.likelihoodTable
    let causes = table.causeCount
    for (finding, states) in model.findings.map(\.states).enumerated()
    where finding != model.settingFinding {
      let first = table.firstStateRow[finding]
      for cause in 0..<causes {
        let rows = (first..<first + states.count)
        let total = rows.reduce(0) { $0 + counts.counts[$1, cause] }
        guard total > 0 else { continue }
        let worth = weight * table.concentrations[finding * causes + cause]
        for row in rows {
          let prior = table.probability(stateRow: row, cause: cause)
          likelihoods[row * causes + cause] =
            (worth * prior + counts.counts[row, cause]) / (worth + total)
        }
      }
    }
    let first = table.firstStateRow[model.settingFinding]
    for setting in model.settings.indices {
      let rows = model.priors.filter { $0.setting == setting }
      let updated = PriorUpdate.probabilities(
        rows.map(\.update), counts: rows.map { counts.counts[first + setting, $0.cause] })
      for (row, value) in zip(rows, updated) { priors[setting * causes + row.cause] = value }
    }
  }
}

extension Prior {
  /// What an update takes of it.
  package var update: PriorUpdate.Prior {
    PriorUpdate.Prior(probability: evidence.probability, effectiveN: evidence.effectiveN)
  }
}

/// What a fit moves beside the counts, in nats.
package struct NumberShifts: Sendable {
  /// Added to log P(state given cause), each finding normalised after:
  /// `likelihoods[stateRow * causeCount + cause]`.
  package var likelihoods: [Double]
  /// Added to log P(cause): `priors[setting * causeCount + cause]`.
  package var priors: [Double]
  /// Whether the fit that found them came to rest.
  package var isConverged = true

  /// None.
  package init(_ model: Model) {
    likelihoods = [Double](repeating: 0, count: model.likelihoodTable.probabilities.count)
    priors = [Double](repeating: 0, count: model.priorTable.count)
  }
}
