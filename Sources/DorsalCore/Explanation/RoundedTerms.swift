/// Rounds the terms of a sum so that they still add up to the rounded sum.
package enum RoundedTerms {
  /// The terms in units of the last decimal shown, adding up exactly to the
  /// rounded sum: the largest-remainder method. A term moves by less than one unit.
  ///
  /// - Parameters:
  ///   - terms: Finite numbers.
  ///   - decimals: How many decimals are shown.
  /// - Returns: The units of each term and of the sum.
  /// - Complexity: O(*n* log *n*).
  package static func round(_ terms: [Double], decimals: Int) -> (units: [Int], sum: Int) {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    // Far beyond any term of use, so that a term of a strange model still is a whole number.
    let scaled = terms.map { $0.isNaN ? 0 : min(max($0 * scale, -1e15), 1e15) }
    var units = scaled.map { Int($0.rounded(.down)) }
    let sum = Int(scaled.reduce(0, +).rounded())
    let missing = sum - units.reduce(0, +)
    let byRemainder = scaled.indices.sorted {
      (scaled[$0] - Double(units[$0]), $1) > (scaled[$1] - Double(units[$1]), $0)
    }
    for index in byRemainder.prefix(max(missing, 0)) { units[index] += 1 }
    return (units, sum)
  }
}
