import Dorsal
import DorsalCore
import DorsalReport

/// The library's own call for a batch: posteriors, the five leading causes, the urgency and what it rests
/// on, block by block on one thread, with the answers dropped. What goes through an interface is
/// compared with it.
struct AnswersInMemory: Workload {
  let name = "answers"
  let summary = "top 5, urgency and its reasons, calls of \(ScoreInMemory.blockSize) cases"
  let threads = 1
  let cases: Int
  let cost: Cost
  private let answering: Answering
  private let blocks: [CaseBatch]

  init(_ subject: Subject, blocks: [CaseBatch]) {
    cases = subject.batch.count
    cost = .scoring(subject.model, cases: subject.batch.count)
    answering = Answering(scorer: subject.scorer)
    self.blocks = blocks
  }

  func check() throws -> Checked {
    let plain = PlainScorer(scorer: answering.scorer)
    let triage = Triage(scorer: answering.scorer)
    var checked = Checked()
    for block in blocks {
      let answers = answering.answers(for: block)
      for index in checkedCases(of: block, atLeast: max(1, 2000 / blocks.count)) {
        var alone = CaseBatch(like: block)
        alone.append(case: index, of: block)
        let leading = answers.posteriors.ranking(of: index, top: 5).map(\.cause)
        if let fault = plain.fault(
          in: answers.posteriors.matrix.row(index), leading: leading, of: index, in: block)
        {
          throw WrongAnswer(fault)
        }
        let own = triage.assess(alone, posteriors: answering.scorer.score(alone)).urgency(of: 0)
        if answers.assessment.urgency(of: index) != own {
          throw WrongAnswer("case \(block.id(of: index)): another urgency than alone")
        }
        checked.cases += 1
      }
    }
    return checked
  }

  func run() {
    var sum: Float = 0
    for block in blocks {
      let answers = answering.answers(for: block)
      sum += answers.posteriors.ranking(of: 0, top: 1)[0].probability
    }
    precondition(sum > 0, "the answers are used")
  }
}
