internal import DorsalNumerics

/// What the answers to a finding would do in a case that knows findings it hangs on.
///
/// With K the known findings of the case, T(s | c) = P(s | c) · exp(Σ over the finding's terms of
/// r(K and s | c) − r(K | c)) is what the posterior is updated by after the answer s, as scoring
/// the case again does. In a group, and of a finding whose parent is known, T is P(s | c, K): the
/// ratio of two joint probabilities. Of a parent whose children are known it is P(s | c, K) up
/// to a factor for each cause, since the score takes children as independent as long as their
/// parent is unknown; the probability of an answer is that of the ratio.
struct DependentAnswers {
  /// T: `updates[state * causeCount + cause]`.
  let updates: [Double]
  /// P(s | c, K), which sums to one over the states.
  let probabilities: [Double]
  private let causeCount: Int

  /// Looks at one finding.
  ///
  /// - Parameters:
  ///   - finding: An unknown finding.
  ///   - model: The model.
  ///   - code: The code of every finding of the case.
  /// - Returns: Nothing where the finding hangs on no known one, so that P(s | c) is the answer.
  /// - Complexity: O(states × causes × terms of the finding).
  init?(of finding: Int, in model: Model, code: (Int) -> Int) {
    guard let joint = model.jointStates else { return nil }
    let own = joint.termsOfFinding[finding].map { joint.terms[$0] }.filter { term in
      term.findings.contains { $0 != finding && code($0) != 0 }
    }
    guard !own.isEmpty else { return nil }
    let table = model.likelihoodTable
    let causes = table.causeCount
    let states = model.findings[finding].states.count
    var updates: [Double] = []
    updates.reserveCapacity(states * causes)
    for state in 0..<states {
      let row = table.firstStateRow[finding] + state
      var added = [Double](repeating: 0, count: causes)
      for term in own {
        let after = joint.row(of: term) { $0 == finding ? state + 1 : code($0) }
        guard let after else { continue }
        let evidence = joint.evidence(ofRow: after)
        let before = joint.row(of: term, code: code).map { joint.evidence(ofRow: $0) }
        for cause in 0..<causes {
          // The background's own, which comes last, is in none of the causes'.
          let rise = evidence[cause] + evidence[causes]
          let base = before.map { $0[cause] + $0[causes] } ?? 0
          added[cause] += rise - base
        }
      }
      for cause in 0..<causes {
        updates.append(
          table.probability(stateRow: row, cause: cause) * Elementary.exp(added[cause]))
      }
    }
    var sums = [Double](repeating: 0, count: causes)
    for index in updates.indices { sums[index % causes] += updates[index] }
    probabilities = updates.indices.map { updates[$0] / sums[$0 % causes] }
    self.updates = updates
    causeCount = causes
  }

  /// The predictive probability of a state, and the mean of T over the posterior.
  func probability(of state: Int, posterior q: [Double]) -> (probability: Double, weight: Double) {
    var (probability, weight) = (0.0, 0.0)
    for cause in 0..<causeCount {
      probability += q[cause] * probabilities[state * causeCount + cause]
      weight += q[cause] * updates[state * causeCount + cause]
    }
    return (max(probability, Self.least), max(weight, Self.least))
  }

  /// The expected loss after an answer, times its weight.
  func loss(after state: Int, posterior q: [Double], losses: (Int) -> Double) -> Double {
    (0..<causeCount).reduce(0) { $0 + q[$1] * updates[state * causeCount + $1] * losses($1) }
  }

  /// The expected divergence of the posterior from the present one, in bits.
  func information(posterior q: [Double]) -> Double {
    var bits = 0.0
    for state in 0..<updates.count / causeCount {
      let (probability, weight) = probability(of: state, posterior: q)
      var divergence = 0.0
      for cause in 0..<causeCount where q[cause] > 0 {
        let ratio = updates[state * causeCount + cause] / weight
        if ratio > 0 { divergence += q[cause] * ratio * Elementary.log(ratio) }
      }
      bits += probability * divergence
    }
    return max(bits, 0) / 0.6931471805599453
  }

  /// As in `AnswerBlock`: a probability is above zero.
  private static let least = 1e-12
}
