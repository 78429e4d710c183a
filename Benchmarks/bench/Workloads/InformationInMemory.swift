import Dorsal

/// The expected information of every unknown finding, posteriors included, of cases in memory.
struct InformationInMemory: Workload {
  let name = "information"
  let summary = "posteriors, and the information of every unknown finding"
  let threads = 1
  var cases: Int { batch.count }
  let cost: Cost
  private let scorer: Scorer
  private let suggester: Suggester
  private let batch: CaseBatch

  init(_ subject: Subject, cases limit: Int) {
    scorer = subject.scorer
    suggester = Suggester(scorer: subject.scorer)
    batch = subject.first(limit)
    var cost = Cost.scoring(subject.model, cases: batch.count)
    // Posteriors × likelihoods.
    cost.operations = cost.operations.map { 2 * $0 }
    self.cost = cost
  }

  func check() throws -> Checked {
    let plain = PlainInformation(scorer: scorer)
    let found = suggester.information(of: batch, posteriors: scorer.score(batch))
    var checked = Checked()
    for index in stride(from: 0, to: batch.count, by: max(1, batch.count / 50)) {
      for finding in scorer.model.findings.indices where finding != scorer.model.settingFinding {
        guard batch.state(of: finding, case: index) == nil else { continue }
        let expected = plain.information(of: finding, case: index, in: batch)
        guard abs(Double(found[index, finding]) - expected) <= PlainInformation.tolerance else {
          throw WrongAnswer(
            "case \(batch.id(of: index)), \(scorer.model.findings[finding].id): "
              + "\(found[index, finding]) bits, expected \(expected)")
        }
      }
      checked.cases += 1
    }
    return checked
  }

  func run() {
    let information = suggester.information(of: batch, posteriors: scorer.score(batch))
    precondition(information.rowCount == batch.count, "the answer is used")
  }
}
