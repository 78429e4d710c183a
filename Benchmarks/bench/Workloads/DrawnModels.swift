import Dorsal

/// Intervals of every cause from 200 drawn models at once.
struct DrawnModels: Workload {
  let name: String
  let summary: String
  let threads = 1
  let cases: Int
  let cost: Cost
  private let scorer: Scorer
  private let blocks: [CaseBatch]
  private let intervals: CredibleIntervals
  /// How many leading causes get an interval, or nothing for all.
  private let top: Int?

  static let draws = 200
  static let seed: UInt64 = 1
  static let level = 0.95
  /// Cases of one call.
  private static let blockSize = 512

  init(_ subject: Subject, cases limit: Int, top: Int?) {
    self.top = top
    name = top == nil ? "draws" : "draws-top\(top ?? 0)"
    summary =
      "intervals of \(top.map { "the top \($0)" } ?? "all causes") from \(Self.draws) drawn models"
    scorer = subject.scorer
    let batch = subject.first(limit)
    cases = batch.count
    blocks = stride(from: 0, to: batch.count, by: Self.blockSize).map { start in
      var block = CaseBatch(like: batch)
      for index in start..<min(start + Self.blockSize, batch.count) {
        block.append(case: index, of: batch)
      }
      return block
    }
    intervals = CredibleIntervals(
      scorer: scorer, level: Self.level, method: .sampled(draws: Self.draws, seed: Self.seed))
    var cost = Cost.scoring(subject.model, cases: batch.count)
    cost.operations = cost.operations.map { Double(Self.draws) * $0 }
    cost.memoryBytes = nil
    self.cost = cost
  }

  private func answer(_ batch: CaseBatch) -> ([[Int]], [[CredibleInterval]]) {
    let posteriors = scorer.score(batch)
    let all = Array(scorer.model.causes.indices)
    let causes = (0..<batch.count).map { index in
      top.map { posteriors.ranking(of: index, top: $0).map(\.cause) } ?? all
    }
    return (causes, intervals.intervals(of: batch, posteriors: posteriors, causes: causes))
  }

  func check() throws -> Checked {
    let plain = PlainDraws(scorer: scorer, draws: Self.draws, seed: Self.seed)
    let plainScorer = PlainScorer(scorer: scorer)
    var checked = Checked()
    for block in blocks {
      let (causes, found) = answer(block)
      for index in checkedCases(of: block, atLeast: max(1, 2000 / blocks.count)) {
        let expected = plain.summary(of: index, in: block, level: Self.level)
        let own = plainScorer.posterior(of: index, in: block)
        for (cause, interval) in zip(causes[index], found[index]) {
          // An interval always holds the posterior itself.
          let lower = min(expected[cause][0], own[cause])
          let upper = max(expected[cause][1], own[cause])
          guard abs(Double(interval.lower) - lower) <= PlainDraws.tolerance,
            abs(Double(interval.upper) - upper) <= PlainDraws.tolerance
          else {
            throw WrongAnswer(
              "case \(block.id(of: index)), \(scorer.model.causes[cause].id): \(interval.lower) "
                + "to \(interval.upper), expected \(lower) to \(upper)")
          }
        }
        checked.cases += 1
      }
    }
    return checked
  }

  func run() {
    var count = 0
    for block in blocks { count += answer(block).1.count }
    precondition(count == cases, "the intervals are used")
  }
}
