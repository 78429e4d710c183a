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
    words = [UInt64](repeating: 0, count: caseCount * Self.groupCount)
    // Eight samples at a time fill a word: a pass for each sample alone would move the words of
    // all cases through the cache eight times as often, which takes longer than the drawing where
    // there are many cases.
    var counts = [UInt8](repeating: 0, count: caseCount * Self.groupSize)
    var mixer = SplitMix64(seed: seed)
    let mixedSeed = mixer.next()
    for group in 0..<Self.groupCount {
      for place in 0..<Self.groupSize {
        let lane = UInt64(first + group * Self.groupSize + place)
        var generator = SplitMix64(seed: mixedSeed &+ lane &* 0xd134_2543_de82_ef95)
        Self.draw(&counts, from: place * caseCount, count: caseCount, &generator)
      }
      var output = words.mutableSpan
      let input = counts.span
      for index in 0..<caseCount {
        var word: UInt64 = 0
        for place in 0..<Self.groupSize {
          word |= UInt64(input[place * caseCount + index]) << UInt64(8 * place)
        }
        output[Self.groupCount * index + group] = word
      }
    }
  }

  /// How many words a case has, and how many samples a word.
  private static let (groupCount, groupSize) = (8, 8)

  /// One sample, into the counts from a place on. A count above 255 cannot come about: with more
  /// than 255 cases its probability is below 1e-500.
  private static func draw(
    _ counts: inout [UInt8], from first: Int, count: Int, _ generator: inout SplitMix64
  ) {
    var counts = counts.mutableSpan
    for index in first..<first + count { counts[index] = 0 }
    let size = UInt64(count)
    for _ in 0..<count {
      let index = first + Int(generator.next().multipliedFullWidth(by: size).high)
      counts[index] &+= 1
    }
  }
}
