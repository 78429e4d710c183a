/// How strange a cause would be for a case: the adaptive score of Y. Romano, M. Sesia and
/// E. Candès (NeurIPS 2020), drawn with one number u between 0 and 1 for each case.
///
/// With the causes by their posteriors, the most probable first, the score of the leading
/// cause is u · p − 1 and that of every other the sum of the posteriors before it and
/// u · p of its own. So the leading cause is always the least strange one and joins a set
/// first; all others follow as in the paper. Scores have no ties, so that the coverage of n
/// cases is ⌈(n + 1) · coverage⌉ / (n + 1), up to 1 / (n + 1) too much, or with `Randomised` exact,
/// but for what the leading cause adds where it is in a set in spite of its score.
package enum ConformalScore {
  /// The scores of all causes of a case.
  ///
  /// - Parameters:
  ///   - posteriors: The posteriors, calibrated.
  ///   - u: The case's number.
  ///   - order: Gets the causes, the most probable first.
  ///   - scores: Gets the score of each cause, by its index.
  package static func write(
    posteriors: ArraySlice<Float>, u: Double, order: inout [Int], scores: inout [Double]
  ) {
    let start = posteriors.startIndex
    order.sort { left, right in
      let (p, q) = (posteriors[start + left], posteriors[start + right])
      return p == q ? left < right : p > q
    }
    var sum = 0.0
    for (place, cause) in order.enumerated() {
      let posterior = Double(posteriors[start + cause])
      scores[cause] = place == 0 ? u * posterior - 1 : sum + u * posterior
      sum += posterior
    }
  }
}

/// The quantiles of conformal scores that prediction sets are cut at.
public struct ConformalQuantiles: Sendable, Hashable {
  /// The quantile below, for coverage without the excess of whole places.
  ///
  /// With (n + 1) · coverage = k + r, a case is cut at the (k + 1)-th score with probability r and
  /// at the k-th otherwise, by a number of its own: over cases and numbers (k + r) / (n + 1) are
  /// covered, which is the coverage (V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in
  /// a Random World, 2005, smoothed conformal predictors).
  public struct Randomised: Sendable, Hashable {
    /// The k-th score; -1, below all scores, where k is 0.
    public let lower: Double
    /// r: how often it is the quantile that counts and not this, 0 to 1.
    public let share: Double
  }

  /// The quantile of a cause, for sets that cover each cause.
  public struct CauseQuantile: Sendable, Hashable {
    /// The score up to which the cause is in a set.
    public let quantile: Double
    /// The cases it was found on.
    public let caseCount: Int
    /// Nothing where these are the cause's own; otherwise the urgency whose causes with
    /// too few cases were taken together, and are covered together.
    public let pooledUrgency: Urgency?
    /// The quantile below, where coverage is to be exact.
    public let randomised: Randomised?
  }

  /// One coverage.
  public struct Level: Sendable, Hashable {
    /// The share of cases whose diagnosis is to be in the set, between 0 and 1.
    public let coverage: Double
    /// The score up to which a cause is in a set.
    public let quantile: Double
    /// The same for each cause, where each is to be covered.
    public let byCause: [CauseQuantile]?
    /// The quantile below, where coverage is to be exact.
    public let randomised: Randomised?
  }

  /// The cases that the quantiles were found on; the calibration was fitted to others.
  public let caseCount: Int
  /// Where the numbers of the cases begin.
  public let seed: UInt64
  /// The coverages.
  public let levels: [Level]

  /// How many cases a coverage needs: the quantile is the ⌈(n + 1) · coverage⌉-th score, and
  /// there is none beyond the n-th.
  public static func leastCases(coverage: Double) -> Int {
    var count = max(1, Int(coverage / (1 - coverage)) - 1)
    while rank(of: coverage, in: count) > count { count += 1 }
    return count
  }

  /// The place of the quantile among n scores, counted from 1.
  static func rank(of coverage: Double, in count: Int) -> Int {
    // A coverage of 0.9 is a little more than nine tenths as a Double.
    Int((Double(count + 1) * coverage - 1e-9).rounded(.up))
  }

  /// The quantile of ascending scores, of which there are enough, and the one below.
  static func quantile(
    of scores: [Double], coverage: Double, isExact: Bool
  ) -> (quantile: Double, randomised: Randomised?) {
    let place = rank(of: coverage, in: scores.count)
    guard isExact else { return (scores[place - 1], nil) }
    let share = Double(scores.count + 1) * coverage - Double(place - 1)
    return (
      scores[place - 1],
      Randomised(lower: place > 1 ? scores[place - 2] : -1, share: min(max(share, 0), 1))
    )
  }

  /// Finds the quantiles.
  ///
  /// - Parameters:
  ///   - scores: Cases that nothing was fitted to, with calibrated posteriors.
  ///   - model: The model.
  ///   - options: The coverages, and the seed.
  /// - Throws: `CalibrationError` that tells how many cases are needed.
  package init(
    _ scores: LabelledScores, model: Model, options: CalibrationOptions
  ) throws(CalibrationError) {
    var all: [Double] = []
    var own = [[Double]](repeating: [], count: scores.causeCount)
    var order = Array(0..<scores.causeCount)
    var values = [Double](repeating: 0, count: scores.causeCount)
    for index in scores.indices where scores.singleDiagnosis(of: index) != -1 {
      let first = index * scores.causeCount
      let posteriors = scores.logPosteriors[first..<first + scores.causeCount].map {
        Elementary.exp($0)
      }
      let bits = scores.idBits(of: index, seed: options.seed, purpose: .predictionSet)
      ConformalScore.write(
        posteriors: posteriors[...], u: CaseHash.uniform(bits), order: &order, scores: &values)
      let accepted = scores.diagnosis(of: index)
      all.append(accepted.map { values[$0] }.min() ?? 0)
      // Of several accepted diagnoses none is known to be the one that has to be covered.
      if accepted.count == 1 { own[accepted[0]].append(values[accepted[0]]) }
    }
    all.sort()
    var levels: [Level] = []
    for coverage in options.coverages {
      let needed = Self.leastCases(coverage: coverage)
      guard all.count >= needed else {
        throw CalibrationError(
          "a coverage of \(coverage) needs at least \(needed) labelled cases to find its "
            + "quantile on; there are \(all.count)")
      }
      let found = Self.quantile(of: all, coverage: coverage, isExact: options.coversExactly)
      levels.append(
        Level(
          coverage: coverage, quantile: found.quantile,
          byCause: options.coversEachCause
            ? try Self.byCause(
              own, coverage: coverage, isExact: options.coversExactly, model: model) : nil,
          randomised: found.randomised))
    }
    self.init(caseCount: all.count, seed: options.seed, levels: levels)
  }

  init(caseCount: Int, seed: UInt64, levels: [Level]) {
    self.caseCount = caseCount
    self.seed = seed
    self.levels = levels
  }

  /// The quantile of each cause. Causes with too few cases are taken together with the
  /// others of their urgency that have too few; where these are too few too, there is no
  /// coverage to promise.
  private static func byCause(
    _ own: [[Double]], coverage: Double, isExact: Bool, model: Model
  ) throws(CalibrationError) -> [CauseQuantile] {
    let needed = leastCases(coverage: coverage)
    var quantiles = [CauseQuantile?](repeating: nil, count: own.count)
    var faults: [String] = []
    func quantile(_ scores: [Double], pooled: Urgency?) -> CauseQuantile {
      let found = Self.quantile(of: scores.sorted(), coverage: coverage, isExact: isExact)
      return CauseQuantile(
        quantile: found.quantile, caseCount: scores.count, pooledUrgency: pooled,
        randomised: found.randomised)
    }
    for cause in own.indices where own[cause].count >= needed {
      quantiles[cause] = quantile(own[cause], pooled: nil)
    }
    for urgency in Urgency.allCases {
      let few = own.indices.filter {
        quantiles[$0] == nil && model.causes[$0].urgency == urgency
      }
      guard !few.isEmpty else { continue }
      let pool = few.flatMap { own[$0] }
      guard pool.count >= needed else {
        let list = few.map { "\(model.causes[$0].id) (\(own[$0].count))" }
        faults.append("\(urgency.rawValue): " + list.joined(separator: ", "))
        continue
      }
      for cause in few { quantiles[cause] = quantile(pool, pooled: urgency) }
    }
    guard faults.isEmpty else {
      throw CalibrationError(
        "a coverage of \(coverage) of each cause needs at least \(needed) cases of it, or as "
          + "many of the causes of its urgency that have too few together; too few are there of "
          + faults.joined(separator: "; "))
    }
    return quantiles.compactMap { $0 }
  }
}
