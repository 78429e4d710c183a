internal import DorsalNumerics

/// Counts of cases in bootstrap samples: how often each of 64 samples holds each case.
///
/// A *lane* is one sample. `words[8 * case + g]` holds the counts of lanes 8g...8g+7, the
/// first in the lowest byte.
package struct SampleCounts: Sendable {
  /// How many samples stand side by side.
  package static let laneCount = LaneArithmetic.laneCount

  /// The counts, eight words a case.
  package private(set) var words: [UInt64]

  /// Draws samples with replacement, each as large as the list of cases.
  ///
  /// Every sample has a stream of random numbers of its own, so that it is the same
  /// whoever draws it and whatever was drawn before.
  ///
  /// - Parameters:
  ///   - caseCount: How many cases there are, at least 1.
  ///   - first: The number of the first sample.
  ///   - seed: Where the random numbers begin.
  /// - Complexity: O(`caseCount`) for each of the 64 samples.
  package init(caseCount: Int, firstSample first: Int, seed: UInt64) {
    words = [UInt64](repeating: 0, count: caseCount * 8)
    var counts = [UInt8](repeating: 0, count: caseCount)
    var mixer = SplitMix64(seed: seed)
    let mixedSeed = mixer.next()
    for lane in 0..<Self.laneCount {
      var generator = SplitMix64(seed: mixedSeed &+ UInt64(first + lane) &* 0xd134_2543_de82_ef95)
      Self.draw(&counts, &generator)
      let (group, shift) = (lane / 8, UInt64(8 * (lane % 8)))
      var output = words.mutableSpan
      let input = counts.span
      for index in 0..<caseCount { output[8 * index + group] |= UInt64(input[index]) << shift }
    }
  }

  /// One sample. A count above 255 cannot come about: with more than 255 cases its
  /// probability is below 1e-500.
  private static func draw(_ counts: inout [UInt8], _ generator: inout SplitMix64) {
    var counts = counts.mutableSpan
    for index in counts.indices { counts[index] = 0 }
    let size = UInt64(counts.count)
    for _ in 0..<counts.count {
      let index = Int(generator.next().multipliedFullWidth(by: size).high)
      counts[index] &+= 1
    }
  }
}
