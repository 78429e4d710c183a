internal import DorsalNumerics

/// How much the answers for some cases hang on each number of a model.
///
/// The posterior of cause c moves by weight · p(c) · (1 − p(c)) for each nat by which
/// P(state | c) moves, in the cases where the state is observed. The influence of a number
/// is the sum of that over the cases: the product of the transposed indicators with
/// p · (1 − p).
public struct NumberInfluence: Sendable {
  /// A row of the model and its influence.
  public struct Entry: Sendable {
    /// The row.
    public let likelihood: Likelihood
    /// Posterior probability moved by a nat of the number's logarithm, summed over the cases.
    public let influence: Double
  }

  /// The rows of causes with a given basis, the most influential first.
  public let entries: [Entry]

  /// Finds the influence of every number of a basis.
  ///
  /// - Parameters:
  ///   - basis: Which numbers to list.
  ///   - batch: The cases to look at.
  ///   - scorer: The scorer whose answers are asked about.
  /// - Complexity: O(cases × states × causes) in `sgemm`.
  public init(of basis: Basis, for batch: CaseBatch, scorer: Scorer) {
    let model = scorer.model
    let causes = model.causes.count
    let posteriors = scorer.score(batch).matrix
    var sums = Matrix(
      rowCount: model.likelihoodTable.stateRowCount, columnCount: causes)
    scorer.indicators.eachBlock(of: batch, size: Scorer.usualBlockSize) { block, start, count in
      var spread = Matrix(rowCount: count, columnCount: causes)
      for row in 0..<count {
        for cause in 0..<causes {
          let p = posteriors[start + row, cause]
          spread[row, cause] = p * (1 - p)
        }
      }
      BLAS.addProduct(ofTransposed: block, spread, to: &sums, rowCount: count)
    }
    entries = model.likelihoods.compactMap { row -> Entry? in
      guard let cause = row.cause, row.evidence.basis == basis else { return nil }
      let stateRow = model.likelihoodTable.firstStateRow[row.finding] + row.state
      let influence = model.findings[row.finding].weight * Double(sums[stateRow, cause])
      return Entry(likelihood: row, influence: influence)
    }.sorted {
      ($0.influence, $1.likelihood.evidence.line) > ($1.influence, $0.likelihood.evidence.line)
    }
  }
}
