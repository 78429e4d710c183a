internal import DorsalNumerics

/// How far one finding can move one cause against another, for every finding and pair of
/// causes.
///
/// For causes c and k, element (f, c · causes + k) is the maximum over the states s of f of
/// e(s, c) − e(s, k), with e the evidence. With U the findings that a case leaves unknown and
/// B the scores it has, every completion x of U has
///
///     score(c) − score(k) = B(c) − B(k) + Σ over f of U of e(x(f), c) − e(x(f), k)
///                         ≤ B(c) − B(k) + Σ over f of U of max over s of e(s, c) − e(s, k),
///
/// and one completion reaches the bound, since the states of different findings are chosen
/// freely: for a single pair it is the exact maximum. Rows of unknown findings times this table
/// are the sums for all pairs. The minimum needs no table of its own: it is minus the maximum
/// of k against c. Elements are whole multiples of the unit of the evidence, so that sums are
/// exact.
struct RivalTable: Sendable {
  let causeCount: Int
  /// A row for each finding, a column for each ordered pair of causes.
  let matrix: DoubleMatrix
  /// Whether some states of the finding differ for some pair of causes.
  let matters: [Bool]

  /// Computes the table of a scorer, once.
  ///
  /// - Complexity: O(states × causes²) time, O(findings × causes²) memory.
  init(scorer: Scorer) {
    let model = scorer.model
    let table = model.likelihoodTable
    let causes = table.causeCount
    var matrix = DoubleMatrix(rowCount: model.findings.count, columnCount: causes * causes)
    let values = scorer.evidence.values.span
    var matters: [Bool] = []
    for (finding, definition) in model.findings.enumerated() {
      var differs = false
      if finding != model.settingFinding {
        let first = table.firstStateRow[finding]
        let width = causes * causes
        matrix.withElements { elements in
          for c in 0..<causes {
            for k in 0..<causes where k != c {
              var greatest = values[first * causes + c] - values[first * causes + k]
              for row in first + 1..<first + definition.states.count {
                greatest = max(greatest, values[row * causes + c] - values[row * causes + k])
              }
              elements[finding * width + c * causes + k] = greatest
              if greatest != 0 { differs = true }
            }
          }
        }
      }
      matters.append(differs)
    }
    (causeCount, self.matrix, self.matters) = (causes, matrix, matters)
  }
}
