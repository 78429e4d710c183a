import Dorsal
import Foundation
import Testing

/// Tango's interval of the difference of paired shares.
@Suite struct PairedSharesTests {
  /// The score statistic by its definition: the share of cases that count for A alone that is most
  /// likely under a difference, found on a grid, and the deviation over its standard error.
  private static func score(_ difference: Double, _ onlyA: Int, _ onlyB: Int, _ count: Int)
    -> Double
  {
    let (y, x, n) = (Double(onlyA), Double(onlyB), Double(count))
    func likelihood(_ share: Double) -> Double {
      let other = share + difference
      let rest = 1 - share - other
      guard share >= 0, other >= 0, rest >= 0 else { return -.infinity }
      func term(_ k: Double, _ p: Double) -> Double { k == 0 ? 0 : k * log(p) }
      return term(y, share) + term(x, other) + term(n - x - y, rest)
    }
    let (low, high) = (max(0, -difference), (1 - difference) / 2)
    // The likelihood is concave: thirds close in on its greatest.
    var (from, to) = (low, high)
    for _ in 0..<200 {
      let (left, right) = (from + (to - from) / 3, to - (to - from) / 3)
      if likelihood(left) < likelihood(right) { from = left } else { to = right }
    }
    let share = (from + to) / 2
    let variance = n * (2 * share + difference - difference * difference)
    return (x - y - n * difference) / variance.squareRoot()
  }

  @Test(arguments: [
    (0, 1, 20), (1, 0, 20), (3, 9, 40), (9, 3, 40), (5, 5, 30), (0, 12, 60), (40, 10, 2000),
    (2, 1, 5),
  ])
  func `each end is where the score reaches the normal quantile`(
    onlyA: Int, onlyB: Int, count: Int
  ) throws {
    let interval = try #require(PairedShares.interval(onlyA: onlyA, onlyB: onlyB, of: count))
    // The search for the most likely share is good to some 1e-8, and the score is steep.
    #expect(
      isClose(Self.score(interval.lowerBound, onlyA, onlyB, count), to: 1.959964, within: 1e-4))
    #expect(
      isClose(Self.score(interval.upperBound, onlyA, onlyB, count), to: -1.959964, within: 1e-4))
  }

  /// Without a case that differs the equation has the solution z² / (n + z²).
  @Test(arguments: [1, 10, 62, 5000])
  func `no case that differs leaves room on both sides`(count: Int) throws {
    let interval = try #require(PairedShares.interval(onlyA: 0, onlyB: 0, of: count))
    let z2 = 1.959964 * 1.959964
    let end = z2 / (Double(count) + z2)
    #expect(isClose(interval.upperBound, to: end, within: 1e-6))
    #expect(isClose(interval.lowerBound, to: -end, within: 1e-6))
  }

  @Test func `sides changed about mirror the interval`() throws {
    for (onlyA, onlyB, count) in [(0, 3, 9), (2, 7, 50), (1, 1, 2), (11, 0, 11)] {
      let one = try #require(PairedShares.interval(onlyA: onlyA, onlyB: onlyB, of: count))
      let other = try #require(PairedShares.interval(onlyA: onlyB, onlyB: onlyA, of: count))
      #expect(isClose(one.lowerBound, to: -other.upperBound, within: 1e-9))
      #expect(isClose(one.upperBound, to: -other.lowerBound, within: 1e-9))
      #expect(one.contains(Double(onlyB - onlyA) / Double(count)))
      #expect(one.lowerBound >= -1 && one.upperBound <= 1)
    }
    #expect(PairedShares.interval(onlyA: 0, onlyB: 0, of: 0) == nil)
  }
}
