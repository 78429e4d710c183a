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
  /// places. What `intervals` gives, up to the rounding of `Float`.
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

  /// The intervals of any causes of each case, in plain loops and double precision.
  func intervals(
    of batch: CaseBatch, posteriors: Posteriors, causes: [[Int]]
  ) -> [[CredibleInterval]] {
    var result: [[CredibleInterval]] = []
    result.reserveCapacity(batch.count)
    eachBlock(of: batch) { sums, start, count in
      for row in 0..<count {
        let variances = (0..<rows.columnCount).map {
          Double(sums[row * rows.stride + $0]) / LikelihoodUncertainty.varianceScale
        }
        let posterior = posteriors.matrix.row(start + row)
        result.append(
          causes[start + row].map { interval(of: $0, posterior: posterior, variances: variances) })
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

  private func interval(
    of cause: Int, posterior: ArraySlice<Float>, variances: [Double]
  ) -> CredibleInterval {
    let p = posterior.startIndex
    // Summed over the others and not taken from one, which would lose the small ones.
    var others = 0.0
    var first = 0.0
    var second = 0.0
    for other in 0..<posterior.count where other != cause {
      let probability = Double(posterior[p + other])
      let spread = variances[other]
      others += probability
      first += probability * spread
      second += probability * probability * spread
    }
    let own = Double(posterior[p + cause])
    guard own > 0, others > 0 else {
      return CredibleInterval(lower: posterior[p + cause], upper: posterior[p + cause])
    }
    first /= others
    second /= others * others
    let logit = Elementary.log(own) - Elementary.log(others)
    let centre = logit - 0.5 * (first - second)
    let half = z * (variances[cause] + second).squareRoot()
    return CredibleInterval(
      lower: min(posterior[p + cause], Float(Self.logistic(centre - half))),
      upper: max(posterior[p + cause], Float(Self.logistic(centre + half))))
  }

  private static func logistic(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + Elementary.exp(-x)) : Elementary.exp(x) / (1 + Elementary.exp(x))
  }
}
