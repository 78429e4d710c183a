/// The weighted log-likelihoods of a model as one matrix: a row for each state of
/// each finding, a column for each cause.
///
/// - A row of a finding holds weight × (log P(state | cause) − log P(state | background)).
///   Centring on the background keeps sums small, which a `Float` needs: uncentred
///   logarithms of size 10 put posteriors 1.5e-4 off their double-precision values.
/// - A row of the finding `setting` holds log P(cause | setting) − log P(unlisted | setting).
///
/// The score of a case is then the sum of the rows of its known states, up to a
/// constant that is the same for every cause and cancels in the softmax.
///
/// Every element is a whole multiple of 2⁻²² nats, and scoring holds it as two `Float`s:
/// a coarse part that is a multiple of 2⁻¹¹ and a fine part below it. Sums of either
/// part are then *exact* in `Float`, in whatever order the terms come, as long as the
/// absolute terms of a case add up to less than 8192 nats. So an answer is the same bit
/// for bit on every processor and with every kernel of OpenBLAS, block size and thread
/// count. The rounding of an element, at most 1.2e-7 nats, is far less than any of the
/// numbers is known to.
public struct EvidenceMatrix: Sendable {
  /// The elements in nats: `values[stateRow * causeCount + cause]`.
  public let values: [Double]
  /// The same, as scoring uses it: the coarse parts of all causes, then the fine parts.
  let matrix: Matrix

  /// Elements are whole multiples of one over this.
  private static let fineScale: Double = 4_194_304  // 2^22
  /// Coarse parts are whole multiples of one over this.
  private static let coarseScale: Double = 2048  // 2^11

  /// Computes the matrix of a model, once.
  ///
  /// - Complexity: O(states × causes).
  public init(model: Model) {
    let table = model.likelihoodTable
    let causes = table.causeCount
    var values = [Double](repeating: 0, count: table.stateRowCount * causes)
    for (index, finding) in model.findings.enumerated() {
      for state in finding.states.indices {
        let row = table.firstStateRow[index] + state
        for cause in 0..<causes {
          let value =
            index == model.settingFinding
            ? Elementary.log(model.priorTable[state * causes + cause])
              - Elementary.log(model.priorTable[state * causes + causes - 1])
            : finding.weight
              * (Elementary.log(table.probability(stateRow: row, cause: cause))
                - Elementary.log(table.background[row]))
          values[row * causes + cause] = (value * Self.fineScale).rounded() / Self.fineScale
        }
      }
    }
    self.values = values
    var matrix = Matrix(rowCount: table.stateRowCount, columnCount: 2 * causes)
    matrix.withElements { elements in
      for row in 0..<table.stateRowCount {
        for cause in 0..<causes {
          let value = values[row * causes + cause]
          let coarse = (value * Self.coarseScale).rounded() / Self.coarseScale
          elements[2 * row * causes + cause] = Float(coarse)
          elements[(2 * row + 1) * causes + cause] = Float(value - coarse)
        }
      }
    }
    self.matrix = matrix
  }
}
