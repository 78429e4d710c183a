import Dorsal
import Testing

@Suite struct BLASTests {
  @Test(arguments: [0, 1, 3, 8, 17, 100], [1, 5, 44])
  func `a product is the sum of products`(rows: Int, columns: Int) {
    var generator = SplitMix64(seed: 10)
    for inner in [0, 1, 7, 64] {
      var left = Matrix(rowCount: rows, columnCount: inner)
      var right = Matrix(rowCount: inner, columnCount: columns)
      // Small whole numbers: sums are exact, so that they are compared exactly.
      for row in 0..<rows {
        for k in 0..<inner { left[row, k] = Float(Int.random(in: -4...4, using: &generator)) }
      }
      for k in 0..<inner {
        for column in 0..<columns {
          right[k, column] = Float(Int.random(in: -4...4, using: &generator))
        }
      }
      var product = Matrix(rowCount: rows + 2, columnCount: columns)
      for row in 0..<rows + 2 {
        for column in 0..<columns { product[row, column] = 99 }
      }
      BLAS.multiply(left, right, into: &product, rowCount: rows)
      for row in 0..<rows {
        for column in 0..<columns {
          let expected = (0..<inner).reduce(Float(0)) { $0 + left[row, $1] * right[$1, column] }
          #expect(product[row, column] == expected)
        }
      }
      // Rows that were not asked for stay.
      for row in rows..<rows + 2 {
        for column in 0..<columns { #expect(product[row, column] == 99) }
      }
    }
  }

  @Test func `a row of a matrix is its elements in order`() {
    var matrix = Matrix(rowCount: 2, columnCount: 3)
    matrix[1, 2] = 5
    #expect(Array(matrix.row(1)) == [0, 0, 5])
    #expect(matrix.elements == [0, 0, 0, 0, 0, 5])
  }
}
