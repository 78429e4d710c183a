package import DorsalCore
internal import DorsalNumerics

/// Isotonic calibration of one cause against the rest: the share of cases that have the
/// cause, as the best function that never falls with the posterior (B. Zadrozny, C. Elkan,
/// KDD 2002), by pooling adjacent violators.
///
/// All curves that a cross-fit needs, of all cases and of those outside each fold, are found in
/// one pass over the cases in ascending order. Cases without the cause, which are most, are only
/// counted by their fold until one with the cause comes: adjacent pools without the cause have
/// the same share and become one in any case.
package struct IsotonicCurve {
  /// A stretch of log posteriors with one share.
  private struct Pool {
    var lowest: Float
    var highest: Float
    var positives: Double
    var count: Double
    var share: Double { positives / count }
  }

  /// Some cases of each fold.
  private struct Counts {
    var counts: [Int]
    var positives: [Double]
    var lowest: [Float]
    var highest: [Float]

    init(foldCount: Int) {
      counts = [Int](repeating: 0, count: foldCount)
      positives = [Double](repeating: 0, count: foldCount)
      lowest = [Float](repeating: 0, count: foldCount)
      highest = lowest
    }

    mutating func add(_ position: Float, target: Double, fold: Int) {
      lowest[fold] = counts[fold] == 0 ? position : min(lowest[fold], position)
      highest[fold] = counts[fold] == 0 ? position : max(highest[fold], position)
      counts[fold] += 1
      positives[fold] += target
    }

    mutating func clear() {
      for fold in counts.indices {
        counts[fold] = 0
        positives[fold] = 0
      }
    }
  }

  private let foldCount: Int
  /// The pools of the cases outside each fold, then those of all cases.
  private var pools: [[Pool]]
  /// Cases and how much of them is the cause, in the same order.
  private var totals: [(count: Int, positives: Double)]
  /// Cases without the cause that no pool has yet.
  private var run: Counts
  private var runIsEmpty = true
  /// Cases of one log posterior, one of them with the cause, that no pool has yet.
  private var group: Counts
  private var groupPosition: Float?

  /// No cases yet.
  package init(foldCount: Int) {
    self.foldCount = foldCount
    pools = [[Pool]](repeating: [], count: foldCount + 1)
    totals = [(Int, Double)](repeating: (0, 0), count: foldCount + 1)
    run = Counts(foldCount: foldCount)
    group = run
  }

  /// Adds a case without the cause.
  ///
  /// - Parameters:
  ///   - position: The log posterior of the cause. Before the first case with the cause in any
  ///     order; then no less than that of the case before.
  ///   - fold: The fold of the case.
  package mutating func addWithout(_ position: Float, fold: Int) {
    if let open = groupPosition {
      if open == position {
        group.add(position, target: 0, fold: fold)
        return
      }
      closeGroup()
    }
    run.add(position, target: 0, fold: fold)
    runIsEmpty = false
  }

  /// Adds a case with the cause.
  ///
  /// - Parameters:
  ///   - position: The log posterior of the cause, no less than that of the case before, and
  ///     above that of any case before without the cause.
  ///   - target: How much of the case's diagnosis is the cause, above 0 and at most 1.
  ///   - fold: The fold of the case.
  package mutating func addWith(_ position: Float, target: Double, fold: Int) {
    if groupPosition != position {
      closeGroup()
      closeRun()
      groupPosition = position
    }
    group.add(position, target: target, fold: fold)
  }

  /// The curves, after the last case: of the cases outside each fold, then of all.
  ///
  /// - Parameter leastCases: With fewer cases with the cause, or without it, a posterior is kept.
  /// - Complexity: All in all O(cases + cases with the cause × folds).
  package mutating func finish(leastCases: Int) -> [CauseCurve] {
    closeGroup()
    closeRun()
    let least = Double(leastCases)
    return zip(pools, totals).map { pools, total in
      total.positives < least || Double(total.count) - total.positives < least
        ? .kept : Self.curve(of: pools)
    }
  }

  private mutating func closeRun() {
    guard !runIsEmpty else { return }
    add(run)
    run.clear()
    runIsEmpty = true
  }

  private mutating func closeGroup() {
    guard groupPosition != nil else { return }
    add(group)
    group.clear()
    groupPosition = nil
  }

  /// Adds cases to the pools of all cases, and of those outside each fold.
  private mutating func add(_ cases: Counts) {
    let whole = Self.pool(of: cases, excluding: nil)
    for excluded in 0...foldCount {
      // Most folds have none of a few cases.
      let isTouched = excluded < foldCount && cases.counts[excluded] > 0
      let pool = isTouched ? Self.pool(of: cases, excluding: excluded) : whole
      guard pool.count > 0 else { continue }
      totals[excluded].count += Int(pool.count)
      totals[excluded].positives += pool.positives
      Self.add(pool, to: &pools[excluded])
    }
  }

  /// The cases outside a fold as one pool; not a difference, so that nothing is rounded away.
  private static func pool(of cases: Counts, excluding excluded: Int?) -> Pool {
    var pool = Pool(lowest: .infinity, highest: -.infinity, positives: 0, count: 0)
    for fold in cases.counts.indices where fold != excluded && cases.counts[fold] > 0 {
      pool.lowest = min(pool.lowest, cases.lowest[fold])
      pool.highest = max(pool.highest, cases.highest[fold])
      pool.positives += cases.positives[fold]
      pool.count += Double(cases.counts[fold])
    }
    return pool
  }

  /// Adds a pool at the end, together with those before it as long as a share falls or stays.
  private static func add(_ pool: Pool, to pools: inout [Pool]) {
    var end = pools.count - 1
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

  /// The points of a curve.
  ///
  /// A share of 0 or 1 would make one surprise infinitely bad: a pool of n cases without
  /// the cause gets 0.5 / (n + 1) instead, or half the next share if that is less, and a
  /// pool of only such cases the same from above.
  private static func curve(of pools: [Pool]) -> CauseCurve {
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
      for position in [pool.lowest, pool.highest] {
        let posterior = Elementary.exp(Double(position))
        // Near 1 several logarithms have one exponential.
        if let last = posteriors.last, posterior <= last { continue }
        posteriors.append(posterior)
        values.append(share)
      }
    }
    return .steps(posteriors: posteriors, shares: values)
  }
}
