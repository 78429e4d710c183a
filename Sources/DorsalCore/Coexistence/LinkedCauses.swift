/// The causes that associations link, and what a set of them is multiplied with at most:
/// the product of the multipliers above 1 along a greatest spanning forest of the set.
///
/// Causes that are linked, directly or through others, are a component. For every set of
/// causes of a component the forest is found once, by J. Kruskal's algorithm (Proc Am Math Soc
/// 1956;7:48-50); a set's product is that of its parts in each component.
struct LinkedCauses: Sendable {
  private struct Component {
    let causes: [Int]
    /// The product along the forest of each set: bit i of the index stands for `causes[i]`.
    let forests: [Double]
  }

  private let components: [Component]
  /// The causes that nothing links.
  private let unlinked: [Int]
  /// For each cause its place in a component, or nothing.
  private let places: [(component: Int, bit: Int)?]

  /// The most causes of a component for which every set is gone through.
  private static let mostCauses = 12

  /// Finds the components of a model, or nothing where one has more than 12 causes.
  ///
  /// - Parameter listed: How many causes can be in sets.
  init?(model: Model, listed: Int) {
    let links = model.associations.filter { $0.oddsMultiplier > 1 }
      .sorted { $0.oddsMultiplier > $1.oddsMultiplier }
    var component = Array(0..<listed)
    for link in links {
      let (kept, joined) = (component[link.first], component[link.second])
      for cause in 0..<listed where component[cause] == joined { component[cause] = kept }
    }
    let groups = Dictionary(grouping: 0..<listed) { component[$0] }
    let linked = groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    guard linked.allSatisfy({ $0.count <= Self.mostCauses }) else { return nil }
    unlinked = groups.values.filter { $0.count == 1 }.map { $0[0] }.sorted()
    var places = [(component: Int, bit: Int)?](repeating: nil, count: listed)
    for (index, causes) in linked.enumerated() {
      for (bit, cause) in causes.enumerated() { places[cause] = (index, bit) }
    }
    components = linked.map { causes in
      let bits = Dictionary(uniqueKeysWithValues: causes.enumerated().map { ($1, $0) })
      let edges = links.compactMap { link -> (Int, Int, Double)? in
        guard let first = bits[link.first], let second = bits[link.second] else { return nil }
        return (first, second, link.oddsMultiplier)
      }
      let forests = (0..<1 << causes.count).map { set in
        var tree = Array(causes.indices)
        var product = 1.0
        for (first, second, multiplier) in edges
        where set >> first & 1 == 1 && set >> second & 1 == 1 && tree[first] != tree[second] {
          let (kept, joined) = (tree[first], tree[second])
          for bit in tree.indices where tree[bit] == joined { tree[bit] = kept }
          product *= multiplier
        }
        return product
      }
      return Component(causes: causes, forests: forests)
    }
    self.places = places
  }

  /// The sum over sets D of Π factors of D × the forest's product of D and its leader.
  ///
  /// - Parameters:
  ///   - leader: The leading cause.
  ///   - factors: The factor of each cause, by its index; 0 for those not in D.
  ///   - size: How many causes D has.
  ///   - andLarger: Whether all larger sets are summed as well.
  /// - Complexity: O(sets of the components).
  func sumOverSets(
    led leader: Int, factors: [Double], size: Int, andLarger: Bool
  ) -> Double {
    // By the number of causes, up to `size`; and over all sets.
    var sums = [Double](repeating: 0, count: size + 1)
    sums[0] = 1
    var total = 1.0
    for cause in unlinked where factors[cause] > 0 {
      for count in stride(from: size, to: 0, by: -1) {
        sums[count] += factors[cause] * sums[count - 1]
      }
      total *= 1 + factors[cause]
    }
    for (index, component) in components.enumerated() {
      let place = places[leader]
      let own = place?.component == index ? 1 << (place?.bit ?? 0) : 0
      var products = [Double](repeating: 1, count: component.forests.count)
      var bySize = [Double](repeating: 0, count: component.causes.count + 1)
      bySize[0] = 1
      for set in 1..<products.count {
        let lowest = set.trailingZeroBitCount
        let factor = factors[component.causes[lowest]]
        let product = factor == 0 ? 0 : factor * products[set & (set - 1)]
        products[set] = product
        if product > 0 { bySize[set.nonzeroBitCount] += product * component.forests[set | own] }
      }
      var next = [Double](repeating: 0, count: size + 1)
      for count in 0...size {
        for taken in 0...min(count, component.causes.count) {
          next[count] += sums[count - taken] * bySize[taken]
        }
      }
      sums = next
      total *= bySize.reduce(0, +)
    }
    return andLarger ? max(0, total - sums[..<size].reduce(0, +)) : sums[size]
  }
}
