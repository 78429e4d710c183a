package import DorsalNumerics

/// The softmax of scaled log posteriors of one case after the other, in double precision,
/// with the sums that a fit needs.
package struct ScaledSoftmax {
  /// scale · log posterior + offset of each cause.
  package private(set) var scores: [Double]
  /// The softmax of the scores.
  package private(set) var probabilities: [Double]
  /// Sums over the cases of p, of p z, and of p z², with z the log posterior: first the
  /// causes' sums of p, then those of p z, then those of p z².
  package private(set) var moments: [Double]

  /// Terms that are smaller than the greatest by this factor's exponential do not change
  /// a sum in double precision, and need no exponential.
  private static let leastExponent = -46.0

  package init(causeCount: Int) {
    scores = [Double](repeating: 0, count: causeCount)
    probabilities = scores
    moments = [Double](repeating: 0, count: 3 * causeCount)
  }

  /// Takes a case.
  ///
  /// - Parameters:
  ///   - z: Log posteriors.
  ///   - first: Where those of the case begin.
  ///   - parameters: One scale; or the causes' scales, then their offsets.
  ///   - isVector: Whether they are the causes' own.
  /// - Returns: The logarithm of the sum of the scores' exponentials.
  package mutating func write(
    _ z: Span<Float>, first: Int, parameters: [Double], isVector: Bool
  ) -> Double {
    Self.write(
      z, first: first, parameters: parameters.span, isVector: isVector, scores: &scores,
      probabilities: &probabilities)
  }

  private static func write(
    _ z: Span<Float>, first: Int, parameters: Span<Double>, isVector: Bool,
    scores scoreList: inout [Double], probabilities probabilityList: inout [Double]
  ) -> Double {
    let count = scoreList.count
    var scores = scoreList.mutableSpan
    var probabilities = probabilityList.mutableSpan
    var greatest = -Double.infinity
    for cause in 0..<count {
      let value = Double(z[first + cause])
      let score =
        isVector
        ? parameters[cause] * value + parameters[count + cause] : parameters[0] * value
      scores[cause] = score
      if score > greatest { greatest = score }
    }
    var sum = 0.0
    for cause in 0..<count {
      let exponent = scores[cause] - greatest
      let term = exponent < leastExponent ? 0 : Elementary.exp(exponent)
      probabilities[cause] = term
      sum += term
    }
    let scale = 1 / sum
    for cause in 0..<count { probabilities[cause] *= scale }
    return greatest + Elementary.log(sum)
  }

  /// Whether the best of some causes leads all others.
  package func leads(_ causes: [Int]) -> Bool {
    let best = causes.map { scores[$0] }.max() ?? -.infinity
    for cause in scores.indices where scores[cause] >= best && !causes.contains(cause) {
      return false
    }
    return true
  }

  /// Adds a case to the moments, and writes p z and p as a row of a matrix.
  package mutating func addMoments(
    _ z: Span<Float>, first: Int, products: inout DoubleMatrix, row: Int
  ) {
    Self.addMoments(
      z, first: first, probabilities: probabilities, moments: &moments, products: &products,
      row: row)
  }

  private static func addMoments(
    _ z: Span<Float>, first: Int, probabilities probabilityList: [Double],
    moments list: inout [Double],
    products: inout DoubleMatrix, row: Int
  ) {
    let probabilities = probabilityList.span
    let count = probabilities.count
    var moments = list.mutableSpan
    products.withElements { products in
      let start = row * 2 * count
      for cause in 0..<count {
        let (p, value) = (probabilities[cause], Double(z[first + cause]))
        let product = p * value
        moments[cause] += p
        moments[count + cause] += product
        moments[2 * count + cause] += product * value
        products[start + cause] = product
        products[start + count + cause] = p
      }
    }
  }

  /// The mean and the mean square of the log posterior under the probabilities.
  package func momentsOfScore(_ z: Span<Float>, first: Int) -> (mean: Double, meanSquare: Double) {
    var (mean, meanSquare) = (0.0, 0.0)
    let probabilities = probabilities.span
    for cause in probabilities.indices where probabilities[cause] > 0 {
      let value = Double(z[first + cause])
      mean += probabilities[cause] * value
      meanSquare += probabilities[cause] * value * value
    }
    return (mean, meanSquare)
  }
}
