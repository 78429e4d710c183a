internal import DorsalNumerics

/// How much of each case some bootstrap samples hold, all samples side by side: how often it was
/// drawn, times what it weighs.
struct ResampledCounts: Sendable {
  /// How often each case was drawn, 64 samples a piece (see `SampleCounts`).
  let pieces: [[UInt64]]
  /// What each case weighs; empty where all weigh the same.
  var weights: [Float] = []

  /// How many samples there are.
  var laneCount: Int { pieces.count * LaneArithmetic.laneCount }

  /// Writes what the samples hold of some cases, a row a case.
  ///
  /// - Parameters:
  ///   - rows: The cases; the highest bit is passed over.
  ///   - counts: At least as many rows, and a column for each sample.
  func write(_ rows: ArraySlice<UInt32>, to counts: inout Matrix) {
    LaneArithmetic.gather(rows, of: pieces, into: &counts)
    guard !weights.isEmpty else { return }
    let (width, weights) = (counts.columnCount, weights.span)
    counts.withElements { elements in
      var place = 0
      for row in rows {
        let weight = weights[Int(row & ~EventForecast.eventBit)]
        for index in place..<place + width { elements[index] *= weight }
        place += width
      }
    }
  }
}
