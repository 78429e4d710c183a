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
  private let indicators: Indicators
  private let variances: Matrix
  private let z: Double

  init(scorer: Scorer, uncertainty: LikelihoodUncertainty, level: Double) {
    indicators = scorer.indicators
    variances = uncertainty.varianceMatrix(model: scorer.model)
    z = NormalDistribution.quantile(0.5 + level / 2)
  }

  func intervals(
    of batch: CaseBatch, posteriors: Posteriors, causes: [[Int]]
  ) -> [[CredibleInterval]] {
    var result: [[CredibleInterval]] = []
    result.reserveCapacity(batch.count)
    var product = Matrix(
      rowCount: min(Scorer.usualBlockSize, batch.count), columnCount: variances.columnCount)
    indicators.eachBlock(of: batch, size: Scorer.usualBlockSize) { block, start, count in
      BLAS.multiply(block, variances, into: &product, rowCount: count)
      for row in 0..<count {
        let posterior = posteriors.matrix.row(start + row)
        let variance = product.row(row)
        result.append(
          causes[start + row].map { cause in
            interval(of: cause, posterior: posterior, variance: variance)
          })
      }
    }
    return result
  }

  private func interval(
    of cause: Int, posterior: ArraySlice<Float>, variance: ArraySlice<Float>
  ) -> CredibleInterval {
    let (p, v) = (posterior.startIndex, variance.startIndex)
    // Summed over the others and not taken from one, which would lose the small ones.
    var others = 0.0
    var first = 0.0
    var second = 0.0
    for other in 0..<posterior.count where other != cause {
      let probability = Double(posterior[p + other])
      let spread = Double(variance[v + other])
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
    let half = z * (Double(variance[v + cause]) + second).squareRoot()
    return CredibleInterval(
      lower: min(posterior[p + cause], Float(Self.logistic(centre - half))),
      upper: max(posterior[p + cause], Float(Self.logistic(centre + half))))
  }

  private static func logistic(_ x: Double) -> Double {
    x >= 0 ? 1 / (1 + Elementary.exp(-x)) : Elementary.exp(x) / (1 + Elementary.exp(x))
  }
}
