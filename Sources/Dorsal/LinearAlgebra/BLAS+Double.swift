internal import COpenBLAS

extension BLAS {
  /// Multiplies two matrices: `product = left * right`, by `cblas_dgemm`.
  ///
  /// Only the first `rowCount` rows of `left` are read and the first `rowCount` rows of
  /// `product` written.
  ///
  /// - Parameters:
  ///   - left: At least `rowCount` rows of k columns.
  ///   - right: k rows of n columns.
  ///   - product: At least `rowCount` rows of n columns.
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
    _ = oneThread
    let (m, n, k) = (size(rowCount), size(right.columnCount), size(left.columnCount))
    product.withElements { output in
      unsafe output.withUnsafeMutableBufferPointer { c in
        unsafe left.elements.withUnsafeBufferPointer { a in
          unsafe right.elements.withUnsafeBufferPointer { b in
            unsafe cblas_dgemm(
              CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a.baseAddress, k,
              b.baseAddress, n, 0, c.baseAddress, n)
          }
        }
      }
    }
  }
}
