import Dorsal
import TestSupport
import Testing

/// Coverage of prediction sets over many splits, as a user would count it: quantiles from one
/// half of the cases, diagnoses in the set from the other.
@Suite(.releaseOnly) struct ConformalCoverageTests {
  private static let (splitCount, caseCount) = (100, 1200)
  private static let coverages = [0.9, 0.95]

  /// The mean over splits of the share of cases that are covered, at each coverage: of all cases
  /// by the sets of all cases, and of each cause by the sets that cover each cause.
  private static func shares(
    _ model: Model, _ draw: (_ seed: UInt64) throws -> CaseBatch, byCause: Bool
  ) throws -> (all: [Double], byCause: [[Double]]) {
    let scorer = Scorer(model: model)
    let causes = model.causes.count
    var all = coverages.map { _ in 0.0 }
    var each = coverages.map { _ in model.causes.map { _ in (covered: 0, count: 0) } }
    for split in 0..<splitCount {
      let first = try draw(UInt64(10_000 + split))
      var options = CalibrationOptions()
      options.coverages = coverages
      options.coversEachCause = byCause
      options.seed = UInt64(split)
      var labelled = LabelledLogPosteriors(causeCount: causes)
      labelled.append(first, posteriors: scorer.score(first), scorer: scorer)
      let quantiles = try ConformalQuantiles(labelled, model: model, options: options)
      let second = try draw(UInt64(20_000 + split))
      let posteriors = scorer.score(second)
      for (place, level) in quantiles.levels.enumerated() {
        func covers(_ quantiles: [Double]) -> [Bool] {
          PredictionSets(quantiles: quantiles, seed: options.seed, coverage: level.coverage)
            .sets(of: second, posteriors: posteriors).enumerated()
            .map { $1.contains(second.diagnosis(of: $0)[0]) }
        }
        let covered = covers([Double](repeating: level.quantile, count: causes)).count { $0 }
        all[place] += Double(covered) / Double(second.count) / Double(splitCount)
        guard let own = level.byCause else { continue }
        for (index, isCovered) in covers(own.map(\.quantile)).enumerated() {
          let truth = second.diagnosis(of: index)[0]
          each[place][truth].count += 1
          if isCovered { each[place][truth].covered += 1 }
        }
      }
    }
    return (all, each.map { $0.map { Double($0.covered) / Double(max($0.count, 1)) } })
  }

  // One point is asked for. Chance leaves 100 splits of 1,200 cases a standard error of
  // √(0.9 · 0.1 / 120,000) = 0.0009 from the cases that are judged and as much from those that
  // quantiles are of.
  private static let (room, roomOfCause) = (0.01, 0.01)

  /// Half of the findings of the shipped model unknown, so that the diagnosis often is not the
  /// leading cause, which is in every set: a set cannot cover less than the leading causes do.
  @Test func `sets of the shipped model cover what they say`() throws {
    let model = try Repository.model()
    let (all, _) = try Self.shares(
      model,
      { seed in
        var options = CaseSimulator.Options()
        options.seed = seed
        options.missing = .chance(0.5)
        return try CaseSimulator(model: model, options: options).cases(0..<Self.caseCount)
      }, byCause: false)
    print("coverage over \(Self.splitCount) splits: \(all)")
    for (share, coverage) in zip(all, Self.coverages) {
      #expect(isClose(share, to: coverage, within: Self.room))
    }
  }

  /// Five causes with about as many cases each, 240 a split, so that the quantile of each is its
  /// own: ⌈(n + 1) · coverage⌉ / (n + 1) is 0.002 above the coverage on average, and chance adds a
  /// standard error of √(0.09 / 24,000) = 0.0019, twice. The cases are not as the model's prior
  /// says, which coverage does not ask for.
  @Test func `sets that cover each cause cover each as they say`() throws {
    let model = try RandomModel(causes: 5, stateCounts: [2, 3, 2, 3], seed: 12).load()
    let prior = [0.2, 0.2, 0.2, 0.2, 0.2]
    let (all, byCause) = try Self.shares(
      model,
      { SimulatedCases.draw(Self.caseCount, prior: prior, model: model, seed: $0) },
      byCause: true)
    print("coverage over \(Self.splitCount) splits: \(all), of each cause \(byCause)")
    for (place, coverage) in Self.coverages.enumerated() {
      #expect(isClose(all[place], to: coverage, within: Self.room))
      for share in byCause[place] {
        // A fifth of the cases: in debug √5 times as much chance, and 0.006 of whole places.
        #expect(isClose(share, to: coverage, within: Self.roomOfCause))
      }
    }
  }
}
