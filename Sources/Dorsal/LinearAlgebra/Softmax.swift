/// Turns rows of scores into rows of probabilities.
package enum Softmax {
  /// Replaces each of the first rows of a matrix by its softmax: every element is
  /// in 0...1 and a row sums to one.
  ///
  /// The greatest score of the row is subtracted first, so that nothing overflows
  /// and one term of the sum is exactly one.
  ///
  /// - Parameters:
  ///   - matrix: Scores in, probabilities out.
  ///   - rowCount: How many rows to replace.
  /// - Complexity: O(`rowCount` × columns) time, no allocation.
  package static func apply(to matrix: inout Matrix, rowCount: Int) {
    let columns = matrix.columnCount
    guard columns > 0 else { return }
    matrix.withElements { elements in
      for row in 0..<rowCount {
        let start = row * columns
        var greatest = elements[start]
        for index in start..<start + columns { greatest = max(greatest, elements[index]) }
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
