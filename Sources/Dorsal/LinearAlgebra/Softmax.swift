/// Turns rows of scores into rows of probabilities.
package enum Softmax {
  /// Writes the softmax of rows of scores: every element is in 0...1 and a row sums to one.
  ///
  /// A score comes in two parts that are added here, once, so that the sum is rounded
  /// once. The greatest score of the row is subtracted before the exponential, so that
  /// nothing overflows and one term of the sum is exactly one.
  ///
  /// - Parameters:
  ///   - parts: A row for each case: the first part of every score, then the second.
  ///   - rowCount: How many rows of `parts` to read.
  ///   - probabilities: Half as many columns as `parts`.
  ///   - firstRow: The row of `probabilities` that the first row of `parts` goes to.
  /// - Complexity: O(`rowCount` × columns) time, no allocation.
  package static func write(
    sumsOf parts: Matrix, rowCount: Int, into probabilities: inout Matrix, firstRow: Int
  ) {
    let columns = probabilities.columnCount
    precondition(parts.columnCount == 2 * columns, "a score has two parts")
    precondition(rowCount <= parts.rowCount, "the rows are there")
    precondition(firstRow + rowCount <= probabilities.rowCount, "the rows have a place")
    guard columns > 0 else { return }
    let scores = parts.elements.span
    probabilities.withElements { elements in
      for row in 0..<rowCount {
        let first = 2 * row * columns
        let start = (firstRow + row) * columns
        var greatest = -Float.infinity
        for column in 0..<columns {
          let score = scores[first + column] + scores[first + columns + column]
          elements[start + column] = score
          greatest = max(greatest, score)
        }
        var sum: Float = 0
        for index in start..<start + columns {
          let term = Elementary.exp(elements[index] - greatest)
          elements[index] = term
          sum += term
        }
        let scale = 1 / sum
        for index in start..<start + columns { elements[index] *= scale }
      }
    }
  }
}
