internal import DorsalNumerics

/// Posteriors in double precision, from the evidence before it is rounded to the scorer's unit.
struct ExactPosteriors: Sendable {
  private let causeCount: Int
  private let settingFinding: Int
  private let firstStateRow: [Int]
  /// Weighted log-likelihood ratios to the background, and log priors in the rows of the
  /// setting: `values[stateRow * causeCount + cause]`, in nats.
  private let values: [Double]
  /// What findings that hang on each other say together.
  private let joint: JointStates?

  /// - Complexity: O(states × causes).
  init(model: Model) {
    causeCount = model.causes.count
    joint = model.jointStates
    settingFinding = model.settingFinding
    firstStateRow = model.likelihoodTable.firstStateRow
    values = EvidenceMatrix.unroundedValues(model: model)
  }

  /// Writes the posterior of a case, which sums to one.
  ///
  /// - Parameter place: Where the posterior of the first cause goes.
  /// - Complexity: O(findings × causes).
  func write(
    case index: Int, of batch: CaseBatch, setting: Int, into posteriors: inout MutableSpan<Double>,
    at place: Int
  ) {
    let values = values.span
    for cause in 0..<causeCount { posteriors[place + cause] = 0 }
    for finding in 0..<batch.findingCount {
      let known = finding == settingFinding ? setting : batch.state(of: finding, case: index)
      guard let known else { continue }
      let first = (firstStateRow[finding] + known) * causeCount
      for cause in 0..<causeCount { posteriors[place + cause] += values[first + cause] }
    }
    if let joint {
      for row in joint.rows(code: { Int(batch.codes[index * batch.findingCount + $0]) }) {
        let evidence = joint.evidence(ofRow: row)
        for cause in 0..<causeCount { posteriors[place + cause] += evidence[cause] }
      }
    }
    Softmax.normalize(&posteriors, in: place..<place + causeCount)
  }
}
