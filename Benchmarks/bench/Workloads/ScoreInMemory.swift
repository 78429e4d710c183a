import Dorsal
import Synchronization

/// Posteriors and the five leading causes of cases that are in memory as state codes.
final class ScoreInMemory: Workload {
  let name: String
  let summary: String
  let threads: Int
  let cases: Int
  let cost: Cost
  private let scorer: Scorer
  private let blocks: [CaseBatch]
  /// Where the answers of all cases go, for one call; the memory is there before it.
  private let whole = Mutex(Posteriors())
  /// What is added to a posterior before it is compared, to see that the check refuses it.
  private let spoiled: Float

  /// Cases of a block, where answers are used block by block.
  static let blockSize = 8192

  /// All cases in one call, on one thread, with every posterior kept.
  ///
  /// - Parameters:
  ///   - subject: The model and its cases.
  ///   - kernel: The kernel, or nothing for the one that the library chooses.
  ///   - spoiled: Whether the answer is made wrong on purpose.
  static func whole(
    _ subject: Subject, kernel: ScoreKernel? = nil, spoiled: Bool = false
  ) -> ScoreInMemory {
    ScoreInMemory(
      subject, name: "score" + (kernel.map { "-" + $0.rawValue } ?? ""),
      summary: "posteriors and top 5, one call, into memory that is there", blocks: [subject.batch],
      threads: 1,
      kernel: kernel, spoiled: spoiled ? 0.001 : 0)
  }

  /// Cases block by block, on several threads, with the answers dropped.
  static func inBlocks(
    _ subject: Subject, blocks: [CaseBatch], threads: Int, kernel: ScoreKernel? = nil
  ) -> ScoreInMemory {
    ScoreInMemory(
      subject, name: "score-blocks",
      summary: "posteriors and top 5, calls of \(Self.blockSize) cases", blocks: blocks,
      threads: threads, kernel: kernel, spoiled: 0)
  }

  private init(
    _ subject: Subject, name: String, summary: String, blocks: [CaseBatch], threads: Int,
    kernel: ScoreKernel?, spoiled: Float
  ) {
    self.name = name
    self.summary = summary
    self.blocks = blocks
    self.threads = threads
    self.spoiled = spoiled
    scorer = kernel.map { Scorer(model: subject.model, kernel: $0) } ?? subject.scorer
    cases = subject.batch.count
    cost = .scoring(subject.model, cases: subject.batch.count)
  }

  private static func score(_ scorer: Scorer, _ batch: CaseBatch) -> Posteriors {
    scorer.score(batch, top: 5)
  }

  func check() throws -> Checked {
    let plain = PlainScorer(scorer: scorer)
    var checked = Checked()
    for block in blocks {
      let posteriors = Self.score(scorer, block)
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
    let (scorer, blocks, threads) = (scorer, blocks, threads)
    @Sendable func score(_ batch: CaseBatch, into posteriors: inout Posteriors) -> Float {
      scorer.score(batch, top: 5, into: &posteriors)
      // What is ranked stands ready; one case of a block shows that it is there.
      return posteriors.ranking(of: 0, top: 1)[0].probability
    }
    @Sendable func scoreBlocks(from first: Int) -> Float {
      var posteriors = Posteriors()
      return stride(from: first, to: blocks.count, by: threads).reduce(0) {
        $0 + score(blocks[$1], into: &posteriors)
      }
    }
    var sum: Float = 0
    if blocks.count == 1 {
      sum = whole.withLock { score(blocks[0], into: &$0) }
    } else if threads == 1 {
      sum = scoreBlocks(from: 0)
    } else {
      sum = await withTaskGroup(of: Float.self) { group in
        for thread in 0..<threads { group.addTask { scoreBlocks(from: thread) } }
        return await group.reduce(0, +)
      }
    }
    precondition(sum > 0, "the answers are used")
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
