/// How strange a cause would be for a case: the adaptive score of Y. Romano, M. Sesia and
/// E. Candès (NeurIPS 2020), drawn with one number u between 0 and 1 for each case.
///
/// With the causes by their posteriors, the most probable first, the score of the leading
/// cause is u · p − 1 and that of every other the sum of the posteriors before it and
/// u · p of its own. So the leading cause is always the least strange one and joins a set
/// first; all others follow as in the paper. Scores have no ties, so that the coverage of n
/// cases is ⌈(n + 1) · coverage⌉ / (n + 1), up to 1 / (n + 1) too much, or with `Randomised` exact,
/// but for what the leading cause adds where it is in a set in spite of its score.
package enum ConformalScore {
  /// The scores of all causes of a case.
  ///
  /// - Parameters:
  ///   - posteriors: The posteriors, calibrated.
  ///   - u: The case's number.
  ///   - order: Gets the causes, the most probable first.
  ///   - scores: Gets the score of each cause, by its index.
  package static func write(
    posteriors: ArraySlice<Float>, u: Double, order: inout [Int], scores: inout [Double]
  ) {
    let start = posteriors.startIndex
    order.sort { left, right in
      let (p, q) = (posteriors[start + left], posteriors[start + right])
      return p == q ? left < right : p > q
    }
    var sum = 0.0
    for (place, cause) in order.enumerated() {
      let posterior = Double(posteriors[start + cause])
      scores[cause] = place == 0 ? u * posterior - 1 : sum + u * posterior
      sum += posterior
    }
  }
}
