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

  private func answer(_ batch: CaseBatch) -> (Posteriors, [[Int]], [[CredibleInterval]]) {
    let posteriors = scorer.score(batch, top: 5)
    let leading = (0..<batch.count).map { posteriors.ranking(of: $0, top: 5).map(\.cause) }
    return (
      posteriors, leading, intervals.intervals(of: batch, posteriors: posteriors, causes: leading)
    )
  }

  func check() throws -> Checked {
    let plain = PlainIntervals(scorer: scorer, level: 0.95)
    var some = CaseBatch(findingCount: batch.findingCount)
    for index in checkedCases(of: batch) { some.append(case: index, of: batch) }
    let (_, leading, found) = answer(some)
    for index in 0..<some.count {
      for (cause, interval) in zip(leading[index], found[index]) {
        let expected = plain.interval(of: cause, case: index, in: some)
        guard abs(Double(interval.lower) - expected.lower) <= PlainIntervals.tolerance,
          abs(Double(interval.upper) - expected.upper) <= PlainIntervals.tolerance
        else {
          throw WrongAnswer(
            "case \(some.id(of: index)), \(scorer.model.causes[cause].id): \(interval.lower) to "
              + "\(interval.upper), expected \(expected.lower) to \(expected.upper)")
        }
      }
    }
    return Checked(cases: some.count)
  }

  func run() {
    var count = 0
    for block in blocks { count += answer(block).2.count }
    precondition(count == batch.count, "the intervals are used")
  }
}
