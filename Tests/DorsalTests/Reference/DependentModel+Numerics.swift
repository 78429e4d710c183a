import Dorsal
import Foundation

/// The numbers behind `DependentModel`, each by another way than the library's.
extension DependentModel {
  static func exponential(_ x: Double) -> Double { exp(x) }

  /// The normal distribution function.
  static func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// Its inverse, by bisection.
  static func quantile(_ p: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if normal(middle) < p { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The 15 zeros of the Hermite polynomial He15 and their weights, which sum to one.
  static let gaussHermite: (nodes: [Double], weights: [Double]) = {
    let degree = 15
    func polynomial(_ n: Int, _ x: Double) -> Double {
      var (before, now) = (0.0, 1.0)
      for k in 0..<n { (before, now) = (now, x * now - Double(k) * before) }
      return now
    }
    var nodes: [Double] = []
    var x = -8.0
    let step = 0.001
    while x < 8 {
      if polynomial(degree, x) * polynomial(degree, x + step) <= 0 {
        var (low, high) = (x, x + step)
        for _ in 0..<100 {
          let middle = (low + high) / 2
          if polynomial(degree, low) * polynomial(degree, middle) <= 0 {
            high = middle
          } else {
            low = middle
          }
        }
        if nodes.last.map({ abs($0 - low) > 1e-6 }) ?? true { nodes.append((low + high) / 2) }
      }
      x += step
    }
    // n! / (n He_{n-1}(x))^2
    let factorial = (1...degree).reduce(1.0) { $0 * Double($1) }
    let weights = nodes.map {
      factorial / pow(Double(degree) * polynomial(degree - 1, $0), 2)
    }
    return (nodes, weights)
  }()

  /// A table scaled to sums of rows and columns, round by round.
  static func scaled(_ table: [[Double]], rows: [Double], columns: [Double]) -> [[Double]] {
    var table = table
    for _ in 0..<3000 {
      for column in columns.indices {
        let sum = table.indices.reduce(0) { $0 + table[$1][column] }
        for row in table.indices { table[row][column] *= columns[column] / sum }
      }
      for row in table.indices {
        let sum = table[row].reduce(0, +)
        for column in columns.indices { table[row][column] *= rows[row] / sum }
      }
    }
    return table
  }
}

/// The natural logarithm, of the platform.
func logarithm(_ x: Double) -> Double { log(x) }
/// e to the power of a number, of the platform.
func exponential(_ x: Double) -> Double { exp(x) }
