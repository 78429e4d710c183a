/// A dense matrix of `Double` that owns its storage and knows its shape.
///
/// Row-major, like `Matrix`: element (row, column) stands at `row * columnCount + column`.
package struct DoubleMatrix: Sendable, Equatable {
  /// How many rows the matrix has.
  package let rowCount: Int
  /// How many columns the matrix has.
  package let columnCount: Int
  /// The elements, row after row.
  package private(set) var elements: [Double]

  /// Creates a matrix of zeros.
  package init(rowCount: Int, columnCount: Int) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix has no negative side")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = [Double](repeating: 0, count: rowCount * columnCount)
  }

  /// The element in a row and a column, both counted from 0.
  package subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row < rowCount && column < columnCount, "inside the matrix")
      return elements[row * columnCount + column]
    }
    set {
      precondition(row < rowCount && column < columnCount, "inside the matrix")
      elements[row * columnCount + column] = newValue
    }
  }

  /// Changes the elements in place, without a copy.
  ///
  /// - Parameter body: Gets all elements, row after row; it cannot change their number.
  package mutating func withElements<R>(_ body: (inout MutableSpan<Double>) -> R) -> R {
    var span = elements.mutableSpan
    return body(&span)
  }
}
