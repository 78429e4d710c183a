internal import CKernels

extension DenseMatrix<Float> {
  /// The product with a narrow matrix, each sum taken in the order of the columns and in
  /// double precision.
  ///
  /// For products of a few columns whose sums are not exact: the answer for a row does not
  /// depend on the kernels of BLAS or on the rows beside it.
  ///
  /// - Complexity: O(rows × columns × columns of `right`).
  package func productInOrder(_ right: Matrix) -> Matrix {
    precondition(columnCount == right.rowCount, "columns of the left are rows of the right")
    var product = Matrix(rowCount: rowCount, columnCount: right.columnCount)
    let (a, b) = (elements.span, right.elements.span)
    let (inner, columns) = (columnCount, right.columnCount)
    product.withElements { output in
      for index in output.indices {
        let (row, column) = index.quotientAndRemainder(dividingBy: columns)
        var sum = 0.0
        for k in 0..<inner {
          sum += Double(a[row * inner + k]) * Double(b[k * columns + column])
        }
        output[index] = Float(sum)
      }
    }
    return product
  }

  /// The product with a matrix of four columns, like `productInOrder` but wide.
  ///
  /// - Complexity: O(rows × columns).
  package func productInOrder(
    withFour right: [Double], level: CPULevel = .best
  ) -> Matrix {
    precondition(right.count == 4 * columnCount, "columns of the left are rows of the right")
    var product = Matrix(rowCount: rowCount, columnCount: 4)
    unsafe elements.withUnsafeBufferPointer { left in
      unsafe right.withUnsafeBufferPointer { right in
        product.withElements { output in
          unsafe output.withUnsafeMutableBufferPointer { output in
            guard let a = left.baseAddress, let b = right.baseAddress, let c = output.baseAddress
            else { return }
            unsafe ck_product4(Int32(level.rawValue), a, rowCount, columnCount, b, c)
          }
        }
      }
    }
    return product
  }
}
