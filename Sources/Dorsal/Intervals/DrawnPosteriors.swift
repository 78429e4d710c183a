/// Posteriors under models drawn from what is known of the likelihoods: what sampled
/// intervals are quantiles of, and the reference for the analytic ones.
///
/// The evidence matrices of several draws stand side by side, so that the scores of a
/// block of cases under all of them are one wide product.
package struct DrawnPosteriors: Sendable {
  /// Draws of one product: some thousand columns.
  private static let drawsPerProduct = 64
  /// Cases of a block, so that the draws of its causes stay in memory.
  private static let blockSize = 128

  private let indicators: Indicators
  private let causeCount: Int
  /// The drawn matrices, `drawsPerProduct` side by side: draw d of a matrix has the
  /// columns from `d * causeCount` on.
  private let matrices: [Matrix]

  /// Draws the models.
  ///
  /// - Complexity: O(draws × states × causes) time and memory, about 52 KB a draw for the
  ///   shipped model.
  init(
    scorer: Scorer, uncertainty: LikelihoodUncertainty, draws: Int, seed: UInt64
  ) {
    indicators = scorer.indicators
    causeCount = scorer.model.causes.count
    var sampler = DirichletSampler(seed: seed)
    matrices = stride(from: 0, to: draws, by: Self.drawsPerProduct).map { done in
      Self.matrix(
        scorer: scorer, uncertainty: uncertainty, sampler: &sampler,
        draws: min(Self.drawsPerProduct, draws - done))
    }
  }

  private static func matrix(
    scorer: Scorer, uncertainty: LikelihoodUncertainty, sampler: inout DirichletSampler,
    draws: Int
  ) -> Matrix {
    let table = scorer.model.likelihoodTable
    let causes = scorer.model.causes.count
    var wide = Matrix(rowCount: table.stateRowCount, columnCount: draws * causes)
    for draw in 0..<draws {
      for row in 0..<table.stateRowCount {
        for cause in 0..<causes {
          wide[row, draw * causes + cause] = Float(scorer.evidence.values[row * causes + cause])
        }
      }
      for distribution in uncertainty.distributions {
        let weight = scorer.model.findings[distribution.finding].weight
        let noise = sampler.centredLogarithms(parameters: distribution.parameters)
        for (state, value) in noise.enumerated() {
          let row = table.firstStateRow[distribution.finding] + state
          wide[row, draw * causes + distribution.cause] += Float(weight * value)
        }
      }
    }
    return wide
  }

  /// Draws the models of a scorer's likelihoods.
  package init(scorer: Scorer, draws: Int, seed: UInt64) {
    self.init(
      scorer: scorer, uncertainty: LikelihoodUncertainty(model: scorer.model), draws: draws,
      seed: seed)
  }

  /// The posteriors of some causes of each case, one for each draw.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - asked: The causes that are asked for, for each case.
  /// - Returns: For each case and cause asked for, the posterior under each drawn model.
  /// - Complexity: O(cases × states × causes × draws) in `sgemm`.
  package func posteriors(of batch: CaseBatch, causes asked: [[Int]]) -> [[[Float]]] {
    var samples = asked.map { $0.map { _ in [Float]() } }
    for wide in matrices {
      indicators.eachBlock(of: batch, size: Self.blockSize) { block, start, rows in
        var scores = Matrix(rowCount: rows, columnCount: wide.columnCount)
        BLAS.multiply(block, wide, into: &scores, rowCount: rows)
        for row in 0..<rows {
          let values = scores.row(row)
          for first in stride(from: values.startIndex, to: values.endIndex, by: causeCount) {
            append(
              values[first..<first + causeCount], asked: asked[start + row],
              to: &samples[start + row])
          }
        }
      }
    }
    return samples
  }

  /// Adds the posteriors of one draw from its scores.
  private func append(_ scores: ArraySlice<Float>, asked: [Int], to samples: inout [[Float]]) {
    let greatest = scores.max() ?? 0
    let sum = scores.reduce(0) { $0 + Elementary.exp($1 - greatest) }
    for (place, cause) in asked.enumerated() {
      samples[place].append(Elementary.exp(scores[scores.startIndex + cause] - greatest) / sum)
    }
  }
}
