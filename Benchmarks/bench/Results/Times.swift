/// What the runs of one thing took.
struct Times: Codable, Sendable {
  /// Seconds of each run by the wall, in the order of the rounds.
  private(set) var seconds: [Double] = []
  /// Seconds of processor time of each run.
  private(set) var processorSeconds: [Double] = []

  mutating func add(_ duration: Duration) {
    seconds.append(duration.wall)
    processorSeconds.append(duration.processor)
  }

  var median: Double { Self.quantile(0.5, of: seconds) }
  /// A tenth of the runs are faster.
  var p10: Double { Self.quantile(0.1, of: seconds) }
  /// A tenth of the runs are slower.
  var p90: Double { Self.quantile(0.9, of: seconds) }
  var medianProcessor: Double { Self.quantile(0.5, of: processorSeconds) }

  /// A quantile, linear between neighbours.
  private static func quantile(_ q: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return 0 }
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    let above = below + 1 < sorted.count ? sorted[below + 1] : last
    return sorted[below] + (above - sorted[below]) * (place - Double(below))
  }
}
