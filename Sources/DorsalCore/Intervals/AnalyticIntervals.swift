internal import DorsalNumerics

/// Intervals from the variances of the likelihoods.
///
/// With v(c) the variance of the score of cause c, from the product of the indicators
/// with the variance matrix, and q(k) the share of cause k among the others than c,
///
///     logit posterior(c) = score(c) − log Σ exp score(k),  over k ≠ c,
///
/// has to second order the mean logit(c) − ½ Σ (q(k) − q(k)²) v(k) and the variance
/// v(c) + Σ q(k)² v(k): the delta method, with the curvature of the log-sum-exp in
/// the mean. The interval is that of a normal distribution on the logit scale,
/// stretched where needed to hold the posterior itself.
struct AnalyticIntervals: Sendable {
  /// The variances in whole numbers, for sums over known states.
  private let rows: StateRows
  private let level: CPULevel
  private let z: Double

  init(scorer: Scorer, uncertainty: LikelihoodUncertainty, level: Double) {
    let variances = uncertainty.varianceMatrix(model: scorer.model)
    rows = StateRows(
      values: variances.elements.map { Int32(Double($0) * LikelihoodUncertainty.varianceScale) },
      columnCount: variances.columnCount,
      firstStateRow: scorer.model.likelihoodTable.firstStateRow,
      settingFinding: scorer.model.settingFinding, defaultSetting: scorer.defaultSetting)
    self.level = scorer.level
    z = NormalDistribution.quantile(0.5 + level / 2)
  }

  /// The limits of leading causes, at most `Softmax.greatestTop` of each case, in their
  /// places.
  func limits(
    of batch: CaseBatch, posteriors: Posteriors, leading: Leading
  ) -> (lower: [Float], upper: [Float]) {
    let none = [Float](repeating: 0, count: leading.columns.count)
    var limits = (lower: none, upper: none)
    eachBlock(of: batch) { sums, start, count in
      IntervalKernel.write(
        variances: sums, stride: rows.stride, unit: 1 / LikelihoodUncertainty.varianceScale,
        posteriors: posteriors.matrix, start: start, count: count, leading: leading, z: z,
        limits: &limits, level: level)
    }
    return limits
  }

  /// The intervals of any causes of each case: the same numbers, as many causes at a time as
  /// `limits` takes.
  func intervals(
    of batch: CaseBatch, posteriors: Posteriors, causes: [[Int]]
  ) -> [[CredibleInterval]] {
    var result = causes.map { [CredibleInterval](repeating: .none, count: $0.count) }
    let most = causes.reduce(0) { max($0, $1.count) }
    for first in stride(from: 0, to: most, by: Softmax.greatestTop) {
      // A case that asks for fewer gets the limits of the first cause, which nobody takes.
      let top = min(Softmax.greatestTop, most - first)
      var asked = Leading(rowCount: batch.count, top: top)
      for (index, own) in causes.enumerated() {
        for place in 0..<max(0, min(top, own.count - first)) {
          asked.columns[index * top + place] = Int32(own[first + place])
        }
      }
      let limits = limits(of: batch, posteriors: posteriors, leading: asked)
      for index in causes.indices {
        for place in 0..<max(0, min(top, causes[index].count - first)) {
          result[index][first + place] = CredibleInterval(
            lower: limits.lower[index * top + place], upper: limits.upper[index * top + place])
        }
      }
    }
    return result
  }

  /// Goes through a batch in blocks: the variances of the scores, a row of `rows.stride` a
  /// case, the first case, and how many.
  private func eachBlock(of batch: CaseBatch, body: (AlignedArray<Int32>, Int, Int) -> Void) {
    let size = min(Scorer.usualBlockSize, batch.count)
    let sums = AlignedArray<Int32>(count: size * rows.stride)
    let scratch = AlignedArray<Int32>(count: rows.scratchCount(cases: size))
    for start in stride(from: 0, to: batch.count, by: max(size, 1)) {
      let count = min(size, batch.count - start)
      rows.sum(batch.codes, start: start, count: count, into: sums, scratch: scratch, level: level)
      body(sums, start, count)
    }
  }
}
