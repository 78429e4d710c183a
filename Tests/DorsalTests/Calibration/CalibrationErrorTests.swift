import Dorsal
import TestSupport
import Testing

/// The calibration error of the leading cause, by hand.
@Suite(.releaseOnly) struct CalibrationErrorTests {
  private static func error(_ cases: [(Float, Bool)]) -> Double {
    CalibrationFigures.debiasedError(cases.map { (probability: $0.0, isRight: $0.1) })
  }

  /// 30 cases of 0.4377, 13 of them right: (0.4377 - 13/30)^2 is less than chance adds,
  /// 13/30 x 17/30 / 29.
  @Test func `equal probabilities stay in one bin`() {
    #expect(Self.error((0..<30).map { (0.4377, $0 < 13) }) == 0)
    #expect(Self.error((0..<30).map { (0.4377, $0 % 7 < 3) }) == 0)
    // Two probabilities of 100 cases each, of which 70 and 20 are right: two bins.
    let cases = (0..<200).map { ($0 < 100 ? Float(0.9) : 0.25, $0 % 100 < ($0 < 100 ? 70 : 20)) }
    let high = 0.2 * 0.2 - 0.7 * 0.3 / 99
    let low = 0.05 * 0.05 - 0.2 * 0.8 / 99
    let expected = ((high + low) / 2).squareRoot()
    #expect(abs(Self.error(cases) - expected) < 1e-6)
    #expect(abs(Self.error(cases.reversed()) - expected) < 1e-6)
  }

  /// No case is right, so that no share varies: the error is the mean probability itself.
  @Test(arguments: 1...29)
  func `few cases are not passed over`(count: Int) {
    let cases = (0..<count).map { (0.6 + 0.01 * Float($0 % 5), false) }
    let squares: Double
    if count < 20 {
      let mean = cases.reduce(0) { $0 + Double($1.0) } / Double(count)
      squares = mean * mean
    } else {
      // Two bins, parted at the median; a probability on the edge belongs to the one below.
      let sorted = cases.map { Double($0.0) }.sorted()
      let median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
      let (low, high) = (sorted.filter { $0 <= median }, sorted.filter { $0 > median })
      squares =
        [low, high].reduce(0) { sum, bin in
          let mean = bin.reduce(0, +) / Double(max(bin.count, 1))
          return sum + Double(bin.count) * mean * mean
        } / Double(count)
    }
    #expect(abs(Self.error(cases) - squares.squareRoot()) < 1e-6)
  }
}
