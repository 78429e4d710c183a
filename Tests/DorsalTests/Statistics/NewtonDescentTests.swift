import Dorsal
import Foundation
import Testing

/// Newton's method on functions whose minimum is known in closed form, or is found by going
/// along one axis after the other.
@Suite struct NewtonDescentTests {
  private struct Sum: NewtonSum {
    var loss: Double
    var gradient: [Double]
    var hessian: DoubleMatrix

    /// A sum over parameters that do not meet.
    init(_ terms: [(loss: Double, slope: Double, curvature: Double)]) {
      loss = terms.reduce(0) { $0 + $1.loss }
      gradient = terms.map(\.slope)
      hessian = DoubleMatrix(rowCount: terms.count, columnCount: terms.count)
      for (index, term) in terms.enumerated() { hessian[index, index] = term.curvature }
    }

    /// ½ x'Qx − b'x.
    init(_ q: [[Double]], _ b: [Double], at x: [Double]) {
      let product = q.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } }
      loss =
        zip(x, product).reduce(0) { $0 + $1.0 * $1.1 / 2 }
        - zip(b, x).reduce(0) { $0 + $1.0 * $1.1 }
      gradient = zip(product, b).map { $0 - $1 }
      hessian = DoubleMatrix(rowCount: b.count, columnCount: b.count)
      for row in b.indices { for column in b.indices { hessian[row, column] = q[row][column] } }
    }
  }

  private static func minimum(
    from start: [Double], _ rules: NewtonDescent<Sum>.Rules, _ sum: ([Double]) -> Sum
  ) throws -> NewtonDescent<Sum> {
    var descent = NewtonDescent(from: start, sum: sum(start), caseCount: 1, rules: rules)
    while let place = try descent.next() { descent.take(sum(place)) }
    return descent
  }

  /// Σ exp(x) − t x is least at log t, however far the start; whole steps would overshoot.
  @Test(arguments: [-8.0, 0, 5, 30])
  func `the minimum is found from afar`(start: Double) throws {
    let targets = [0.01, 1, 250]
    let rests: [NewtonDescent<Sum>.Rest] = [.decrement(1e-15), .gradient(1e-9), .step(1e-9)]
    for rest in rests {
      var rules = NewtonDescent<Sum>.Rules()
      rules.rest = rest
      rules.slack = 1e-12
      let descent = try Self.minimum(from: [start, start, start], rules) { x in
        Sum(zip(x, targets).map { x, t in (exp(x) - t * x, exp(x) - t, exp(x)) })
      }
      #expect(descent.isConverged)
      for (x, target) in zip(descent.place, targets) {
        #expect(isClose(x, to: log(target), within: 1e-6))
      }
    }
  }

  /// N Σ q − Σ n log q is least at q = n / N, over twelve orders of magnitude.
  @Test func `positive parameters stay above zero`() throws {
    let counts = [1e-6, 3, 2e4, 1e6]
    let total = counts.reduce(0, +)
    var rules = NewtonDescent<Sum>.Rules()
    rules.isPositive = true
    rules.rest = .decrement(1e-12)
    let descent = try Self.minimum(from: [0.25, 0.25, 0.25, 0.25], rules) { q in
      #expect(q.allSatisfy { $0 > 0 })
      return Sum(
        zip(q, counts).map { q, n in (total * q - n * log(q), total - n / q, n / (q * q)) })
    }
    #expect(descent.isConverged)
    for (q, count) in zip(descent.place, counts) {
      #expect(abs(q * total / count - 1) < 1e-4)
    }
  }

  /// Quadratic forms in a box, beside the minimum that going along the axes finds: each
  /// coordinate in turn to its own minimum within the box, a thousand times.
  @Test func `bounds hold what would pass them`() throws {
    var generator = SplitMix64(seed: 12)
    for _ in 0..<50 {
      let a = (0..<4).map { _ in (0..<4).map { _ in Double.random(in: -1...1, using: &generator) } }
      let b = (0..<4).map { _ in Double.random(in: -3...3, using: &generator) }
      let q: [[Double]] = (0..<4).map { (row: Int) -> [Double] in
        (0..<4).map { (column: Int) -> Double in
          let start: Double = row == column ? 0.1 : 0
          return (0..<4).reduce(start) { (sum: Double, k: Int) in sum + a[k][row] * a[k][column] }
        }
      }
      var expected = [0.5, 0.5, 0.5, 0.5]
      for _ in 0..<20_000 {
        for index in 0..<4 {
          let others = (0..<4).reduce(0) { $1 == index ? $0 : $0 + q[index][$1] * expected[$1] }
          expected[index] = min(1, max(0, (b[index] - others) / q[index][index]))
        }
      }
      var rules = NewtonDescent<Sum>.Rules()
      rules.bounds = 0...1
      rules.rest = .gradient(1e-9)
      let descent = try Self.minimum(from: [0.5, 0.5, 0.5, 0.5], rules) { Sum(q, b, at: $0) }
      #expect(descent.isConverged)
      for (value, own) in zip(descent.place, expected) {
        #expect(isClose(value, to: own, within: 1e-6))
      }
      for (index, value) in descent.place.enumerated() where descent.free.contains(index) {
        #expect((0...1).contains(value))
      }
    }
  }

  @Test func `a parameter that nothing determines is named`() {
    #expect(throws: Cholesky.NotPositiveDefinite(row: 1)) {
      _ = try Self.minimum(from: [1, 1], .init()) { x in
        Sum([(x[0] * x[0], 2 * x[0], 2), (0, 0, 0)])
      }
    }
  }

  @Test func `too few steps are told`() throws {
    var rules = NewtonDescent<Sum>.Rules()
    rules.mostIterations = 2
    let descent = try Self.minimum(from: [20], rules) {
      Sum([(exp($0[0]) - $0[0], exp($0[0]) - 1, exp($0[0]))])
    }
    #expect(!descent.isConverged)
    #expect(descent.iterations == 2)
  }
}
