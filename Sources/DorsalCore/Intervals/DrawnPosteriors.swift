internal import DorsalNumerics

/// Posteriors under models drawn from what is known of the likelihoods: what sampled
/// intervals are quantiles of, and the reference for the analytic ones.
///
/// Each draw has the rows of its states, summed over the known ones as the scorer's are. What
/// joint states add is the same in every draw: how findings hang on each other is taken as known.
/// A block of cases passes one draw after the other, and only the posteriors that a
/// quantile needs are kept on the way.
package struct DrawnPosteriors: Sendable {
  /// Cases of a block: a draw's rows are read once for each block.
  private static let blockSize = 256

  private let rows: DrawnRows

  /// Draws the models.
  ///
  /// - Complexity: O(draws × states × causes) time and memory, about 64 KB a draw for the
  ///   shipped model.
  init(
    scorer: Scorer, uncertainty: LikelihoodUncertainty, draws: Int, seed: UInt64
  ) {
    let table = scorer.model.likelihoodTable
    let causes = scorer.model.causes.count
    var sampler = DirichletSampler(seed: seed)
    var drawn: [StateRows] = []
    var units: [Float] = []
    for _ in 0..<draws {
      var values = scorer.evidence.values
      for distribution in uncertainty.distributions {
        let weight = scorer.model.findings[distribution.finding].weight
        let noise = sampler.centredLogarithms(parameters: distribution.parameters)
        for (state, value) in noise.enumerated() {
          let row = table.firstStateRow[distribution.finding] + state
          values[row * causes + distribution.cause] += weight * value
        }
      }
      let own = EvidenceMatrix.unit(of: values, model: scorer.model)
      let unit = scorer.joints == nil ? own : max(own, scorer.evidence.unit)
      units.append(Float(unit))
      drawn.append(
        StateRows(
          values: values.map { Int32(($0 / unit).rounded()) }, columnCount: causes,
          firstStateRow: table.firstStateRow, settingFinding: scorer.model.settingFinding,
          defaultSetting: scorer.defaultSetting))
    }
    rows = DrawnRows(
      draws: drawn, units: units, joints: scorer.joints, jointUnit: scorer.evidence.unit,
      level: scorer.level)
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
  /// - Complexity: O(cases × known findings × causes × draws).
  package func posteriors(of batch: CaseBatch, causes asked: [[Int]]) -> [[[Float]]] {
    var samples = asked.map { $0.map { _ in [Float]() } }
    for start in stride(from: 0, to: batch.count, by: Self.blockSize) {
      let count = min(Self.blockSize, batch.count - start)
      for draw in 0..<rows.count {
        let posteriors = rows.posteriors(draw: draw, of: batch.codes, start: start, count: count)
        for row in 0..<count {
          for (place, cause) in asked[start + row].enumerated() {
            samples[start + row][place].append(posteriors[row, cause])
          }
        }
      }
    }
    return samples
  }

  /// Quantiles of the posteriors of some causes of each case: the one below which the share
  /// `tail` of the draws lies, and the one above which it does, linear between neighbours.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - asked: The causes that are asked for, for each case.
  ///   - tail: Between 0 and a half.
  /// - Complexity: O(cases × known findings × causes × draws), and O(`tail` × draws) for each
  ///   posterior that is one of the outermost when it comes; memory does not grow with cases
  ///   but for what is asked for.
  package func quantiles(
    of batch: CaseBatch, causes asked: [[Int]], tail: Double
  ) -> [[(lower: Float, upper: Float)]] {
    let place = tail * Double(rows.count - 1)
    let below = Int(place)
    let part = Float(place - Double(below))
    let above = min(below + 1, rows.count - 1)
    var result: [[(lower: Float, upper: Float)]] = []
    result.reserveCapacity(batch.count)
    for start in stride(from: 0, to: batch.count, by: Self.blockSize) {
      let count = min(Self.blockSize, batch.count - start)
      let extremes = rows.extremes(
        of: batch.codes, start: start, count: count, depth: above + 1)
      for row in 0..<count {
        result.append(
          asked[start + row].map { cause in
            let low = extremes.low(below, case: row, column: cause)
            let high = extremes.high(below, case: row, column: cause)
            return (
              low + (extremes.low(above, case: row, column: cause) - low) * part,
              high + (extremes.high(above, case: row, column: cause) - high) * part
            )
          })
      }
    }
    return result
  }
}
