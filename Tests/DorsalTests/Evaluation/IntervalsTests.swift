import Dorsal
import Testing

@Suite struct IntervalsTests {
  /// R. G. Newcombe, Stat Med 1998;17:857-72, table I: Wilson's intervals.
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
  ])
  func `Wilson's interval is the published one`(r: Int, n: Int, lower: Double, upper: Double) throws
  {
    let interval = try #require(Intervals.wilson(successes: r, of: n))
    // Printed to four decimals.
    #expect(isClose(interval.lowerBound, to: lower, within: 5e-5))
    #expect(isClose(interval.upperBound, to: upper, within: 5e-5))
  }

  @Test func `no cases give no interval`() {
    #expect(Intervals.wilson(successes: 0, of: 0) == nil)
    #expect(Intervals.bootstrapMean(of: [], draws: 100, seed: 1) == nil)
  }

  /// The standard error of the mean of 1...100 is 2.887; 1.96 of them either side of 50.5.
  @Test func `a bootstrap interval of a mean is near the normal one`() throws {
    let values = (1...100).map(Double.init)
    let interval = try #require(Intervals.bootstrapMean(of: values, draws: 4000, seed: 9))
    // Percentiles of 4000 draws are good to about a tenth of a standard error.
    #expect(isClose(interval.lowerBound, to: 50.5 - 1.96 * 2.887, within: 0.35))
    #expect(isClose(interval.upperBound, to: 50.5 + 1.96 * 2.887, within: 0.35))
  }

  /// The first outputs for seed 1234567, from the generator's published test vectors.
  @Test func `random numbers are the published ones`() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }

  @Test func `an interval without width, or of another figure, is none`() {
    #expect(Intervals.telling(0.5...(0.5 + 1e-8), of: 0.5) == nil)
    #expect(Intervals.telling(0.6...0.7, of: 0.5) == nil)
    #expect(Intervals.telling(0.6...0.7, of: 0.8) == nil)
    #expect(Intervals.telling(0.6...0.7, of: 0.6) == 0.6...0.7)
    #expect(Intervals.telling(nil, of: 0) == nil)
  }
}
