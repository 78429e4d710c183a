internal import DorsalNumerics

/// The range in which a posterior lies with a given probability, as far as the
/// effective sample sizes of the likelihoods tell.
public struct CredibleInterval: Sendable, Hashable {
  /// The lower end.
  public let lower: Float
  /// The upper end.
  public let upper: Float

  /// An interval by its ends.
  package init(lower: Float, upper: Float) {
    self.lower = lower
    self.upper = upper
  }

  /// The place of one that is not known yet.
  static let none = CredibleInterval(lower: 0, upper: 0)

  /// What an interval covers, in a sentence.
  public static let disclaimer =
    "Intervals cover how well the likelihoods are known, not the prior, the choice of findings "
    + "and causes, or their independence."
}

/// How intervals are found.
public enum IntervalMethod: Sendable, Hashable {
  /// From the variances of the likelihoods, by the delta method of second order.
  case analytic
  /// From models drawn from what is known, beginning at a seed.
  case sampled(draws: Int, seed: UInt64)
}

/// Gives intervals for posteriors. It does not change and may be shared.
public struct CredibleIntervals: Sendable {
  private let level: Double
  private let model: Model
  private let analytic: AnalyticIntervals
  private let drawn: DrawnPosteriors?

  /// Prepares intervals for a scorer.
  ///
  /// - Parameters:
  ///   - scorer: The scorer whose posteriors are asked about.
  ///   - level: The probability that an interval covers, between 0 and 1.
  ///   - method: How intervals are found.
  public init(scorer: Scorer, level: Double, method: IntervalMethod = .analytic) {
    precondition(level > 0 && level < 1, "a level lies between 0 and 1")
    self.level = level
    model = scorer.model
    let uncertainty = LikelihoodUncertainty(model: scorer.model)
    analytic = AnalyticIntervals(scorer: scorer, uncertainty: uncertainty, level: level)
    switch method {
    case .analytic: drawn = nil
    case .sampled(let draws, let seed):
      precondition(draws > 1, "an interval needs draws")
      drawn = DrawnPosteriors(
        scorer: scorer, uncertainty: uncertainty, draws: draws, seed: seed)
    }
  }

  /// The intervals of some causes of each case.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their posteriors, from the scorer.
  ///   - causes: The causes that are asked for, for each case.
  /// - Returns: An interval for each cause asked for, in the same order.
  public func intervals(
    of batch: CaseBatch, posteriors: Posteriors, causes: [[Int]]
  ) -> [[CredibleInterval]] {
    batch.requireCases(of: model)
    precondition(posteriors.matrix.rowCount == batch.count, "each case has its posteriors")
    precondition(causes.count == batch.count, "causes for each case")
    guard let drawn else {
      return analytic.intervals(of: batch, posteriors: posteriors, causes: causes)
    }
    let quantiles = drawn.quantiles(of: batch, causes: causes, tail: (1 - level) / 2)
    return zip(causes, quantiles).enumerated().map { index, asked in
      zip(asked.0, asked.1).map { cause, quantile in
        // The posterior itself is always inside, as in the analytic intervals.
        let own = posteriors.probability(case: index, cause: cause)
        return CredibleInterval(
          lower: min(own, quantile.lower), upper: max(own, quantile.upper))
      }
    }
  }

  /// The limits of the leading causes of each case: `top` of each, one behind the other.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their posteriors, from the scorer.
  ///   - top: How many leading causes, at most as many as there are.
  /// - Complexity: O(cases × causes) for analytic intervals of up to
  ///   `Scorer.greatestTop` causes.
  public func limits(
    of batch: CaseBatch, posteriors: Posteriors, top: Int
  ) -> (lower: [Float], upper: [Float]) {
    batch.requireCases(of: model)
    precondition(posteriors.matrix.rowCount == batch.count, "each case has its posteriors")
    let leading = posteriors.leading(top: top)
    if drawn == nil, leading.top <= Scorer.greatestTop {
      return analytic.limits(of: batch, posteriors: posteriors, leading: leading)
    }
    let causes = (0..<batch.count).map { index in
      leading.columns[index * leading.top..<(index + 1) * leading.top].map { Int($0) }
    }
    let found = intervals(of: batch, posteriors: posteriors, causes: causes).joined()
    return (found.map(\.lower), found.map(\.upper))
  }
}
