import Dorsal

/// Products of two matrices by OpenBLAS alone, on one thread: a large square one for the
/// machine's limit, and one of the shape that dense scoring makes.
struct MatrixProduct: Limit {
  let name: String
  let summary: String
  let unit = "GFLOP/s"
  private let rounds: Int
  private let left: Matrix
  private let right: Matrix

  /// The machine's limit.
  static func square(side: Int) -> MatrixProduct {
    MatrixProduct(
      name: "sgemm", summary: "\(side) x \(side) x \(side), one thread", rounds: 1, rows: side,
      inner: side, columns: side)
  }

  /// Blocks of cases by states, times states by causes.
  static func scoring(_ model: Model, cases: Int, rows: Int = 1024) -> MatrixProduct {
    let table = model.likelihoodTable
    return MatrixProduct(
      name: "sgemm of the shape",
      summary: "\(rows) x \(table.stateRowCount) x \(table.causeCount), one thread",
      rounds: max(1, cases / rows), rows: rows, inner: table.stateRowCount,
      columns: table.causeCount)
  }

  private init(
    name: String, summary: String, rounds: Int, rows: Int, inner: Int, columns: Int
  ) {
    self.name = name
    self.summary = summary
    self.rounds = rounds
    left = Self.filled(rows, inner)
    right = Self.filled(inner, columns)
  }

  /// Small whole numbers, so that every sum is exact and can be compared exactly.
  private static func filled(_ rows: Int, _ columns: Int) -> Matrix {
    var matrix = Matrix(rowCount: rows, columnCount: columns)
    for row in 0..<rows {
      for column in 0..<columns { matrix[row, column] = Float((row * 7 + column * 3) % 5) }
    }
    return matrix
  }

  var amount: Double {
    2 * Double(rounds * left.rowCount) * Double(left.columnCount) * Double(right.columnCount)
  }

  func check() throws {
    var product = Matrix(rowCount: left.rowCount, columnCount: right.columnCount)
    BLAS.multiply(left, right, into: &product, rowCount: left.rowCount)
    for row in stride(from: 0, to: left.rowCount, by: max(1, left.rowCount / 16)) {
      let column = (row * 5 + 1) % right.columnCount
      let expected = (0..<left.columnCount).reduce(Float(0)) {
        $0 + left[row, $1] * right[$1, column]
      }
      if product[row, column] != expected { throw WrongAnswer("element \(row), \(column)") }
    }
  }

  func run() {
    var product = Matrix(rowCount: left.rowCount, columnCount: right.columnCount)
    for _ in 0..<rounds { BLAS.multiply(left, right, into: &product, rowCount: left.rowCount) }
    precondition(product.elements.count > 0, "the product is used")
  }
}
