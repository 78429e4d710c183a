internal import CKernels

/// A dense matrix of `Float` that owns its storage and knows its shape.
///
/// Storage is row-major: element (row, column) stands at
/// `row * columnCount + column`. In this package a row of a model matrix is a
/// state of a finding and a column is a cause; a row of a batch matrix is a
/// case. That orientation never varies.
public struct Matrix: Sendable, Equatable {
  /// How many rows the matrix has.
  public let rowCount: Int
  /// How many columns the matrix has.
  public let columnCount: Int
  /// The elements, row after row: `elements[row * columnCount + column]`.
  public private(set) var elements: [Float]

  /// Creates a matrix of zeros.
  ///
  /// - Parameters:
  ///   - rowCount: Number of rows, 0 or more.
  ///   - columnCount: Number of columns, 0 or more.
  public init(rowCount: Int, columnCount: Int) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix has no negative side")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = [Float](repeating: 0, count: rowCount * columnCount)
  }

  /// Creates a matrix whose elements have no value yet: whoever reads one writes it first.
  /// A large one costs no pass through memory.
  package init(unwrittenRowCount rowCount: Int, columnCount: Int) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix has no negative side")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = unsafe [Float](unsafeUninitializedCapacity: rowCount * columnCount) {
      _, length in
      length = rowCount * columnCount
    }
  }

  /// Whether there is such an element; as unsigned numbers negative ones are too large.
  @inline(__always)
  private func isInside(_ row: Int, _ column: Int) -> Bool {
    UInt(bitPattern: row) < UInt(bitPattern: rowCount)
      && UInt(bitPattern: column) < UInt(bitPattern: columnCount)
  }

  /// The element in a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(isInside(row, column), "inside the matrix")
      return elements[row * columnCount + column]
    }
    set {
      precondition(isInside(row, column), "inside the matrix")
      elements[row * columnCount + column] = newValue
    }
  }

  /// The elements of one row, in the order of the columns.
  public func row(_ row: Int) -> ArraySlice<Float> {
    precondition(row >= 0 && row < rowCount, "inside the matrix")
    return elements[row * columnCount..<(row + 1) * columnCount]
  }

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

  /// Copies rows of another matrix of as many columns to the rows from `start` on.
  package mutating func copyRows(_ rows: Range<Int>, of other: Matrix, to start: Int) {
    precondition(columnCount == other.columnCount, "rows have the same columns")
    precondition(rows.upperBound <= other.rowCount && start + rows.count <= rowCount, "rows exist")
    let source = other.elements.span
    let (from, to) = (rows.lowerBound * columnCount, start * columnCount)
    withElements { elements in
      for index in 0..<rows.count * other.columnCount {
        elements[to + index] = source[from + index]
      }
    }
  }

  /// Changes the elements in place, without a copy.
  ///
  /// - Parameter body: Gets all elements, row after row; it cannot change their number.
  package mutating func withElements<R>(_ body: (inout MutableSpan<Float>) -> R) -> R {
    var span = elements.mutableSpan
    return body(&span)
  }
}
