public import DorsalCore
internal import DorsalNumerics

extension ConformalQuantiles {
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
  ///   - labelled: Cases that nothing was fitted to, with calibrated posteriors.
  ///   - model: The model.
  ///   - options: The coverages, and the seed.
  /// - Throws: `DorsalError` that tells how many cases are needed.
  package init(
    _ labelled: LabelledLogPosteriors, model: Model, options: CalibrationOptions
  ) throws(DorsalError) {
    var all: [Double] = []
    var own = [[Double]](repeating: [], count: labelled.causeCount)
    var order = Array(0..<labelled.causeCount)
    var values = [Double](repeating: 0, count: labelled.causeCount)
    for index in labelled.indices where labelled.singleDiagnosis(of: index) != -1 {
      let first = index * labelled.causeCount
      let posteriors = labelled.logPosteriors[first..<first + labelled.causeCount].map {
        Elementary.exp($0)
      }
      let bits = labelled.idBits(of: index, seed: options.seed, purpose: .predictionSet)
      ConformalScore.write(
        posteriors: posteriors[...], u: CaseHash.uniform(bits), order: &order, scores: &values)
      let accepted = labelled.diagnosis(of: index)
      all.append(accepted.map { values[$0] }.min() ?? 0)
      // Of several accepted diagnoses none is known to be the one that has to be covered.
      if accepted.count == 1 { own[accepted[0]].append(values[accepted[0]]) }
    }
    all.sort()
    var levels: [Level] = []
    for coverage in options.coverages {
      let needed = Self.leastCases(coverage: coverage)
      guard all.count >= needed else {
        throw DorsalError(
          .calibration,
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

  /// The quantile of each cause. Causes with too few cases are taken together with the
  /// others of their urgency that have too few; where these are too few too, there is no
  /// coverage to promise.
  private static func byCause(
    _ own: [[Double]], coverage: Double, isExact: Bool, model: Model
  ) throws(DorsalError) -> [CauseQuantile] {
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
      throw DorsalError(
        .calibration,
        "a coverage of \(coverage) of each cause needs at least \(needed) cases of it, or as "
          + "many of the causes of its urgency that have too few together; too few are there of "
          + faults.joined(separator: "; "))
    }
    return quantiles.compactMap { $0 }
  }
}
