import Dorsal
import Testing

@Suite struct CholeskyTests {
  /// A matrix of random numbers.
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> DoubleMatrix {
    var generator = SplitMix64(seed: seed)
    var matrix = DoubleMatrix(rowCount: rows, columnCount: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        matrix[row, column] = Double.random(in: -1...1, using: &generator)
      }
    }
    return matrix
  }

  @Test(arguments: [1, 2, 7, 40])
  func `solving and multiplying again gives the right side`(size: Int) throws {
    let half = random(size + 3, size, seed: 1)
    var matrix = DoubleMatrix(rowCount: size, columnCount: size)
    BLAS.addGram(of: half, toUpperTriangleOf: &matrix, rowCount: size + 3)
    matrix.mirrorUpperTriangle()
    let right = random(size, 3, seed: 2)
    let solution = try Cholesky(matrix).solve(right)
    for row in 0..<size {
      for column in 0..<3 {
        let product = (0..<size).reduce(0) { $0 + matrix[row, $1] * solution[$1, column] }
        // Backward error of a few n ε times the size of the solution, which random
        // matrices of these sizes keep below a thousand.
        #expect(isClose(product, to: right[row, column], within: 1e-9))
      }
    }
  }

  @Test func `a Gram matrix and a product are sums of products`() {
    for (rows, inner, columns) in [(0, 3, 2), (1, 1, 1), (17, 5, 9)] {
      let left = random(rows, inner, seed: 3)
      let right = random(rows, columns, seed: 4)
      var sum = DoubleMatrix(rowCount: inner, columnCount: columns)
      BLAS.addProduct(ofTransposed: left, right, to: &sum, rowCount: rows)
      var gram = DoubleMatrix(rowCount: inner, columnCount: inner)
      BLAS.addGram(of: left, toUpperTriangleOf: &gram, rowCount: rows)
      for k in 0..<inner {
        for column in 0..<columns {
          let expected = (0..<rows).reduce(0) { $0 + left[$1, k] * right[$1, column] }
          // Rounding of 17 terms below 1.
          #expect(isClose(sum[k, column], to: expected, within: 1e-14))
        }
        for other in k..<inner {
          let expected = (0..<rows).reduce(0) { $0 + left[$1, k] * left[$1, other] }
          #expect(isClose(gram[k, other], to: expected, within: 1e-14))
        }
      }
    }
  }

  @Test func `a product in double precision leaves rows that were not asked for`() {
    let left = random(4, 3, seed: 5)
    let right = random(3, 2, seed: 6)
    var product = DoubleMatrix(rowCount: 4, columnCount: 2)
    product[3, 1] = 99
    BLAS.multiply(left, right, into: &product, rowCount: 3)
    let expected = (0..<3).reduce(0) { $0 + left[2, $1] * right[$1, 1] }
    #expect(isClose(product[2, 1], to: expected, within: 1e-14))
    #expect(product[3, 1] == 99)
  }

  /// The second row is twice the first, so that one direction has no curvature.
  @Test func `a matrix without full rank is refused with the row that tells nothing new`() {
    var matrix = DoubleMatrix(rowCount: 3, columnCount: 3)
    let elements = [[1.0, 2, 0], [2, 4, 0], [0, 0, 1]]
    for row in 0..<3 { for column in 0..<3 { matrix[row, column] = elements[row][column] } }
    #expect(throws: Cholesky.NotPositiveDefinite(row: 1)) { try Cholesky(matrix) }
    matrix[1, 1] = .nan
    #expect(throws: Cholesky.NotPositiveDefinite.self) { try Cholesky(matrix) }
  }

  /// diag(2, 4): the inverse has 1/2 and 1/4.
  @Test func `the trace of the inverse is the sum of the reciprocal eigenvalues`() throws {
    var matrix = DoubleMatrix(rowCount: 2, columnCount: 2)
    matrix[0, 0] = 2
    matrix[1, 1] = 4
    var identity = DoubleMatrix(rowCount: 2, columnCount: 2)
    identity[0, 0] = 1
    identity[1, 1] = 1
    #expect(isClose(try Cholesky(matrix).solve(identity).trace, to: 0.75, within: 1e-15))
  }
}
