internal import COpenBLAS

/// A number that BLAS multiplies matrices of: `Float` and `Double`.
package protocol BLASScalar: BinaryFloatingPoint, Sendable {
  /// `c = op(a) * b + beta * c` over row-major matrices whose sizes the caller has checked.
  static func gemm(
    _ shape: GEMMShape, _ a: UnsafePointer<Self>?, _ b: UnsafePointer<Self>?, _ beta: Self,
    _ c: UnsafeMutablePointer<Self>?)
}

/// The sizes of a product of matrices, as the 32-bit integers of BLAS.
package struct GEMMShape {
  /// Whether the left matrix is read as its transpose.
  let leftIsTransposed: Bool
  /// Rows and columns of the product, and the columns that are summed over.
  let m, n, k: Int32
  /// How far a row of the left matrix is from the next, as it is stored.
  let leftStride: Int32

  /// The order of the left matrix, in the words of BLAS.
  var transposition: CBLAS_TRANSPOSE { leftIsTransposed ? CblasTrans : CblasNoTrans }
}

extension Float: BLASScalar {
  package static func gemm(
    _ shape: GEMMShape, _ a: UnsafePointer<Float>?, _ b: UnsafePointer<Float>?, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>?
  ) {
    unsafe cblas_sgemm(
      CblasRowMajor, shape.transposition, CblasNoTrans, shape.m, shape.n, shape.k, 1, a,
      shape.leftStride, b, shape.n, beta, c, shape.n)
  }
}

extension Double: BLASScalar {
  package static func gemm(
    _ shape: GEMMShape, _ a: UnsafePointer<Double>?, _ b: UnsafePointer<Double>?, _ beta: Double,
    _ c: UnsafeMutablePointer<Double>?
  ) {
    unsafe cblas_dgemm(
      CblasRowMajor, shape.transposition, CblasNoTrans, shape.m, shape.n, shape.k, 1, a,
      shape.leftStride, b, shape.n, beta, c, shape.n)
  }
}
