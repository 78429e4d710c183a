import Dorsal

/// One case through the library's public call: posteriors and the five leading causes.
struct OneCase: Workload {
  let name: String
  let summary: String
  let threads = 1
  let cases: Int
  let cost: Cost
  private let scorer: Scorer
  private let batches: [CaseBatch]
  private let isFirst: Bool

  /// Calls of one run, so that a clock can measure them.
  private static let warmCalls = 2000

  /// The first case ever: the scorer is made from the loaded model, then scores.
  static func first(_ subject: Subject) -> OneCase {
    OneCase(
      subject, name: "one-first", summary: "one case, making the scorer included", calls: 1)
  }

  /// A case when others have been scored before.
  static func warm(_ subject: Subject) -> OneCase {
    OneCase(subject, name: "one-warm", summary: "one case, warm", calls: warmCalls)
  }

  private init(_ subject: Subject, name: String, summary: String, calls: Int) {
    self.name = name
    self.summary = summary
    scorer = subject.scorer
    isFirst = calls == 1
    cases = calls
    let different = min(subject.batch.count, max(1, calls / 8))
    batches = (0..<different).map { index in
      var one = CaseBatch(like: subject.batch)
      one.append(case: index, of: subject.batch)
      return one
    }
    cost = .scoring(subject.model, cases: calls)
  }

  func check() throws -> Checked {
    let plain = PlainScorer(scorer: scorer)
    for batch in batches {
      let posteriors = scorer.score(batch, top: 5)
      let leading = posteriors.ranking(of: 0, top: 5).map(\.cause)
      if let fault = plain.fault(
        in: posteriors.matrix.row(0), leading: leading, of: 0, in: batch)
      {
        throw WrongAnswer(fault)
      }
    }
    return Checked(cases: batches.count)
  }

  func run() {
    let scorer = isFirst ? Scorer(model: self.scorer.model) : self.scorer
    var sum: Float = 0
    var posteriors = Posteriors()
    for call in 0..<cases {
      scorer.score(batches[call % batches.count], top: 5, into: &posteriors)
      for ranked in posteriors.ranking(of: 0, top: 5) { sum += ranked.probability }
    }
    precondition(sum > 0, "the ranking is used")
  }
}
