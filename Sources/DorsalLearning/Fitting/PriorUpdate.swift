/// How often each cause is to be expected, by what was known before and what was counted.
///
/// The mean is that of a rate that has been seen `effective n × prior` times in `effective n`
/// cases, and now `count` times in more. Rare causes, of which a few hundred cases say nothing, are
/// those whose effective sample size is too small for one case of them (effective n × prior < 1):
/// - Their prior is worth the one case that it takes to see the cause: 1 / prior cases.
/// - It falls only where the counts speak against it: not below what they allow, which is the upper
///   end of a one-sided 95% interval of the rate, where that is lower than the prior.
///
/// What factors do to causes that were seen does not push those that were not seen below that, nor
/// below their mean.
package enum PriorUpdate {
  /// A prior of one cause.
  package struct Prior: Sendable {
    /// P(cause).
    package let probability: Double
    /// How many cases it is worth.
    package let effectiveN: Double

    /// A probability and what it is worth.
    package init(probability: Double, effectiveN: Double) {
      self.probability = probability
      self.effectiveN = effectiveN
    }
  }

  /// The new probabilities, whose sum is 1.
  ///
  /// - Parameters:
  ///   - priors: What was known before, one a cause.
  ///   - counts: How many cases each cause has.
  ///   - factors: What each is multiplied by before the floor holds it, or nothing for 1.
  package static func probabilities(
    _ priors: [Prior], counts: [Double], factors: [Double]? = nil
  ) -> [Double] {
    let total = counts.reduce(0, +)
    guard total > 0 else { return priors.map(\.probability) }
    let means = zip(priors, counts).map { prior, count in
      let worth = max(prior.effectiveN, 1 / prior.probability)
      return (worth * prior.probability + count) / (worth + total)
    }
    let moved = means.indices.map { means[$0] * (factors?[$0] ?? 1) }
    let sum = moved.reduce(0, +)
    let counted = means.reduce(0, +)
    let held = moved.indices.map { index -> Double in
      let prior = priors[index]
      var least = counts[index] == 0 ? means[index] / counted : 0
      if prior.effectiveN * prior.probability < 1 {
        least = floor(prior.probability, count: counts[index], of: total)
      }
      return max(moved[index] / sum, least)
    }
    let mass = held.reduce(0, +)
    return held.map { $0 / mass }
  }

  /// What a prior does not fall below.
  package static func floor(_ prior: Double, count: Double, of total: Double) -> Double {
    min(prior, upperRate(count: count, of: total))
  }

  /// The upper end of a one-sided 95% interval of a rate, by Byar's approximation to the Poisson
  /// distribution (N. E. Breslow, N. E. Day, Statistical methods in cancer research II, 1987):
  /// within 1% of the exact 3.00 where none was seen.
  package static func upperRate(count: Double, of total: Double) -> Double {
    let next = count + 1
    let root = 1 - 1 / (9 * next) + 1.6449 / (3 * next.squareRoot())
    return min(next * root * root * root / total, 1)
  }
}
