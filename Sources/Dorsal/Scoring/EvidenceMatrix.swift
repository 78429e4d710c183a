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
public struct EvidenceMatrix: Sendable {
  /// The elements in nats, in double precision: `values[stateRow * causeCount + cause]`.
  public let values: [Double]
  /// The same, as scoring uses it.
  let matrix: Matrix
  /// The first row of each finding; a state's row is that plus its index.
  let firstStateRow: [Int]

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
          if index == model.settingFinding {
            values[row * causes + cause] =
              Elementary.log(model.priorTable[state * causes + cause])
              - Elementary.log(model.priorTable[state * causes + causes - 1])
          } else {
            values[row * causes + cause] =
              finding.weight
              * (Elementary.log(table.probability(stateRow: row, cause: cause))
                - Elementary.log(table.background[row]))
          }
        }
      }
    }
    self.values = values
    self.firstStateRow = table.firstStateRow
    var matrix = Matrix(rowCount: table.stateRowCount, columnCount: causes)
    matrix.withElements { elements in
      for index in elements.indices { elements[index] = Float(values[index]) }
    }
    self.matrix = matrix
  }
}
