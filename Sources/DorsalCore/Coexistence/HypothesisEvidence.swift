internal import DorsalNumerics

/// The weighted log-likelihood of every hypothesis in every state of every finding, as
/// whole numbers, ready to be summed.
///
/// As in the `EvidenceMatrix`, a row holds weight × (log P(state | hypothesis) −
/// log P(state | background)), and the rows of the finding `setting` hold the logarithm of
/// the prior weight of a hypothesis over that of `unlisted`. Each value is rounded to a whole
/// multiple of 2⁻²² nats, or of a larger power of two where sums of them would not fit 32
/// bits with room for their differences. Sums of whole numbers are exact in any order, so an answer does not depend on the
/// processor, the block, the thread or the cases beside it.
struct HypothesisEvidence: Sendable {
  /// The rows, one for each state, a column for each hypothesis.
  let rows: StateRows
  /// What one is, in nats.
  let unit: Float

  /// Computes the rows.
  ///
  /// - Complexity: O(states × hypotheses).
  init(model: Model, hypotheses: Hypotheses, defaultSetting: Int) {
    let table = model.likelihoodTable
    let columns = hypotheses.count
    var values = [Double](repeating: 0, count: table.stateRowCount * columns)
    var greatestSum = 0.0
    for (index, finding) in model.findings.enumerated() {
      let first = table.firstStateRow[index]
      let states = finding.states.count
      if index == model.settingFinding {
        for setting in 0..<states {
          let weights = hypotheses.logWeights(model: model, setting: setting)
          for column in 0..<columns {
            values[(first + setting) * columns + column] =
              weights[column] - weights[hypotheses.causeCount - 1]
          }
        }
      } else {
        let background = (0..<states).map { Elementary.log(table.background[first + $0]) }
        for column in 0..<columns {
          let probabilities = CombinedLikelihood.probabilities(
            finding: index, kind: finding.kind, stateCount: states,
            causes: hypotheses.causes(of: column), table: table)
          for state in 0..<states {
            values[(first + state) * columns + column] =
              finding.weight * (Elementary.log(probabilities[state]) - background[state])
          }
        }
      }
      var greatest = 0.0
      for index in first * columns..<(first + states) * columns {
        greatest = max(greatest, abs(values[index]))
      }
      greatestSum += greatest
    }
    // Sums stay below 2^30, rounding of the terms included, so that differences fit 32 bits.
    var scale = 4_194_304.0  // 2^22
    while (greatestSum * scale) + Double(model.findings.count) > 1_073_741_823 { scale /= 2 }
    unit = Float(1 / scale)
    rows = StateRows(
      values: values.map { Int32(($0 * scale).rounded()) }, columnCount: columns,
      firstStateRow: table.firstStateRow, settingFinding: model.settingFinding,
      defaultSetting: defaultSetting)
  }
}
