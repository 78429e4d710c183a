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
    // Cases of one posterior stay together, so that they are pooled when they are whole.
    var open: Pool?
    for (posterior, target) in cases {
      if var group = open, group.highest == posterior {
        group.positives += target
        group.count += 1
        open = group
      } else {
        if let group = open { add(group, to: &pools) }
        open = Pool(lowest: posterior, highest: posterior, positives: target, count: 1)
      }
    }
    if let group = open { add(group, to: &pools) }
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

  /// Adds a pool at the end, together with those before it as long as a share falls or stays.
  private static func add(_ pool: Pool, to pools: inout [Pool]) {
    var end = pools.count - 1
    // Most cases have not got a cause, and stand behind others that have not: no share changes.
    if end >= 0, pool.positives == 0, pools[end].positives == 0 {
      pools[end].highest = pool.highest
      pools[end].count += pool.count
      return
    }
    var merged = pool
    while end >= 0, merged.positives * pools[end].count <= pools[end].positives * merged.count {
      merged = Pool(
        lowest: pools[end].lowest, highest: merged.highest,
        positives: pools[end].positives + merged.positives,
        count: pools[end].count + merged.count)
      end -= 1
    }
    if end + 1 < pools.count {
      pools[end + 1] = merged
      pools.removeLast(pools.count - end - 2)
    } else {
      pools.append(merged)
    }
  }
}
