/// The range in which a posterior lies with a given probability, as far as the
/// effective sample sizes of the likelihoods tell.
public struct CredibleInterval: Sendable, Hashable {
  /// The lower end.
  public let lower: Float
  /// The upper end.
  public let upper: Float

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
    guard let drawn else {
      return analytic.intervals(of: batch, posteriors: posteriors, causes: causes)
    }
    return drawn.posteriors(of: batch, causes: causes).enumerated().map { index, samples in
      zip(causes[index], samples).map { cause, draws in
        // The posterior itself is always inside, as in the analytic intervals.
        let own = posteriors.probability(case: index, cause: cause)
        let sorted = draws.sorted()
        return CredibleInterval(
          lower: min(own, Self.quantile(sorted, (1 - level) / 2)),
          upper: max(own, Self.quantile(sorted, (1 + level) / 2)))
      }
    }
  }

  /// A quantile of sorted values, linear between neighbours.
  private static func quantile(_ sorted: [Float], _ q: Double) -> Float {
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * Float(place - Double(below))
  }
}
