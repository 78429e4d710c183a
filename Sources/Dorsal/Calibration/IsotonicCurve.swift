/// Isotonic calibration of one cause against the rest: the share of cases that have the
/// cause, as the best function that never falls with the posterior (B. Zadrozny, C. Elkan,
/// KDD 2002), by pooling adjacent violators.
package enum IsotonicCurve {
  /// A stretch of posteriors with one share.
  private struct Pool {
    var lowest: Double
    var highest: Double
    var positives: Double
    var count: Double
    var share: Double { positives / count }
  }

  /// Fits a curve.
  ///
  /// A share of 0 or 1 would make one surprise infinitely bad: a pool of n cases without
  /// the cause gets 0.5 / (n + 1) instead, or half the next share if that is less, and a
  /// pool of only such cases the same from above.
  ///
  /// - Parameter cases: Posteriors, ascending, and how much of the case's diagnosis is the
  ///   cause (0 or 1; in between where several diagnoses are accepted).
  /// - Returns: The points of the curve: posteriors, and shares above 0 and below 1.
  /// - Complexity: O(cases).
  package static func fit(
    ascending cases: some Sequence<(posterior: Double, target: Double)>
  ) -> CauseCurve {
    var pools: [Pool] = []
    for (posterior, target) in cases {
      if let last = pools.last, last.highest == posterior, last.lowest == posterior {
        pools[pools.count - 1].positives += target
        pools[pools.count - 1].count += 1
      } else {
        // The pool before is whole now: cases of one posterior stay together.
        merge(&pools)
        pools.append(Pool(lowest: posterior, highest: posterior, positives: target, count: 1))
      }
    }
    merge(&pools)
    guard !pools.isEmpty else { return .kept }
    var shares = pools.map(\.share)
    if let first = shares.first, first <= 0 {
      let next = shares.count > 1 ? shares[1] / 2 : .infinity
      shares[0] = min(0.5 / (pools[0].count + 1), next)
    }
    let end = shares.count - 1
    if shares[end] >= 1 {
      let before = end > 0 ? (1 - shares[end - 1]) / 2 : .infinity
      shares[end] = 1 - min(0.5 / (pools[end].count + 1), before)
    }
    var (posteriors, values): ([Double], [Double]) = ([], [])
    for (pool, share) in zip(pools, shares) {
      posteriors.append(pool.lowest)
      values.append(share)
      if pool.highest > pool.lowest {
        posteriors.append(pool.highest)
        values.append(share)
      }
    }
    return .steps(posteriors: posteriors, shares: values)
  }

  /// Pools from the end as long as a share falls or stays.
  private static func merge(_ pools: inout [Pool]) {
    while pools.count > 1 {
      let (last, before) = (pools[pools.count - 1], pools[pools.count - 2])
      guard last.positives * before.count <= before.positives * last.count else { return }
      pools.removeLast()
      pools[pools.count - 1] = Pool(
        lowest: before.lowest, highest: last.highest,
        positives: before.positives + last.positives, count: before.count + last.count)
    }
  }
}
