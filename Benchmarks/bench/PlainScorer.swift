import Dorsal
import Foundation

/// The posterior of one case in plain loops and double precision, from the model's
/// tables: what the fast paths are compared with before they are timed.
struct PlainScorer {
  let model: Model
  let defaultSetting: Int

  func posterior(of index: Int, in batch: CaseBatch) -> [Double] {
    let table = model.likelihoodTable
    let setting = batch.state(of: model.settingFinding, case: index) ?? defaultSetting
    let scores = model.causes.indices.map { cause in
      var score = log(model.priorTable[setting * model.causes.count + cause])
      for (finding, definition) in model.findings.enumerated() where finding != model.settingFinding
      {
        guard let state = batch.state(of: finding, case: index) else { continue }
        let row = table.firstStateRow[finding] + state
        score += definition.weight * log(table.probability(stateRow: row, cause: cause))
      }
      return score
    }
    let greatest = scores.max() ?? 0
    let terms = scores.map { exp($0 - greatest) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }

  /// The first posterior that is too far from this scorer's, in words.
  func fault(in posteriors: Posteriors, of batch: CaseBatch, every step: Int) -> String? {
    for index in stride(from: 0, to: batch.count, by: step) {
      for (cause, expected) in posterior(of: index, in: batch).enumerated() {
        let found = Double(posteriors.probability(case: index, cause: cause))
        if abs(found - expected) > 1e-5 {
          return "case \(index), \(model.causes[cause].id): \(found), expected \(expected)"
        }
      }
    }
    return nil
  }
}
