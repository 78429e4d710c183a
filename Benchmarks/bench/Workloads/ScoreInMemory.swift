import Dorsal

/// Posteriors and the five leading causes of cases that are in memory as state codes.
struct ScoreInMemory: Workload {
  let name: String
  let summary: String
  let threads: Int
  let cases: Int
  let cost: Cost
  private let scorer: Scorer
  private let blocks: [CaseBatch]
  /// What is added to a posterior before it is compared, to see that the check refuses it.
  private let spoiled: Float

  /// Cases of a block, where answers are used block by block.
  static let blockSize = 8192

  /// All cases in one call, on one thread, with every posterior kept.
  static func whole(_ subject: Subject, spoiled: Bool = false) -> ScoreInMemory {
    ScoreInMemory(
      subject, name: "score", summary: "posteriors and top 5, one call, all kept",
      blocks: [subject.batch], threads: 1, spoiled: spoiled ? 0.001 : 0)
  }

  /// Cases block by block, on several threads, with posteriors dropped after the ranking.
  static func inBlocks(
    _ subject: Subject, blocks: [CaseBatch], threads: Int
  ) -> ScoreInMemory {
    ScoreInMemory(
      subject, name: "score-blocks",
      summary: "posteriors and top 5, calls of \(Self.blockSize) cases", blocks: blocks,
      threads: threads, spoiled: 0)
  }

  private init(
    _ subject: Subject, name: String, summary: String, blocks: [CaseBatch], threads: Int,
    spoiled: Float
  ) {
    self.name = name
    self.summary = summary
    self.blocks = blocks
    self.threads = threads
    self.spoiled = spoiled
    scorer = subject.scorer
    cases = subject.batch.count
    cost = .scoring(subject.model, cases: subject.batch.count)
  }

  private static func score(_ scorer: Scorer, _ batch: CaseBatch) -> (Posteriors, Float) {
    let posteriors = scorer.score(batch)
    var sum: Float = 0
    for index in 0..<batch.count {
      for ranked in posteriors.ranking(of: index, top: 5) { sum += ranked.probability }
    }
    return (posteriors, sum)
  }

  func check() throws -> Checked {
    let plain = PlainScorer(scorer: scorer)
    var checked = Checked()
    for block in blocks {
      let (posteriors, _) = Self.score(scorer, block)
      for index in checkedCases(of: block, atLeast: max(1, 2000 / blocks.count)) {
        let found = posteriors.matrix.row(index).map { $0 + spoiled }
        let leading = posteriors.ranking(of: index, top: 5).map(\.cause)
        if let fault = plain.fault(in: found[...], leading: leading, of: index, in: block) {
          throw WrongAnswer(fault)
        }
        checked.cases += 1
      }
    }
    return checked
  }

  func run() async {
    var sum: Float = 0
    if threads == 1 {
      for block in blocks { sum += Self.score(scorer, block).1 }
    } else {
      sum = await withTaskGroup(of: Float.self) { group in
        let (scorer, blocks, threads) = (scorer, blocks, threads)
        for thread in 0..<threads {
          group.addTask {
            var sum: Float = 0
            for index in stride(from: thread, to: blocks.count, by: threads) {
              sum += Self.score(scorer, blocks[index]).1
            }
            return sum
          }
        }
        return await group.reduce(0, +)
      }
    }
    precondition(sum > 0, "the ranking is used")
  }
}

extension Cost {
  /// What scoring in memory cannot do without: one product, the codes in, and the
  /// posteriors and five ranked causes out.
  static func scoring(_ model: Model, cases: Int) -> Cost {
    let table = model.likelihoodTable
    return Cost(
      operations: 2 * Double(cases) * Double(table.stateRowCount) * Double(table.causeCount),
      memoryBytes: Double(cases) * Double(model.findings.count + 4 * table.causeCount + 25))
  }
}
