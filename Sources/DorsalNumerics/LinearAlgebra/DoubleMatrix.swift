/// A dense matrix of `Double` that owns its storage and knows its shape: for what is
/// fitted or summed over a cohort, where `Matrix` is for scoring.
///
/// Storage is row-major: element (row, column) stands at `row * columnCount + column`.
package struct DoubleMatrix: Sendable, Equatable {
  /// How many rows the matrix has.
  package let rowCount: Int
  /// How many columns the matrix has.
  package let columnCount: Int
  /// The elements, row after row: `elements[row * columnCount + column]`.
  package private(set) var elements: [Double]

  /// Creates a matrix of zeros.
  ///
  /// - Parameters:
  ///   - rowCount: Number of rows, 0 or more.
  ///   - columnCount: Number of columns, 0 or more.
  package init(rowCount: Int, columnCount: Int) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix has no negative side")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = [Double](repeating: 0, count: rowCount * columnCount)
  }

  /// Whether there is such an element; as unsigned numbers negative ones are too large.
  @inline(__always)
  private func isInside(_ row: Int, _ column: Int) -> Bool {
    UInt(bitPattern: row) < UInt(bitPattern: rowCount)
      && UInt(bitPattern: column) < UInt(bitPattern: columnCount)
  }

  /// The element in a row and a column, both counted from 0.
  package subscript(row: Int, column: Int) -> Double {
    get {
      precondition(isInside(row, column), "inside the matrix")
      return elements[row * columnCount + column]
    }
    set {
      precondition(isInside(row, column), "inside the matrix")
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

  /// Adds another matrix of the same shape, element by element.
  package mutating func add(_ other: DoubleMatrix) {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount, "matrices of one shape")
    let source = other.elements.span
    withElements { elements in
      for index in elements.indices { elements[index] += source[index] }
    }
  }

  /// Adds a matrix of `Float`s of the same shape, element by element.
  package mutating func add(_ other: Matrix) {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount, "matrices of one shape")
    let source = other.elements.span
    withElements { elements in
      for index in elements.indices { elements[index] += Double(source[index]) }
    }
  }

  /// The sum of the diagonal of a square matrix.
  package var trace: Double {
    precondition(rowCount == columnCount, "a square matrix")
    return (0..<rowCount).reduce(0) { $0 + self[$1, $1] }
  }

  /// Writes the upper triangle of a square matrix below its diagonal too.
  package mutating func mirrorUpperTriangle() {
    precondition(rowCount == columnCount, "a square matrix")
    for row in 0..<rowCount {
      for column in 0..<row {
        elements[row * columnCount + column] = elements[column * columnCount + row]
      }
    }
  }
}
