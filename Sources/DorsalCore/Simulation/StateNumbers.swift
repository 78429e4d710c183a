internal import DorsalNumerics

/// Plausible numbers for the states of a numeric finding.
///
/// Numbers are whole multiples of a step of 1, 0.1, 0.01 and so on: the greatest at which
/// every edge is a multiple and every state holds two numbers or more. A state between two
/// edges has each of its numbers with the same probability. The first and the last state
/// are open towards the finding's minimum and maximum, which are far away: the distance
/// from their edge falls off exponentially, with a mean of half the width of the state beside
/// it, and is cut off at the minimum or maximum. Where there is no state between two edges,
/// the mean is a twentieth of the edge.
package struct StateNumbers: Sendable {
  /// How many decimals the numbers have.
  package let decimals: Int
  /// 10 to the power `decimals`: numbers are counted in steps of one over this.
  package let scale: Int
  /// The least and the greatest number of each state, in steps.
  private let ranges: [ClosedRange<Int>]
  /// The mean distance from the edge of the first and the last state, in steps.
  private let decay: (first: Double, last: Double)

  /// Numbers do not lie farther than this outside the edges, nor edges from zero, so that
  /// steps are exact.
  private static let farAway = 1e9
  private static let mostDecimals = 6

  /// Prepares the numbers of a finding.
  ///
  /// - Parameter finding: A numeric finding.
  /// - Throws: `DorsalError` where a state holds no number between the finding's
  ///   minimum and maximum, or an edge is too large.
  package init(_ finding: Finding) throws(DorsalError) {
    guard finding.edges.allSatisfy({ abs($0) <= Self.farAway }) else {
      throw DorsalError(
        .simulation,
        "\(finding.id) has edges beyond a thousand million, too large to draw numbers for")
    }
    var scale = 1
    var decimals = 0
    var ranges = Self.ranges(of: finding, scale: scale)
    while decimals < Self.mostDecimals,
      !(Self.areMultiples(finding.edges, scale: scale) && ranges.allSatisfy { $0.count >= 2 })
    {
      scale *= 10
      decimals += 1
      ranges = Self.ranges(of: finding, scale: scale)
    }
    for (state, range) in ranges.enumerated() where range.isEmpty {
      throw DorsalError(
        .simulation,
        "\(finding.id) has no number in the state \(finding.states[state]) between its minimum "
          + "and its maximum")
    }
    self.decimals = decimals
    self.scale = scale
    self.ranges = ranges.map { $0.lowerBound...($0.upperBound - 1) }
    let edges = finding.edges
    func mean(_ width: Double?, _ edge: Double) -> Double {
      max(1, (width ?? abs(edge) / 10) / 2 * Double(scale))
    }
    decay = (
      mean(edges.count > 1 ? edges[1] - edges[0] : nil, edges[0]),
      mean(
        edges.count > 1 ? edges[edges.count - 1] - edges[edges.count - 2] : nil,
        edges[edges.count - 1])
    )
  }

  private static func areMultiples(_ edges: [Double], scale: Int) -> Bool {
    edges.allSatisfy { edge in
      let steps = edge * Double(scale)
      return Double(steps.rounded()) / Double(scale) == edge
    }
  }

  /// The numbers of each state in steps, the upper end left out.
  private static func ranges(of finding: Finding, scale: Int) -> [Range<Int>] {
    // The first step that lies at an edge or above it.
    let starts = finding.edges.map { edge in
      var step = Int((edge * Double(scale)).rounded(.down)) - 1
      while Double(step) / Double(scale) < edge { step += 1 }
      return step
    }
    let edges = finding.edges
    // A range may lie far beyond the edges, where steps would leave the whole numbers.
    let (nearest, farthest) = (edges[0] - farAway, edges[edges.count - 1] + farAway)
    let least = min(max(finding.range?.lowerBound ?? -.infinity, nearest), farthest)
    let greatest = max(min(finding.range?.upperBound ?? .infinity, farthest), nearest)
    var first = Int((least * Double(scale)).rounded(.down)) - 1
    while Double(first) / Double(scale) < least { first += 1 }
    var last = Int((greatest * Double(scale)).rounded(.up)) + 1
    while Double(last) / Double(scale) > greatest { last -= 1 }
    return finding.states.indices.map { state in
      let lower = max(state == 0 ? first : starts[state - 1], first)
      let upper = min(state == starts.count ? last + 1 : starts[state], last + 1)
      return lower..<max(lower, upper)
    }
  }

  /// A number of a state.
  ///
  /// - Parameters:
  ///   - state: The index of the state.
  ///   - uniform: A random number from 0 up to 1.
  /// - Returns: The number in steps of 1 / `scale`.
  package func number(state: Int, uniform: Double) -> Int {
    let range = ranges[state]
    if state == 0 {
      return range.upperBound - distance(uniform, mean: decay.first, count: range.count)
    }
    if state == ranges.count - 1 {
      return range.lowerBound + distance(uniform, mean: decay.last, count: range.count)
    }
    return range.lowerBound + min(Int(uniform * Double(range.count)), range.count - 1)
  }

  /// A distance in steps below `count`, exponential and cut off there.
  private func distance(_ uniform: Double, mean: Double, count: Int) -> Int {
    let within = 1 - Elementary.exp(-Double(count) / mean)
    return min(Int(-mean * Elementary.log(1 - uniform * within)), count - 1)
  }

  /// Writes a number of steps in the usual notation: `63`, `2.71`, `-0.5`.
  ///
  /// - Parameters:
  ///   - steps: The number in steps of 1 / `scale`.
  ///   - row: Has room for 24 bytes.
  ///   - start: Where the text begins.
  /// - Returns: How many bytes the text has.
  package func write(_ steps: Int, into row: inout MutableSpan<UInt8>, at start: Int) -> Int {
    var place = start
    if steps < 0 {
      row[place] = UInt8(ascii: "-")
      place += 1
    }
    var (whole, rest) = steps.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
    var unit: UInt = 1
    while whole / unit >= 10 { unit *= 10 }
    while unit > 0 {
      row[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole / unit)
      whole %= unit
      unit /= 10
      place += 1
    }
    guard decimals > 0 else { return place - start }
    row[place] = UInt8(ascii: ".")
    place += 1
    unit = UInt(scale) / 10
    while unit > 0 {
      row[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / unit)
      rest %= unit
      unit /= 10
      place += 1
    }
    return place - start
  }
}
