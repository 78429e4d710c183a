import Dorsal
import Foundation

/// An answer that is not what plain loops in double precision give: what is wrong, in words.
struct WrongAnswer: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// The posterior of one case in plain loops and double precision, from the model's
/// tables: what the fast paths are compared with before they are timed.
struct PlainScorer: Sendable {
  /// How far a posterior may be from this scorer's: scores are summed exactly, so that what
  /// is left are the rounding of elements to 2⁻²² nats (at most 1.2e-7 each) and of a
  /// `Float` exponential and division, 1e-7 each.
  static let tolerance = 1e-5

  private let model: Model
  private let defaultSetting: Int
  /// The logarithms of the priors: `[setting * causes + cause]`.
  private let logPriors: [Double]
  /// The weighted logarithms of the likelihoods: `[stateRow * causes + cause]`.
  private let logLikelihoods: [Double]

  init(scorer: Scorer) {
    model = scorer.model
    defaultSetting = scorer.defaultSetting
    logPriors = model.priorTable.map { log($0) }
    let table = model.likelihoodTable
    var logs = [Double](repeating: 0, count: table.stateRowCount * table.causeCount)
    for (finding, definition) in model.findings.enumerated()
    where finding != model.settingFinding {
      for state in definition.states.indices {
        let row = table.firstStateRow[finding] + state
        for cause in model.causes.indices {
          logs[row * table.causeCount + cause] =
            definition.weight * log(table.probability(stateRow: row, cause: cause))
        }
      }
    }
    logLikelihoods = logs
  }

  /// The posterior of every cause.
  func posterior(of index: Int, in batch: CaseBatch) -> [Double] {
    let causes = model.causes.count
    let setting = batch.state(of: model.settingFinding, case: index) ?? defaultSetting
    var scores = Array(logPriors[setting * causes..<(setting + 1) * causes])
    for finding in model.findings.indices where finding != model.settingFinding {
      guard let state = batch.state(of: finding, case: index) else { continue }
      let first = (model.likelihoodTable.firstStateRow[finding] + state) * causes
      for cause in 0..<causes { scores[cause] += logLikelihoods[first + cause] }
    }
    return Self.softmax(scores)
  }

  static func softmax(_ scores: [Double]) -> [Double] {
    let greatest = scores.max() ?? 0
    let terms = scores.map { exp($0 - greatest) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }

  /// What is wrong with the posteriors of a case and its leading causes, in words.
  ///
  /// - Parameters:
  ///   - found: The posterior of each cause.
  ///   - leading: The causes that were named as the leading ones.
  ///   - index: The case.
  func fault(in found: ArraySlice<Float>, leading: [Int], of index: Int, in batch: CaseBatch)
    -> String?
  {
    let expected = posterior(of: index, in: batch)
    for (cause, (value, expected)) in zip(found, expected).enumerated()
    where !(abs(Double(value) - expected) <= Self.tolerance) {
      return
        "case \(batch.id(of: index)), \(model.causes[cause].id): \(value), expected \(expected)"
    }
    return fault(inRanking: leading, expected: expected).map {
      "case \(batch.id(of: index)): " + $0
    }
  }

  /// What is wrong with a ranking: causes that do not descend, or one left out that is
  /// more probable than the last one named.
  func fault(inRanking leading: [Int], expected: [Double]) -> String? {
    guard leading.count == min(5, expected.count), Set(leading).count == leading.count else {
      return "ranks \(leading.count) causes"
    }
    let ranked = leading.map { expected[$0] }
    let others = expected.indices.filter { !leading.contains($0) }.map { expected[$0] }
    for (one, next) in zip(ranked, ranked.dropFirst() + [others.max() ?? 0])
    where one < next - Self.tolerance {
      return "ranks a cause of \(one) before one of \(next)"
    }
    return nil
  }
}

/// Which cases of a batch are compared: at least 2,000, spread evenly.
func checkedCases(of batch: CaseBatch, atLeast count: Int = 2000) -> StrideTo<Int> {
  stride(from: 0, to: batch.count, by: max(1, batch.count / count))
}
