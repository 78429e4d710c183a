internal import DorsalNumerics

/// P(state | cause, factor) of a finding of a group, for each node of the group's factor.
///
/// Given the factor g the finding's normal variable has mean √R g and variance 1 − R, so that a
/// state between the quantiles h and h' of the margin has the probability
/// Φ((h' − √R g) / √(1 − R)) − Φ((h − √R g) / √(1 − R)). The factor takes 15 values, the nodes of
/// Gauss and Hermite; what that and rounding leave of the margins is taken back by scaling, so
/// that averaged over the nodes the states have the margins of the table.
package struct FactorLikelihoods: Sendable {
  /// P(state | column, node): `values[(state * nodes + node) * columnCount + column]`; a column
  /// is a cause, and the last one the background.
  package let values: [Double]

  /// How many values the factor takes.
  package static let nodeCount = weights.count
  /// The values of the factor.
  static let nodes = [
    -6.363947888829839, -5.190093591304781, -4.1962077112690155, -3.2890824243987664,
    -2.432436827009758, -1.6067100690287297, -0.799129068324548, 0, 0.799129068324548,
    1.6067100690287297, 2.432436827009758, 3.2890824243987664, 4.1962077112690155,
    5.190093591304781, 6.363947888829839,
  ]
  /// Their probabilities.
  package static let weights = [
    8.589649899633252e-10, 5.975419597920599e-07, 5.642146405189029e-05, 0.001567357503549956,
    0.017365774492137616, 0.08941779539984437, 0.23246229360973225, 0.31825951825951815,
    0.23246229360973225, 0.08941779539984437, 0.017365774492137616, 0.001567357503549956,
    5.642146405189029e-05, 5.975419597920599e-07, 8.589649899633252e-10,
  ]
  /// What a state has at least before scaling: where the normal distribution leaves it nothing,
  /// its margin still has to come from somewhere.
  private static let least = 1e-12

  /// - Parameters:
  ///   - margins: P(state | column): `margins[state * columnCount + column]`.
  ///   - columnCount: The causes and the background.
  ///   - correlation: R, 0 or more and below 1.
  ///   - isRising: Whether later states go with the greater factor.
  init(margins: [Double], columnCount: Int, correlation: Double, isRising: Bool) {
    let states = margins.count / columnCount
    let nodes = Self.nodeCount
    var values = [Double](repeating: 0, count: states * nodes * columnCount)
    // Many columns share the background's margins.
    var known: [[Double]: [Double]] = [:]
    for column in 0..<columnCount {
      let own = (0..<states).map { margins[$0 * columnCount + column] }
      let given =
        known[own] ?? Self.conditional(own, correlation: correlation, isRising: isRising)
      known[own] = given
      for state in 0..<states {
        for node in 0..<nodes {
          values[(state * nodes + node) * columnCount + column] = given[node * states + state]
        }
      }
    }
    self.values = values
  }

  /// P(state | node) of one column: `[node * states + state]`.
  private static func conditional(
    _ margins: [Double], correlation: Double, isRising: Bool
  ) -> [Double] {
    let states = margins.count
    let order = isRising ? Array(0..<states) : (0..<states).reversed()
    var limits = [-Double.infinity]
    var sum = 0.0
    for state in order.dropLast() {
      sum += margins[state]
      limits.append(quantile(sum))
    }
    limits.append(.infinity)
    let (common, own) = (correlation.squareRoot(), (1 - correlation).squareRoot())
    var table = [Double](repeating: 0, count: nodeCount * states)
    for (node, factor) in nodes.enumerated() {
      for (place, state) in order.enumerated() {
        let between = probability(
          from: (limits[place] - common * factor) / own,
          to: (limits[place + 1] - common * factor) / own)
        table[node * states + state] = max(between, least)
      }
    }
    let joint = MarginScaling.scaled(table, rows: weights, columns: margins)
    return joint.indices.map { joint[$0] / weights[$0 / states] }
  }

  private static func quantile(_ probability: Double) -> Double {
    if probability <= 0 { return -.infinity }
    return probability >= 1 ? .infinity : NormalDistribution.quantile(probability)
  }

  /// The probability that a standard normal variable lies between two numbers, reckoned in the
  /// tail where they lie, so that little of it is lost.
  private static func probability(from low: Double, to high: Double) -> Double {
    func below(_ x: Double) -> Double { 0.5 * Elementary.erfc(-x / 2.0.squareRoot()) }
    return low > 0 ? below(-low) - below(-high) : below(high) - below(low)
  }
}
