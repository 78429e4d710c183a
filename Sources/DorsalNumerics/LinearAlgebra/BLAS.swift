internal import COpenBLAS

/// The routines of OpenBLAS that Dorsal uses, and nothing else of it.
///
/// Each one checks its sizes before the call: given a bad argument OpenBLAS
/// prints a line, returns as if nothing had happened and leaves the output as it
/// was. All calls run on the calling thread, since a batch is parallel over
/// blocks of cases, above the library.
package enum BLAS {
  /// Ends the threads that OpenBLAS has started for itself, which would take time from those of
  /// the process until they sleep. For a program of its own; where another part of it calls
  /// OpenBLAS on several threads, they start again.
  package static func endThreads() {
    // Setting the number of threads starts them, so that comes first.
    openblas_set_num_threads(1)
    openblas_end_threads()
  }

  /// Multiplies two matrices: `product = left * right`, by `cblas_sgemm` or `cblas_dgemm`.
  ///
  /// Only the first `rowCount` rows of `left` are read and the first `rowCount`
  /// rows of `product` written, so that a block of cases that is not full costs
  /// no more than its rows.
  ///
  /// - Parameters:
  ///   - left: At least `rowCount` rows of k columns.
  ///   - right: k rows of n columns.
  ///   - product: At least `rowCount` rows of n columns.
  ///   - rowCount: How many rows to compute.
  /// - Complexity: 2 * `rowCount` * k * n floating-point operations.
  package static func multiply<Scalar: BLASScalar>(
    _ left: DenseMatrix<Scalar>, _ right: DenseMatrix<Scalar>,
    into product: inout DenseMatrix<Scalar>, rowCount: Int
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
    gemm(
      left, transposesLeft: false, right, m: rowCount, k: left.columnCount, beta: 0,
      into: &product)
  }

  /// Adds the product of a transposed matrix and another: `sum += transpose(left) * right`,
  /// by `cblas_sgemm` or `cblas_dgemm`.
  ///
  /// - Parameters:
  ///   - left: At least `rowCount` rows of m columns.
  ///   - right: At least `rowCount` rows of n columns.
  ///   - sum: m rows of n columns.
  ///   - rowCount: How many rows of both to use.
  /// - Complexity: 2 * `rowCount` * m * n floating-point operations.
  package static func addProduct<Scalar: BLASScalar>(
    ofTransposed left: DenseMatrix<Scalar>, _ right: DenseMatrix<Scalar>,
    to sum: inout DenseMatrix<Scalar>, rowCount: Int
  ) {
    precondition(sum.rowCount == left.columnCount, "rows of the sum are columns of the left")
    precondition(sum.columnCount == right.columnCount, "the sum has the right's columns")
    precondition(
      rowCount >= 0 && rowCount <= left.rowCount && rowCount <= right.rowCount,
      "both matrices hold the rows asked for")
    guard rowCount > 0, left.columnCount > 0, right.columnCount > 0 else { return }
    gemm(left, transposesLeft: true, right, m: left.columnCount, k: rowCount, beta: 1, into: &sum)
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
    BLASThreads.takeOne()
    defer { BLASThreads.giveBack() }
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
  private static func gemm<Scalar: BLASScalar>(
    _ left: DenseMatrix<Scalar>, transposesLeft: Bool, _ right: DenseMatrix<Scalar>, m: Int,
    k: Int, beta: Scalar, into product: inout DenseMatrix<Scalar>
  ) {
    BLASThreads.takeOne()
    defer { BLASThreads.giveBack() }
    let shape = GEMMShape(
      leftIsTransposed: transposesLeft, m: size(m), n: size(right.columnCount), k: size(k),
      leftStride: size(left.columnCount))
    product.withElements { output in
      unsafe output.withUnsafeMutableBufferPointer { c in
        unsafe left.elements.withUnsafeBufferPointer { a in
          unsafe right.elements.withUnsafeBufferPointer { b in
            unsafe Scalar.gemm(shape, a.baseAddress, b.baseAddress, beta, c.baseAddress)
          }
        }
      }
    }
  }

  /// What the linked OpenBLAS says of itself: version, build options and the
  /// processor core whose kernels it runs.
  package static var configuration: String {
    guard let text = unsafe openblas_get_config() else { return "unknown" }
    return unsafe String(cString: text)
  }

  /// The name of the processor core whose kernels OpenBLAS runs, such as `SkylakeX`.
  package static var coreName: String {
    guard let text = unsafe openblas_get_corename() else { return "unknown" }
    return unsafe String(cString: text)
  }

  /// The one place where a size becomes the 32-bit integer of this build of BLAS.
  static func size(_ count: Int) -> Int32 {
    precondition(count <= Int(Int32.max), "a side of a matrix fits 32 bits")
    return Int32(count)
  }
}
