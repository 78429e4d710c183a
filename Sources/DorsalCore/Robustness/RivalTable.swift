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
///
/// A table of a model with many findings and causes would fill the memory: beyond `largest` bytes
/// there is none, and sums are made anew for each case.
struct RivalTable: Sendable {
  private let scorer: Scorer
  private let causes: Int
  /// A row for each finding, a column for each ordered pair of causes; nothing where it is too large.
  private let matrix: DoubleMatrix?
  /// Whether some states of the finding differ for some pair of causes.
  let matters: [Bool]

  /// The most bytes of a table.
  static let largest = 1 << 26

  /// Computes the table of a scorer, once.
  ///
  /// - Parameter largest: The most bytes that it may have.
  /// - Complexity: O(states × causes²) time, O(findings × causes²) memory, up to `largest`.
  init(scorer: Scorer, largest: Int = RivalTable.largest) {
    let model = scorer.model
    let causes = model.causes.count
    (self.scorer, self.causes) = (scorer, causes)
    let values = scorer.evidence.values
    let table = model.likelihoodTable
    matters = model.findings.indices.map { finding in
      guard finding != model.settingFinding else { return false }
      let first = table.firstStateRow[finding]
      return (first..<first + model.findings[finding].states.count).contains { row in
        let start = row * causes
        return (1..<causes).contains { values[start + $0] != values[start] }
      }
    }
    let (elements, isTooMany) = model.findings.count.multipliedReportingOverflow(
      by: causes * causes)
    guard !isTooMany, elements <= largest / MemoryLayout<Double>.stride else {
      matrix = nil
      return
    }
    var matrix = DoubleMatrix(rowCount: model.findings.count, columnCount: causes * causes)
    for finding in model.findings.indices where matters[finding] {
      Self.addGains(of: finding, scorer, to: &matrix, row: finding)
    }
    self.matrix = matrix
  }

  /// The gain of a cause on another by one finding.
  func gain(of finding: Int, _ cause: Int, over rival: Int) -> Double {
    if let matrix { return matrix[finding, cause * causes + rival] }
    guard matters[finding] else { return 0 }
    let values = scorer.evidence.values
    let first = scorer.model.likelihoodTable.firstStateRow[finding]
    return (first..<first + scorer.model.findings[finding].states.count).reduce(-.infinity) {
      max($0, values[$1 * causes + cause] - values[$1 * causes + rival])
    }
  }

  /// The gains of all pairs by some findings of each case: a row a case, which holds
  /// `gains[c * causes + k]`.
  ///
  /// - Parameters:
  ///   - findings: A row a case, 1 for each finding that counts.
  ///   - count: How many cases.
  func sums(of findings: DoubleMatrix, count: Int) -> DoubleMatrix {
    var sums = DoubleMatrix(rowCount: count, columnCount: causes * causes)
    if let matrix {
      BLAS.multiply(findings, matrix, into: &sums, rowCount: count)
      return sums
    }
    for row in 0..<count {
      for finding in matters.indices where matters[finding] && findings[row, finding] != 0 {
        Self.addGains(of: finding, scorer, to: &sums, row: row)
      }
    }
    return sums
  }

  /// Adds the gains of all pairs by one finding.
  private static func addGains(
    of finding: Int, _ scorer: Scorer, to matrix: inout DoubleMatrix, row: Int
  ) {
    let causes = scorer.model.causes.count
    let first = scorer.model.likelihoodTable.firstStateRow[finding]
    let rows = first..<first + scorer.model.findings[finding].states.count
    let values = scorer.evidence.values.span
    let start = row * causes * causes
    matrix.withElements { elements in
      for c in 0..<causes {
        for k in 0..<causes where k != c {
          var greatest = -Double.infinity
          for row in rows {
            greatest = max(greatest, values[row * causes + c] - values[row * causes + k])
          }
          elements[start + c * causes + k] += greatest
        }
      }
    }
  }
}
