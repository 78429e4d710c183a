internal import DorsalNumerics

/// The probabilities of an event beside whether it came about, in descending order of
/// probability: `P(emergency)` and whether it was one, P(cause) and whether it was the cause.
package struct EventForecast: Sendable {
  /// A stretch of the order without a break.
  ///
  /// Cases of one probability among which are events stand together: first those without
  /// the event (`tied`), then the events. All others are `free`.
  package struct Run: Sendable {
    /// What the cases of a run are.
    package enum Kind: UInt32, Sendable { case free, tied, event }

    private let bits: UInt32

    init(_ kind: Kind, count: Int) { bits = kind.rawValue << 30 | UInt32(count) }

    /// What the cases are.
    package var kind: Kind { Kind(rawValue: bits >> 30) ?? .free }
    /// How many there are, at least 1.
    package var count: Int { Int(bits & 0x3fff_ffff) }
  }

  /// The bit of a row that is set where the event came about.
  package static let eventBit: UInt32 = 0x8000_0000

  /// The rows of the cases, the most probable first, with `eventBit`. Of equal ones, those
  /// without the event stand first, each in ascending order.
  package let rows: [UInt32]
  /// The probability of each, in the same order.
  package let probabilities: [Float]
  /// The order as runs.
  package let runs: [Run]
  /// How many events came about.
  package let eventCount: Int
  /// What each case counts, in the same order; empty where all count one.
  package let weights: [Double]
  /// What all cases count, and the events among them: their numbers where all count one.
  package let (totalWeight, eventWeight): (Double, Double)
  /// How many cases that count alike say as much, as a share of the cases.
  package let effectiveShare: Double

  /// How many cases there are.
  package var count: Int { rows.count }

  /// Orders the cases of an event.
  ///
  /// - Parameters:
  ///   - rowCount: How many rows there are, below 2^30.
  ///   - probability: The probability of the event in a row, 0...1.
  ///   - happened: Whether it came about, or nothing where the row is left out.
  /// - Complexity: O(`rowCount`).
  package init(
    rowCount: Int, probability: (Int) -> Float, happened: (Int) -> Bool?
  ) {
    self.init(rowCount: rowCount, weights: .plain, probability: probability, happened: happened)
  }

  /// The same for cases that do not all count one.
  init(
    rowCount: Int, weights caseWeights: CaseWeights, probability: (Int) -> Float,
    happened: (Int) -> Bool?
  ) {
    precondition(rowCount < 1 << 30, "a row's number has 30 bits")
    var keys: [UInt64] = []
    keys.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      guard let happened = happened(row) else { continue }
      // Bits of floats that are not negative are in the order of the floats.
      let descending = ~(probability(row).magnitude.bitPattern)
      keys.append(
        UInt64(descending) << 32 | UInt64(row) | (happened ? UInt64(Self.eventBit) : 0))
    }
    RadixSort.sort(&keys, fromBit: 31)
    rows = keys.map { UInt32(truncatingIfNeeded: $0) }
    probabilities = keys.map { Float(bitPattern: ~UInt32(truncatingIfNeeded: $0 >> 32)) }
    (runs, eventCount) = Self.runs(of: keys)
    effectiveShare = caseWeights.effectiveShare
    guard !caseWeights.weights.isEmpty else {
      self.weights = []
      (totalWeight, eventWeight) = (Double(rows.count), Double(eventCount))
      return
    }
    let counted = rows.map { caseWeights.weight(Int($0 & ~Self.eventBit)) }
    var (total, events) = (0.0, 0.0)
    for (row, weight) in zip(rows, counted) {
      total += weight
      if row & Self.eventBit != 0 { events += weight }
    }
    self.weights = counted
    (totalWeight, eventWeight) = (total, events)
  }

  /// What the case at a place of the order counts.
  package func weight(at place: Int) -> Double { weights.isEmpty ? 1 : weights[place] }

  /// What the cases of some places count.
  package func weight(of places: Range<Int>) -> Double {
    weights.isEmpty ? Double(places.count) : weights[places].reduce(0, +)
  }

  /// What the events of some places count.
  package func eventWeight(of places: Range<Int>) -> Double {
    places.reduce(0) { happened(at: $1) ? $0 + weight(at: $1) : $0 }
  }

  private static func runs(of keys: [UInt64]) -> (runs: [Run], eventCount: Int) {
    var runs: [Run] = []
    var events = 0
    var free = 0
    var start = 0
    while start < keys.count {
      var end = start
      var tied = 0
      while end < keys.count, keys[end] >> 32 == keys[start] >> 32 {
        if keys[end] & UInt64(eventBit) == 0 { tied += 1 }
        end += 1
      }
      let eventful = end - start - tied
      if eventful == 0 {
        free += tied
      } else {
        if free > 0 { runs.append(Run(.free, count: free)) }
        free = 0
        if tied > 0 { runs.append(Run(.tied, count: tied)) }
        runs.append(Run(.event, count: eventful))
        events += eventful
      }
      start = end
    }
    if free > 0 { runs.append(Run(.free, count: free)) }
    return (runs, events)
  }

  /// Whether the event came about, at a place of the order.
  package func happened(at place: Int) -> Bool { rows[place] & Self.eventBit != 0 }

  /// How many cases have at least this probability.
  package func count(atLeast threshold: Double) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Double(probabilities[middle]) >= threshold { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
