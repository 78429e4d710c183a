internal import DorsalNumerics

/// What every possible answer would do, as matrices that posteriors are multiplied with.
///
/// For finding f of weight w, state s with background probability b(s):
///
/// - P(s | c) is the model's likelihood; q P gives the predictive probability of the answer.
/// - T(s | c) = b(s) · (P(s | c) / b(s))^w is what the posterior is updated by: after the
///   answer it is q(c) T(s | c) / (q T)(s), which is what scoring the case again gives. Where
///   w = 1, T = P.
///
/// All columns are held less the background, so that a finding on which the causes do not
/// differ is zero, and on `ExactGrid`, so that answers do not depend on the kernel of BLAS or
/// on the cases beside.
struct AnswerTable: Sendable {
  /// How many states there are, those of the setting included.
  let stateCount: Int
  /// How many causes there are.
  let causeCount: Int
  /// Where each state has its column.
  let layout: AnswerLayout
  /// T − b: a row for each cause, a column for each state.
  let updates: DoubleMatrix
  /// What only information needs: a row for each cause. For each place of a finding a column
  /// Σ over s of P log(P / b) where its weight is 1 and zero elsewhere; then for each
  /// discounted column of `layout`, P − b, and then for each of these T · w · log(P / b). A
  /// column is divided by its scale.
  let information: DoubleMatrix
  /// The scale of each column of `information`.
  let scales: [Double]
  /// The background of each column.
  let background: [Double]
  /// One over each.
  let inverseBackground: [Double]
  /// T: `tilted[stateRow * causeCount + cause]`.
  let tilted: [Double]

  /// Prepares the matrices of a model.
  ///
  /// - Complexity: O(states × causes).
  init(model: Model) {
    let table = model.likelihoodTable
    let (states, causes) = (table.stateRowCount, table.causeCount)
    let layout = AnswerLayout(model: model)
    let findings = model.findings.count
    let discounted = states - layout.plainColumnCount
    var updates = DoubleMatrix(rowCount: causes, columnCount: states)
    var columns = DoubleMatrix(rowCount: causes, columnCount: findings + 2 * discounted)
    var tilted = [Double](repeating: 1, count: states * causes)
    // The states of the setting have no background, and their terms are not used.
    var background = [Double](repeating: 1, count: states)
    for (place, finding) in layout.order.enumerated() where finding != model.settingFinding {
      let definition = model.findings[Int(finding)]
      let weight = definition.weight
      for state in definition.states.indices {
        let row = table.firstStateRow[Int(finding)] + state
        let column = layout.column[row]
        let b = table.background[row]
        background[column] = b
        for cause in 0..<causes {
          let p = table.probability(stateRow: row, cause: cause)
          let log = Elementary.log(p / b)
          let t = weight == 1 ? p : b * Elementary.exp(weight * log)
          tilted[row * causes + cause] = t
          updates[cause, column] = ExactGrid.round(t - b)
          if weight == 1 {
            columns[cause, place] += p * log
          } else {
            let own = findings + column - layout.plainColumnCount
            columns[cause, own] = p - b
            columns[cause, own + discounted] = t * weight * log
          }
        }
      }
    }
    scales = (0..<columns.columnCount).map { column in
      ExactGrid.scale(above: (0..<causes).reduce(0) { max($0, abs(columns[$1, column])) })
    }
    for cause in 0..<causes {
      for (column, scale) in scales.enumerated() {
        columns[cause, column] = ExactGrid.round(columns[cause, column] / scale)
      }
    }
    (stateCount, causeCount) = (states, causes)
    self.layout = layout
    (self.updates, information) = (updates, columns)
    self.background = background
    inverseBackground = background.map { 1 / $0 }
    self.tilted = tilted
  }

  /// The greatest T(s | c) / T(s | k) over all states s, for every cause c and one cause k:
  /// how far one answer can move c against k.
  ///
  /// - Complexity: O(states × causes).
  func greatestRatios(over k: Int) -> [Double] {
    var ratios = [Double](repeating: 0, count: causeCount)
    let tilted = tilted.span
    for row in 0..<stateCount {
      let base = tilted[row * causeCount + k]
      for c in 0..<causeCount {
        ratios[c] = max(ratios[c], tilted[row * causeCount + c] / base)
      }
    }
    return ratios
  }
}
