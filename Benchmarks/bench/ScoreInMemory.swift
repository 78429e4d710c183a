import Dorsal

/// Posteriors and the five leading causes of cases that are in memory as state codes.
struct ScoreInMemory: Workload {
  let scorer: Scorer
  let batch: CaseBatch

  let name = "score in memory, posteriors and top 5"
  let threads = 1
  var cases: Int? { batch.count }
  var operations: Double? {
    2 * Double(batch.count) * Double(scorer.model.likelihoodTable.stateRowCount)
      * Double(2 * scorer.model.causes.count)
  }

  func check() -> String? {
    PlainScorer(model: scorer.model, defaultSetting: scorer.defaultSetting)
      .fault(in: scorer.score(batch, top: 5), of: batch, every: max(1, batch.count / 500))
  }

  func run() {
    let posteriors = scorer.score(batch, top: 5)
    var sum: Float = 0
    for index in 0..<batch.count {
      for ranked in posteriors.ranking(of: index, top: 5) { sum += ranked.probability }
    }
    precondition(sum > 0, "the ranking is used")
  }
}
