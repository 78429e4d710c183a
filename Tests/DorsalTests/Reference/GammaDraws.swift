import Dorsal
import Foundation

/// Dirichlet distributions in plain loops, for tests of what the library draws.
struct GammaDraws {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  private mutating func uniform() -> Double { Double.random(in: 0..<1, using: &generator) }

  /// A standard normal variable by the polar method (G. Marsaglia, T. A. Bray, SIAM Rev
  /// 1964;6:260-4).
  private mutating func normal() -> Double {
    while true {
      let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
      let square = x * x + y * y
      if square > 0, square < 1 { return x * (-2 * log(square) / square).squareRoot() }
    }
  }

  /// A gamma variable of shape 1 or more, by Marsaglia and Tsang's squeeze-free rejection (ACM
  /// Trans Math Softw 2000;26:363-72).
  mutating func gamma(_ shape: Double) -> Double {
    let d = shape - 1.0 / 3
    while true {
      let x = normal()
      let v = pow(1 + x / (9 * d).squareRoot(), 3)
      if v > 0, log(1 - uniform()) < x * x / 2 + d * (1 - v + log(v)) { return d * v }
    }
  }

  /// ln of a Dirichlet variable less its expected value: E ln θ(k) = ψ(a(k)) − ψ(Σ a).
  mutating func centredLogs(_ parameters: [Double]) -> [Double] {
    let draws = parameters.map { gamma($0) }
    let (sum, total) = (draws.reduce(0, +), parameters.reduce(0, +))
    return zip(draws, parameters).map { log($0 / sum) - (Self.digamma($1) - Self.digamma(total)) }
  }

  /// ψ by its recurrence up to 10 and the asymptotic series from there (Abramowitz and Stegun
  /// 6.3.5, 6.3.18), good to 1e-12.
  static func digamma(_ x: Double) -> Double {
    if x < 10 { return digamma(x + 1) - 1 / x }
    let r = 1 / (x * x)
    return log(x) - 0.5 / x - r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r / 240)))
  }
}

/// Whether ranks are as often in every bin: Pearson's chi-square.
enum UniformRanks {
  /// The probability of a chi-square of `degrees` degrees that is as great, by the series of the
  /// incomplete gamma function (Abramowitz and Stegun 6.5.29); for chi-squares of some hundred.
  static func tail(chiSquare: Double, degrees: Int) -> Double {
    let (a, x) = (Double(degrees) / 2, chiSquare / 2)
    var (term, sum, n) = (1 / a, 1 / a, a)
    while term > 1e-15 * sum {
      n += 1
      term *= x / n
      sum += term
    }
    return 1 - sum * exp(-x + a * log(x) - lgamma(a))
  }

  /// Pearson's chi-square of counts that are expected to be equal.
  static func chiSquare(of counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    return counts.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
  }
}
