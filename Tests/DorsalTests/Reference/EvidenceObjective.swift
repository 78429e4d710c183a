import Dorsal
import Foundation

/// The objective of the method `evidence` in plain loops over cases, findings and causes.
struct EvidenceObjective {
  let model: Model
  /// What the library got: log posteriors, codes, diagnoses and settings of the cases.
  let labelled: LabelledLogPosteriors
  let ridge: Double
  let shrinkage: Double

  /// Parameters as the library names them.
  struct Parameters {
    var scale: Double
    var offsets: [Double]
    /// By state row, then by cause.
    var added: [[Double]]
  }

  /// The penalised negative log-likelihood.
  func value(_ p: Parameters) -> Double {
    labelled.indices.reduce(penalty(p)) { $0 - log(probability(of: $1, p)) }
  }

  /// The probability that a case's diagnosis gets.
  func probability(of index: Int, _ p: Parameters) -> Double {
    let causes = model.causes.count
    let weights = (0..<causes).map { cause -> Double in
      let prior = log(model.priorTable[Int(labelled.settings[index]) * causes + cause])
      let posterior = Double(labelled.logPosteriors[index * causes + cause])
      var score = prior + p.offsets[cause] + p.scale * (posterior - prior)
      for finding in model.findings.indices where finding != model.settingFinding {
        let code = Int(labelled.codes[index * model.findings.count + finding])
        if code > 0 {
          score += p.added[model.likelihoodTable.firstStateRow[finding] + code - 1][cause]
        }
      }
      return exp(score)
    }
    return labelled.diagnosis(of: index).reduce(0) { $0 + weights[$1] } / weights.reduce(0, +)
  }

  private func penalty(_ p: Parameters) -> Double {
    let table = model.likelihoodTable
    var sum = (p.scale - 1) * (p.scale - 1) / 2
    for offset in p.offsets { sum += offset * offset / 2 }
    for (finding, definition) in model.findings.enumerated()
    where finding != model.settingFinding {
      for state in definition.states.indices {
        let row = table.firstStateRow[finding] + state
        for cause in model.causes.indices {
          let own =
            definition.weight
            * log(table.probability(stateRow: row, cause: cause) / table.background[row])
          let added = p.added[row][cause]
          sum += ridge / 2 * added * added
          sum += shrinkage / 2 * (p.scale * own + added) * (p.scale * own + added)
        }
      }
    }
    return sum
  }
}
