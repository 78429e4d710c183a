import Dorsal

/// Posteriors, the five leading causes and their analytic intervals, of cases in memory.
struct IntervalsInMemory: Workload {
  private let scorer: Scorer
  private let batch: CaseBatch
  private let intervals: CredibleIntervals

  init(scorer: Scorer, batch: CaseBatch) {
    self.scorer = scorer
    self.batch = batch
    intervals = CredibleIntervals(scorer: scorer, level: 0.95)
  }

  let name = "the same with analytic intervals of the top 5"
  let threads = 1
  var cases: Int? { batch.count }
  let operations: Double? = nil

  /// How many drawn posteriors the intervals of some cases hold, which should be about 95%.
  func check() -> String? {
    var some = CaseBatch(findingCount: batch.findingCount)
    for index in 0..<min(100, batch.count) { some.append(case: index, of: batch) }
    let posteriors = scorer.score(some)
    let causes = (0..<some.count).map { index in
      posteriors.ranking(of: index).filter { (0.01...0.99).contains($0.probability) }.map(\.cause)
    }
    let found = intervals.intervals(of: some, posteriors: posteriors, causes: causes)
    let drawn = DrawnPosteriors(scorer: scorer, draws: 500, seed: 1)
      .posteriors(of: some, causes: causes)
    var inside = 0
    var all = 0
    for (intervals, samples) in zip(found.joined(), drawn.joined()) {
      inside += samples.count { (intervals.lower...intervals.upper).contains($0) }
      all += samples.count
    }
    let share = Double(inside) / Double(max(all, 1))
    return (0.93...0.97).contains(share) ? nil : "intervals of 95% hold \(share) of the draws"
  }

  func run() {
    let posteriors = scorer.score(batch, top: 5)
    let limits = intervals.limits(of: batch, posteriors: posteriors, top: 5)
    precondition(limits.lower.count == 5 * batch.count, "the intervals are used")
  }
}
