internal import COpenBLAS

/// The Cholesky factor of a symmetric positive definite matrix, by LAPACK's `dpotrf`:
/// what normal equations and Newton steps are solved with.
package struct Cholesky: Sendable {
  /// Which direction of a matrix has no curvature left.
  package struct NotPositiveDefinite: Error, Equatable {
    /// The row, counted from 0, at which the factorisation met no positive pivot.
    package let row: Int

    /// A direction by its row.
    package init(row: Int) { self.row = row }
  }

  /// The upper triangle holds the factor U, with `transpose(U) * U` the matrix.
  private let factor: DoubleMatrix

  /// Factors a matrix.
  ///
  /// A pivot that rounding alone keeps above zero counts as zero: one that is less than
  /// `n * ε` of its diagonal element, with ε the spacing of `Double` at 1.
  ///
  /// - Parameter matrix: Square and symmetric; only the upper triangle is read.
  /// - Throws: `NotPositiveDefinite` with the first row that depends on those before it.
  /// - Complexity: n³ / 3 floating-point operations.
  package init(_ matrix: DoubleMatrix) throws(NotPositiveDefinite) {
    precondition(matrix.rowCount == matrix.columnCount, "a square matrix")
    let count = matrix.rowCount
    var factor = matrix
    let n = BLAS.size(count)
    guard count > 0 else {
      self.factor = factor
      return
    }
    BLASThreads.takeOne()
    defer { BLASThreads.giveBack() }
    let info = factor.withElements { elements in
      unsafe elements.withUnsafeMutableBufferPointer { a in
        unsafe LAPACKE_dpotrf(LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "U")), n, a.baseAddress, n)
      }
    }
    // LAPACK counts a NaN in the matrix as a bad argument; it has no curvature either.
    if info < 0 { throw NotPositiveDefinite(row: 0) }
    if info > 0 { throw NotPositiveDefinite(row: Int(info) - 1) }
    for row in 0..<count {
      let pivot = factor[row, row] * factor[row, row]
      if !(pivot > Double(count) * .ulpOfOne * matrix[row, row]) {
        throw NotPositiveDefinite(row: row)
      }
    }
    self.factor = factor
  }

  /// Solves the equations for one or more right sides, by `dpotrs`.
  ///
  /// - Parameter right: As many rows as the matrix has; a column for each right side.
  /// - Returns: The solutions, in the same shape.
  /// - Complexity: 2 n² floating-point operations a column.
  package func solve(_ right: DoubleMatrix) -> DoubleMatrix {
    precondition(right.rowCount == factor.rowCount, "a row for each equation")
    guard right.rowCount > 0, right.columnCount > 0 else { return right }
    BLASThreads.takeOne()
    defer { BLASThreads.giveBack() }
    var solution = right
    let (n, columns) = (BLAS.size(factor.rowCount), BLAS.size(right.columnCount))
    let info = solution.withElements { elements in
      unsafe elements.withUnsafeMutableBufferPointer { b in
        unsafe factor.elements.withUnsafeBufferPointer { a in
          unsafe LAPACKE_dpotrs(
            LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "U")), n, columns, a.baseAddress, n,
            b.baseAddress, columns)
        }
      }
    }
    precondition(info == 0, "dpotrs: argument \(-info) was wrong")
    return solution
  }

  /// Solves the equations for one right side.
  package func solve(_ right: [Double]) -> [Double] {
    var column = DoubleMatrix(rowCount: right.count, columnCount: 1)
    for (row, value) in right.enumerated() { column[row, 0] = value }
    return solve(column).elements
  }
}
