import Dorsal

/// Posteriors, the five leading causes and their analytic intervals, of cases in memory.
struct IntervalsInMemory: Workload {
  let name = "intervals"
  let summary = "the same as score-blocks, and analytic intervals of the top 5"
  let threads = 1
  var cases: Int { batch.count }
  let cost: Cost
  private let scorer: Scorer
  private let batch: CaseBatch
  private let blocks: [CaseBatch]
  private let intervals: CredibleIntervals

  init(_ subject: Subject, blocks: [CaseBatch]) {
    scorer = subject.scorer
    batch = subject.batch
    self.blocks = blocks
    intervals = CredibleIntervals(scorer: scorer, level: 0.95)
    var cost = Cost.scoring(subject.model, cases: subject.batch.count)
    cost.operations = cost.operations.map { 2 * $0 }
    self.cost = cost
  }

  private func answer(_ batch: CaseBatch) -> (Posteriors, (lower: [Float], upper: [Float])) {
    let posteriors = scorer.score(batch, top: 5)
    return (posteriors, intervals.limits(of: batch, posteriors: posteriors, top: 5))
  }

  func check() throws -> Checked {
    let plain = PlainIntervals(scorer: scorer, level: 0.95)
    var some = CaseBatch(like: batch)
    for index in checkedCases(of: batch) { some.append(case: index, of: batch) }
    let (posteriors, found) = answer(some)
    let top = min(5, scorer.model.causes.count)
    for index in 0..<some.count {
      for (place, ranked) in posteriors.ranking(of: index, top: 5).enumerated() {
        let (lower, upper) = (found.lower[index * top + place], found.upper[index * top + place])
        let expected = plain.interval(of: ranked.cause, case: index, in: some)
        guard abs(Double(lower) - expected.lower) <= PlainIntervals.tolerance,
          abs(Double(upper) - expected.upper) <= PlainIntervals.tolerance
        else {
          throw WrongAnswer(
            "case \(some.id(of: index)), \(scorer.model.causes[ranked.cause].id): \(lower) to "
              + "\(upper), expected \(expected.lower) to \(expected.upper)")
        }
      }
    }
    return Checked(cases: some.count)
  }

  func run() {
    let top = min(5, scorer.model.causes.count)
    var count = 0
    for block in blocks { count += answer(block).1.lower.count }
    precondition(count == top * batch.count, "the intervals are used")
  }
}
