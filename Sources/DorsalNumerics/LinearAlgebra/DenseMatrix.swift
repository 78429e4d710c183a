/// A dense matrix that owns its storage and knows its shape.
///
/// Storage is row-major: element (row, column) stands at
/// `row * columnCount + column`. In this package a row of a model matrix is a
/// state of a finding and a column is a cause; a row of a batch matrix is a
/// case. That orientation never varies.
@frozen
public struct DenseMatrix<Scalar: BinaryFloatingPoint & Sendable>: Sendable, Equatable {
  /// How many rows the matrix has.
  public let rowCount: Int
  /// How many columns the matrix has.
  public let columnCount: Int
  @usableFromInline var storage: [Scalar]

  /// The elements, row after row: `elements[row * columnCount + column]`.
  @inlinable
  public var elements: [Scalar] { storage }

  /// Creates a matrix of zeros.
  ///
  /// - Parameters:
  ///   - rowCount: Number of rows, 0 or more.
  ///   - columnCount: Number of columns, 0 or more.
  @inlinable
  public init(rowCount: Int, columnCount: Int) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix has no negative side")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.storage = [Scalar](repeating: 0, count: rowCount * columnCount)
  }

  /// Creates a matrix whose elements have no value yet: whoever reads one writes it first.
  /// A large one costs no pass through memory.
  package init(unwrittenRowCount rowCount: Int, columnCount: Int) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix has no negative side")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.storage = unsafe [Scalar](unsafeUninitializedCapacity: rowCount * columnCount) {
      _, length in
      length = rowCount * columnCount
    }
  }

  /// Whether there is such an element; as unsigned numbers negative ones are too large.
  @inlinable @inline(__always)
  func isInside(_ row: Int, _ column: Int) -> Bool {
    UInt(bitPattern: row) < UInt(bitPattern: rowCount)
      && UInt(bitPattern: column) < UInt(bitPattern: columnCount)
  }

  /// The element in a row and a column, both counted from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    get {
      precondition(isInside(row, column), "inside the matrix")
      return storage[row * columnCount + column]
    }
    set {
      precondition(isInside(row, column), "inside the matrix")
      storage[row * columnCount + column] = newValue
    }
  }

  /// The elements of one row, in the order of the columns.
  @inlinable
  public func row(_ row: Int) -> ArraySlice<Scalar> {
    precondition(row >= 0 && row < rowCount, "inside the matrix")
    return storage[row * columnCount..<(row + 1) * columnCount]
  }

  /// Copies rows of another matrix of as many columns to the rows from `start` on.
  package mutating func copyRows(_ rows: Range<Int>, of other: Self, to start: Int) {
    precondition(columnCount == other.columnCount, "rows have the same columns")
    precondition(rows.upperBound <= other.rowCount && start + rows.count <= rowCount, "rows exist")
    let (from, to) = (rows.lowerBound * columnCount, start * columnCount)
    let count = rows.count * columnCount
    storage.replaceSubrange(to..<to + count, with: other.storage[from..<from + count])
  }

  /// Changes the elements in place, without a copy.
  ///
  /// - Parameter body: Gets all elements, row after row; it cannot change their number.
  @inlinable
  package mutating func withElements<R>(_ body: (inout MutableSpan<Scalar>) -> R) -> R {
    var span = storage.mutableSpan
    return body(&span)
  }

  /// Adds another matrix of the same shape, element by element.
  @inlinable
  package mutating func add<Other>(_ other: DenseMatrix<Other>) {
    precondition(
      rowCount == other.rowCount && columnCount == other.columnCount, "matrices of one shape")
    for index in storage.indices { storage[index] += Scalar(other.storage[index]) }
  }

  /// The sum of the diagonal of a square matrix.
  package var trace: Scalar {
    precondition(rowCount == columnCount, "a square matrix")
    return (0..<rowCount).reduce(0) { $0 + self[$1, $1] }
  }

  /// Writes the upper triangle of a square matrix below its diagonal too.
  package mutating func mirrorUpperTriangle() {
    precondition(rowCount == columnCount, "a square matrix")
    for row in 0..<rowCount {
      for column in 0..<row {
        storage[row * columnCount + column] = storage[column * columnCount + row]
      }
    }
  }
}

/// A matrix for scoring.
public typealias Matrix = DenseMatrix<Float>

/// A matrix for what is fitted or summed over a cohort.
package typealias DoubleMatrix = DenseMatrix<Double>
