internal import DorsalNumerics

/// What joint states add to the scores of a case, shared out to the findings that make them.
///
/// What a term adds is a game whose players are its known members: v(S) is what it adds where the
/// members S alone are known. The share of a member is its Shapley value, the mean over all
/// orders in which the members could become known of what it adds when its turn comes (L. S.
/// Shapley, "A value for n-person games", 1953). The shares of a term add up to what it adds,
/// and hang on no order. Of a finding and its parent each has a half.
package struct JointShares {
  /// By the finding a number a cause, in nats, for known findings that hang on known ones.
  package private(set) var nats: [Int: [Double]] = [:]

  /// Shares out what the joint states of a case add.
  ///
  /// - Parameters:
  ///   - scorer: The scorer of the case.
  ///   - code: The code of each finding, 0 for unknown.
  /// - Complexity: O(2^*n* × causes) for *n* known members of a term.
  package init(scorer: Scorer, code: (Int) -> Int) {
    guard let joint = scorer.model.jointStates else { return }
    for term in joint.terms {
      let codes = term.findings.map(code)
      let members = codes.indices.filter { codes[$0] > 0 }
      guard members.count > 1 else { continue }
      // By the set of members, a bit each.
      let worth = (0..<1 << members.count).map { set -> [Double] in
        var own = [Int](repeating: 0, count: codes.count)
        for (place, member) in members.enumerated() where set >> place & 1 == 1 {
          own[member] = codes[member]
        }
        return scorer.jointEvidence(ofRow: term.row(ofCodes: own))
      }
      let causes = scorer.model.causes.count
      // |S|! (n − |S| − 1)! / n!
      let weights = Self.weights(of: members.count)
      for (place, member) in members.enumerated() {
        var share = nats[term.findings[member]] ?? [Double](repeating: 0, count: causes)
        for set in worth.indices where set >> place & 1 == 0 {
          let weight = weights[set.nonzeroBitCount]
          for cause in 0..<causes {
            share[cause] += weight * (worth[set | 1 << place][cause] - worth[set][cause])
          }
        }
        nats[term.findings[member]] = share
      }
    }
  }

  /// The weight of a set by its size.
  private static func weights(of count: Int) -> [Double] {
    var weights: [Double] = []
    // 1 / n, then times |S| / (n − |S|) from one size to the next.
    var weight = 1 / Double(count)
    for size in 0..<count {
      weights.append(weight)
      weight *= Double(size + 1) / Double(max(count - size - 1, 1))
    }
    return weights
  }
}
