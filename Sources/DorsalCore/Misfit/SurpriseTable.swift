internal import DorsalNumerics

/// How surprising each state is under each cause, and how surprising a state of the finding
/// is to be expected to be.
struct SurpriseTable: Sendable {
  /// −log P(state | cause) in nats: `surprises[stateRow * causeCount + cause]`.
  private let surprises: [Double]
  /// Its mean under the cause, the entropy: `means[finding * causeCount + cause]`.
  private let means: [Double]
  /// Its variance under the cause: `variances[finding * causeCount + cause]`.
  private let variances: [Double]
  private let firstStateRow: [Int]
  private let settingFinding: Int
  /// The causes but `unlisted`, which fits everything a little and nothing well.
  private let listedCount: Int
  private let causeCount: Int

  init(model: Model) {
    let table = model.likelihoodTable
    let causes = table.causeCount
    var means = [Double](repeating: 0, count: model.findings.count * causes)
    var variances = means
    surprises = table.probabilities.map { -Elementary.log($0) }
    for (index, finding) in model.findings.enumerated() {
      for cause in 0..<causes {
        var (mean, square) = (0.0, 0.0)
        for state in finding.states.indices {
          let element = (table.firstStateRow[index] + state) * causes + cause
          let part = table.probabilities[element] * surprises[element]
          mean += part
          square += part * surprises[element]
        }
        means[index * causes + cause] = mean
        variances[index * causes + cause] = max(square - mean * mean, 0)
      }
    }
    self.means = means
    self.variances = variances
    firstStateRow = table.firstStateRow
    settingFinding = model.settingFinding
    listedCount = causes - 1
    causeCount = causes
  }

  /// The standardised surprise of a case, averaged over the listed causes by their posteriors;
  /// nothing where no finding is known.
  ///
  /// - Complexity: O(known findings × causes).
  func score(of index: Int, in batch: CaseBatch, posteriors: ArraySlice<Float>) -> Double? {
    var sums = [Double](repeating: 0, count: listedCount)
    var variance = sums
    var isKnown = false
    for finding in 0..<batch.findingCount where finding != settingFinding {
      guard let state = batch.state(of: finding, case: index) else { continue }
      isKnown = true
      let row = (firstStateRow[finding] + state) * causeCount
      let mean = finding * causeCount
      for cause in 0..<listedCount {
        sums[cause] += surprises[row + cause] - means[mean + cause]
        variance[cause] += variances[mean + cause]
      }
    }
    guard isKnown else { return nil }
    var (total, weight) = (0.0, 0.0)
    for cause in 0..<listedCount where variance[cause] > 0 {
      let posterior = Double(posteriors[posteriors.startIndex + cause])
      total += posterior * sums[cause] / variance[cause].squareRoot()
      weight += posterior
    }
    return weight > 0 ? total / weight : nil
  }
}
