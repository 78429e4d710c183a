import Dorsal
import Foundation

/// Analytic intervals in plain loops and double precision, by the formula that
/// `AnalyticIntervals` states, from the model's tables.
struct PlainIntervals {
  /// How far the end of an interval may be off: a variance is rounded to 2⁻¹⁷, which for
  /// a hundred findings moves the end of a logit by up to 4e-4 and a probability by a
  /// quarter of that.
  static let tolerance = 2e-4

  /// The standard normal quantile of 0.975, to all digits of a `Double`.
  private static let z95 = 1.959963984540054
  /// The least parameter of a Dirichlet distribution that the library assumes.
  private static let leastParameter = 2.0

  private let plain: PlainScorer
  private let model: Model
  /// The variance of each weighted log-likelihood: `[stateRow * causes + cause]`.
  private let variances: [Double]

  init(scorer: Scorer, level: Double) {
    precondition(level == 0.95, "the quantile is that of 95%")
    plain = PlainScorer(scorer: scorer)
    let model = scorer.model
    self.model = model
    let table = model.likelihoodTable
    var variances = [Double](repeating: 0, count: table.stateRowCount * table.causeCount)
    let own = Set(
      model.likelihoods.compactMap { row in
        row.cause.map { row.finding * table.causeCount + $0 }
      })
    for key in own {
      let (finding, cause) = key.quotientAndRemainder(dividingBy: table.causeCount)
      let definition = model.findings[finding]
      let rows = definition.states.indices.map { table.firstStateRow[finding] + $0 }
      let parameters = rows.map {
        max(
          Self.leastParameter,
          table.concentrations[key] * table.probability(stateRow: $0, cause: cause))
      }
      let total = Self.trigamma(parameters.reduce(0, +))
      for (row, parameter) in zip(rows, parameters) {
        variances[row * table.causeCount + cause] =
          definition.weight * definition.weight * (Self.trigamma(parameter) - total)
      }
    }
    self.variances = variances
  }

  /// The variance of a cause's score in a case.
  private func variance(of cause: Int, case index: Int, in batch: CaseBatch) -> Double {
    let table = model.likelihoodTable
    return model.findings.indices.reduce(0) { sum, finding in
      guard finding != model.settingFinding, let state = batch.state(of: finding, case: index)
      else { return sum }
      return sum + variances[(table.firstStateRow[finding] + state) * table.causeCount + cause]
    }
  }

  /// The interval of a cause in a case.
  func interval(
    of cause: Int, case index: Int, in batch: CaseBatch
  ) -> (lower: Double, upper: Double) {
    let posterior = plain.posterior(of: index, in: batch)
    let others = posterior.indices.filter { $0 != cause }
    let rest = others.reduce(0) { $0 + posterior[$1] }
    var first = 0.0
    var second = 0.0
    for other in others {
      let share = posterior[other] / rest
      let spread = variance(of: other, case: index, in: batch)
      first += share * spread
      second += share * share * spread
    }
    let centre = log(posterior[cause] / rest) - 0.5 * (first - second)
    let half = Self.z95 * (variance(of: cause, case: index, in: batch) + second).squareRoot()
    return (
      min(posterior[cause], 1 / (1 + exp(half - centre))),
      max(posterior[cause], 1 / (1 + exp(-half - centre)))
    )
  }

  /// ψ′ by its series Σ 1/(x + k)², k from 0: sixty terms, and the integral of the rest
  /// from the middle of the step (midpoint rule; what is left out is below 4e-7).
  private static func trigamma(_ x: Double) -> Double {
    (0..<60).reduce(1 / (x + 59.5)) { $0 + 1 / ((x + Double($1)) * (x + Double($1))) }
  }
}
