/// Draws from Dirichlet distributions, by way of gamma variables.
package struct DirichletSampler {
  private var generator: SplitMix64
  private var spareNormal: Double?

  package init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// A standard normal variable (G. Box, M. Muller, Ann Math Stat 1958;29:610-1).
  private mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    let u = 1 - Double.random(in: 0..<1, using: &generator)
    let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &generator)
    let radius = (-2 * Elementary.log(u)).squareRoot()
    spareNormal = radius * Elementary.cos(angle - Double.pi / 2)
    return radius * Elementary.cos(angle)
  }

  /// A gamma variable of a shape of at least one (G. Marsaglia, W. W. Tsang, ACM Trans Math
  /// Softw 2000;26:363-72).
  private mutating func gamma(shape: Double) -> Double {
    precondition(shape >= 1, "parameters are at least one")
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
      guard v > 0 else { continue }
      let u = 1 - Double.random(in: 0..<1, using: &generator)
      if Elementary.log(u) < 0.5 * x * x + d - d * v + d * Elementary.log(v) { return d * v }
    }
  }

  /// The logarithms of a draw, less their expected values.
  package mutating func centredLogarithms(parameters: [Double]) -> [Double] {
    let variables = parameters.map { gamma(shape: $0) }
    let logSum = Elementary.log(variables.reduce(0, +))
    let expectedLogSum = Polygamma.digamma(parameters.reduce(0, +))
    return zip(variables, parameters).map { variable, parameter in
      Elementary.log(variable) - logSum - (Polygamma.digamma(parameter) - expectedLogSum)
    }
  }

  /// A draw: probabilities that sum to one.
  ///
  /// Parameters below one go by way of a gamma variable of one more (Marsaglia and Tsang,
  /// section 6).
  ///
  /// - Parameter parameters: Above 0.
  package mutating func probabilities(parameters: [Double]) -> [Double] {
    let variables = parameters.map { shape in
      precondition(shape > 0, "parameters are above zero")
      guard shape < 1 else { return gamma(shape: shape) }
      let u = 1 - Double.random(in: 0..<1, using: &generator)
      return gamma(shape: shape + 1) * Elementary.exp(Elementary.log(u) / shape)
    }
    let sum = variables.reduce(0, +)
    // All parameters so small that every variable is below the least number: their mean.
    guard sum > 0 else {
      let total = parameters.reduce(0, +)
      return parameters.map { $0 / total }
    }
    return variables.map { $0 / sum }
  }
}
