package import DorsalNumerics

/// How well the likelihoods of a model are known: for each finding on which a cause
/// has rows of its own, a Dirichlet distribution over the states.
///
/// - Its parameters are the table's probabilities times the effective sample size, and
///   no less than 2 for any state: a number that somebody wrote down claims no less
///   than two patients seen, which leaves a rare state uncertain by a factor of five
///   either way.
/// - The logarithm of each probability is centred on the table's own value, so that the
///   score of the table lies in the middle of what is drawn.
/// - The background is the reference that causes are compared with and has no
///   uncertainty of its own, and neither has the prior of a setting: they say which
///   patients are asked about.
package struct LikelihoodUncertainty: Sendable {
  /// The least parameter of a state.
  static let leastParameter = 2.0

  /// Variances are whole multiples of one over this.
  static let varianceScale: Double = 131_072  // 2^17

  /// The distribution of one finding under one cause.
  struct Distribution: Sendable {
    let finding: Int
    let cause: Int
    /// The parameter of each state.
    let parameters: [Double]
  }

  /// The distributions, by finding and then cause.
  let distributions: [Distribution]

  package init(model: Model) {
    let table = model.likelihoodTable
    var own: Set<Int> = []
    for row in model.likelihoods {
      if let cause = row.cause { own.insert(row.finding * model.causes.count + cause) }
    }
    distributions = own.sorted().map { key in
      let (finding, cause) = key.quotientAndRemainder(dividingBy: model.causes.count)
      let first = table.firstStateRow[finding]
      return Distribution(
        finding: finding, cause: cause,
        parameters: model.findings[finding].states.indices.map { state in
          max(
            Self.leastParameter,
            table.concentrations[key] * table.probability(stateRow: first + state, cause: cause))
        })
    }
  }

  /// The variance of each element of the evidence matrix: weight² times the variance
  /// of the log-probability, which is a difference of trigammas. A row for each state, a
  /// column for each cause.
  ///
  /// Elements are whole multiples of 2⁻¹⁷ and at most ψ′(2) = 0.645, so that their sums are
  /// exact in `Float` in any order, like those of the evidence, for up to 198 findings.
  package func varianceMatrix(model: Model) -> Matrix {
    let table = model.likelihoodTable
    var matrix = Matrix(rowCount: table.stateRowCount, columnCount: model.causes.count)
    for distribution in distributions {
      let weight = model.findings[distribution.finding].weight
      let total = Polygamma.trigamma(distribution.parameters.reduce(0, +))
      for (state, parameter) in distribution.parameters.enumerated() {
        let row = table.firstStateRow[distribution.finding] + state
        let variance = weight * weight * (Polygamma.trigamma(parameter) - total)
        matrix[row, distribution.cause] = Float(
          (variance * Self.varianceScale).rounded() / Self.varianceScale)
      }
    }
    return matrix
  }
}
