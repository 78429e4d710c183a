import Dorsal

/// Products of two matrices by OpenBLAS alone, on one thread: large square ones for the
/// machine's limit, and those that scoring makes.
struct MatrixProduct: Workload {
  let name: String
  let cases: Int?
  let threads = 1
  private let rounds: Int
  private let left: Matrix
  private let right: Matrix

  /// The machine's limit.
  static func square(side: Int) -> MatrixProduct {
    MatrixProduct(
      name: "sgemm \(side) x \(side) x \(side)", cases: nil, rounds: 1, rows: side, inner: side,
      columns: side)
  }

  /// The products of scoring, at the shape of the model: blocks of cases by states, times
  /// states by two parts of each cause.
  static func scoring(_ scorer: Scorer, cases: Int) -> MatrixProduct {
    let rows = Scorer.usualBlockSize
    let states = scorer.model.likelihoodTable.stateRowCount
    let parts = 2 * scorer.model.causes.count
    let rounds = max(1, cases / rows)
    return MatrixProduct(
      name: "sgemm \(rows) x \(states) x \(parts), the product of scoring",
      cases: rounds * rows, rounds: rounds, rows: rows, inner: states, columns: parts)
  }

  private init(name: String, cases: Int?, rounds: Int, rows: Int, inner: Int, columns: Int) {
    self.name = name
    self.cases = cases
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

  var operations: Double? {
    2 * Double(rounds * left.rowCount) * Double(left.columnCount) * Double(right.columnCount)
  }

  func check() -> String? {
    var product = Matrix(rowCount: left.rowCount, columnCount: right.columnCount)
    BLAS.multiply(left, right, into: &product, rowCount: left.rowCount)
    for row in stride(from: 0, to: left.rowCount, by: max(1, left.rowCount / 16)) {
      let column = (row * 5 + 1) % right.columnCount
      let expected = (0..<left.columnCount).reduce(Float(0)) {
        $0 + left[row, $1] * right[$1, column]
      }
      if product[row, column] != expected { return "element \(row), \(column)" }
    }
    return nil
  }

  func run() {
    var product = Matrix(rowCount: left.rowCount, columnCount: right.columnCount)
    for _ in 0..<rounds { BLAS.multiply(left, right, into: &product, rowCount: left.rowCount) }
    precondition(product.elements.count > 0, "the product is used")
  }
}
