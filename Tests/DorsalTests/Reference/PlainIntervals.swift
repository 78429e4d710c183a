import Dorsal
import Foundation

/// The limits of a posterior by the delta method of second order (see `AnalyticIntervals`), in
/// plain loops and double precision, from posteriors and the variances of the scores' terms.
struct PlainIntervals {
  let model: Model
  let variances: Matrix
  let z: Double

  func interval(
    of cause: Int, case index: Int, of batch: CaseBatch, posteriors: Posteriors
  ) -> (lower: Double, upper: Double) {
    let table = model.likelihoodTable
    let spread = model.causes.indices.map { cause in
      model.findings.indices.reduce(0.0) { sum, finding in
        guard finding != model.settingFinding, let state = batch.state(of: finding, case: index)
        else { return sum }
        return sum + Double(variances[table.firstStateRow[finding] + state, cause])
      }
    }
    let q = posteriors.matrix.row(index).map(Double.init)
    let others = q.indices.filter { $0 != cause }
    let rest = others.reduce(0) { $0 + q[$1] }
    guard rest > 0, q[cause] > 0 else { return (q[cause], q[cause]) }
    let first = others.reduce(0) { $0 + q[$1] / rest * spread[$1] }
    let second = others.reduce(0) { $0 + q[$1] / rest * q[$1] / rest * spread[$1] }
    let centre = log(q[cause] / rest) - (first - second) / 2
    let half = z * (spread[cause] + second).squareRoot()
    return (
      min(q[cause], 1 / (1 + exp(half - centre))), max(q[cause], 1 / (1 + exp(-half - centre)))
    )
  }
}
