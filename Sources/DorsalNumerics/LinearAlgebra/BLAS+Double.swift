internal import COpenBLAS

extension BLAS {
  /// Multiplies two matrices: `product = left * right`, by `cblas_dgemm`.
  ///
  /// - Parameters:
  ///   - left: At least `rowCount` rows of k columns.
  ///   - right: k rows of n columns.
  ///   - product: At least `rowCount` rows of n columns; only the first `rowCount` are written.
  ///   - rowCount: How many rows to compute.
  /// - Complexity: 2 * `rowCount` * k * n floating-point operations.
  package static func multiply(
    _ left: DoubleMatrix, _ right: DoubleMatrix, into product: inout DoubleMatrix, rowCount: Int
  ) {
    precondition(left.columnCount == right.rowCount, "columns of the left are rows of the right")
    precondition(product.columnCount == right.columnCount, "the product has the right's columns")
    precondition(
      rowCount >= 0 && rowCount <= left.rowCount && rowCount <= product.rowCount,
      "both matrices hold the rows asked for")
    guard rowCount > 0, right.columnCount > 0 else { return }
    guard left.columnCount > 0 else {
      product.withElements { elements in
        for index in 0..<rowCount * right.columnCount { elements[index] = 0 }
      }
      return
    }
    dgemm(
      left, transposesLeft: false, right, m: rowCount, k: left.columnCount, beta: 0,
      into: &product)
  }

  /// Adds the product of a transposed matrix and another:
  /// `sum += transpose(left) * right`, by `cblas_dgemm`.
  ///
  /// - Parameters:
  ///   - left: At least `rowCount` rows of m columns.
  ///   - right: At least `rowCount` rows of n columns.
  ///   - sum: m rows of n columns.
  ///   - rowCount: How many rows of both to use.
  /// - Complexity: 2 * `rowCount` * m * n floating-point operations.
  package static func addProduct(
    ofTransposed left: DoubleMatrix, _ right: DoubleMatrix, to sum: inout DoubleMatrix,
    rowCount: Int
  ) {
    precondition(sum.rowCount == left.columnCount, "rows of the sum are columns of the left")
    precondition(sum.columnCount == right.columnCount, "the sum has the right's columns")
    precondition(
      rowCount >= 0 && rowCount <= left.rowCount && rowCount <= right.rowCount,
      "both matrices hold the rows asked for")
    guard rowCount > 0, left.columnCount > 0, right.columnCount > 0 else { return }
    dgemm(left, transposesLeft: true, right, m: left.columnCount, k: rowCount, beta: 1, into: &sum)
  }

  /// Adds a matrix's product with itself to the upper triangle of a square matrix:
  /// `sum += transpose(matrix) * matrix`, by `cblas_dsyrk`.
  ///
  /// - Parameters:
  ///   - matrix: At least `rowCount` rows of n columns.
  ///   - sum: n rows of n columns; below the diagonal it stays as it was.
  ///   - rowCount: How many rows to use.
  /// - Complexity: `rowCount` * n² floating-point operations.
  package static func addGram(
    of matrix: DoubleMatrix, toUpperTriangleOf sum: inout DoubleMatrix, rowCount: Int
  ) {
    precondition(
      sum.rowCount == matrix.columnCount && sum.columnCount == matrix.columnCount,
      "the sum is square, with a row for each column")
    precondition(rowCount >= 0 && rowCount <= matrix.rowCount, "the rows are there")
    guard rowCount > 0, matrix.columnCount > 0 else { return }
    _ = oneThread
    let (n, k) = (size(matrix.columnCount), size(rowCount))
    sum.withElements { output in
      unsafe output.withUnsafeMutableBufferPointer { c in
        unsafe matrix.elements.withUnsafeBufferPointer { a in
          unsafe cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasTrans, n, k, 1, a.baseAddress, n, 1, c.baseAddress, n)
        }
      }
    }
  }

  /// `product = left * right + beta * product`, or with the left transposed; the callers
  /// have checked the sizes.
  private static func dgemm(
    _ left: DoubleMatrix, transposesLeft: Bool, _ right: DoubleMatrix, m: Int, k: Int,
    beta: Double, into product: inout DoubleMatrix
  ) {
    _ = oneThread
    let transposition = transposesLeft ? CblasTrans : CblasNoTrans
    let (m, n, k) = (size(m), size(right.columnCount), size(k))
    let leading = size(left.columnCount)
    product.withElements { output in
      unsafe output.withUnsafeMutableBufferPointer { c in
        unsafe left.elements.withUnsafeBufferPointer { a in
          unsafe right.elements.withUnsafeBufferPointer { b in
            unsafe cblas_dgemm(
              CblasRowMajor, transposition, CblasNoTrans, m, n, k, 1, a.baseAddress, leading,
              b.baseAddress, n, beta, c.baseAddress, n)
          }
        }
      }
    }
  }
}
