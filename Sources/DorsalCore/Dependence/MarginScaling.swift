internal import DorsalNumerics

/// Joint probabilities with given margins that keep given odds ratios.
///
/// For a positive table T there is one J(r, s) = u(r) · T(r, s) · v(s) with row sums R and
/// column sums S; scaling rows and columns in turn comes to it (R. Sinkhorn, "Diagonal
/// equivalence to matrices with prescribed row and column sums", Am Math Mon 1967;74:402;
/// W. E. Deming and F. F. Stephan, Ann Math Stat 1940;11:427).
enum MarginScaling {
  /// Where columns change by less than this share, rows and columns have their sums.
  private static let tolerance = 1e-13
  /// More rounds than any table of the limits of a model needs.
  private static let mostRounds = 20_000

  /// Scales a table.
  ///
  /// - Parameters:
  ///   - table: T, row after row, every element above zero.
  ///   - rows: What each row is to sum to, above zero.
  ///   - columns: What each column is to sum to, above zero, as much as the rows together.
  /// - Returns: J. Its rows sum to theirs up to rounding.
  /// - Complexity: O(elements) a round.
  static func scaled(_ table: [Double], rows: [Double], columns: [Double]) -> [Double] {
    let width = columns.count
    var v = [Double](repeating: 1, count: width)
    var u = [Double](repeating: 0, count: rows.count)
    func scaleRows() {
      for row in rows.indices {
        var sum = 0.0
        for column in 0..<width { sum += table[row * width + column] * v[column] }
        u[row] = rows[row] / sum
      }
    }
    for _ in 0..<mostRounds {
      scaleRows()
      var change = 0.0
      for column in 0..<width {
        var sum = 0.0
        for row in rows.indices { sum += table[row * width + column] * u[row] }
        let next = columns[column] / sum
        change = max(change, abs(next / v[column] - 1))
        v[column] = next
      }
      if change < tolerance { break }
    }
    scaleRows()
    return table.indices.map { u[$0 / width] * table[$0] * v[$0 % width] }
  }
}
