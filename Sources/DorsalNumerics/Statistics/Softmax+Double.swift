extension Softmax {
  /// Turns scores into probabilities that sum to one, in place and in double precision: for what is
  /// fitted or answered case by case, where `write` is for batches.
  ///
  /// The greatest score is subtracted before the exponential, so that nothing overflows.
  ///
  /// - Parameters:
  ///   - scores: Natural logarithms, up to a common term, in a range of a longer list; not empty.
  ///   - range: Where they stand.
  /// - Returns: The logarithm of the sum of the scores' exponentials.
  /// - Complexity: O(scores).
  @discardableResult
  package static func normalize(_ scores: inout MutableSpan<Double>, in range: Range<Int>) -> Double
  {
    var greatest = -Double.infinity
    for index in range { greatest = max(greatest, scores[index]) }
    var sum = 0.0
    for index in range {
      let term = Elementary.exp(scores[index] - greatest)
      scores[index] = term
      sum += term
    }
    for index in range { scores[index] /= sum }
    return greatest + Elementary.log(sum)
  }

  /// The same for a whole list.
  @discardableResult
  package static func normalize(_ scores: inout [Double]) -> Double {
    var span = scores.mutableSpan
    return normalize(&span, in: 0..<span.count)
  }
}
