import Dorsal
import Foundation
import TestSupport
import Testing

@Suite(.releaseOnly) struct CurveFitTests {
  /// The isotonic mean by its min-max formula: the greatest over a ≤ i of the least over
  /// b ≥ i of the mean of a...b (R. E. Barlow et al., Statistical Inference under Order
  /// Restrictions, 1972).
  private func minMax(_ values: [Double], weights: [Double]) -> [Double] {
    values.indices.map { i in
      (0...i).map { a in
        (i..<values.count).map { b in
          let weight = weights[a...b].reduce(0, +)
          return zip(values[a...b], weights[a...b]).reduce(0) { $0 + $1.0 * $1.1 } / weight
        }.min() ?? .nan
      }.max() ?? .nan
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6])
  func `an isotonic curve is the min-max formula inside 0 and 1`(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    // Posteriors with ties, on a grid, each as the logarithm that a fit gets.
    let all = (0..<60).map { _ in
      let posterior = Double(Int.random(in: 1...25, using: &generator)) / 26
      return Item(
        position: Float(log(posterior)),
        target: Double.random(in: 0..<1, using: &generator) < posterior ? 1.0 : 0,
        fold: Int.random(in: 0..<3, using: &generator))
    }
    for (fold, curve) in curves(all, foldCount: 3).enumerated() {
      check(curve, all.filter { $0.fold != fold })
    }
  }

  private struct Item {
    let position: Float
    var target: Double
    var fold = 0
    var posterior: Double { exp(Double(position)) }
  }

  /// The curves outside each fold, then that of all cases.
  private func curves(_ cases: [Item], foldCount: Int) -> [CauseCurve] {
    var fit = IsotonicCurve(foldCount: foldCount)
    for item in cases.sorted(by: { ($0.position, -$0.target) < ($1.position, -$1.target) }) {
      if item.target > 0 {
        fit.addWith(item.position, target: item.target, fold: item.fold)
      } else {
        fit.addWithout(item.position, fold: item.fold)
      }
    }
    return fit.finish(leastCases: 1)
  }

  /// Compares a curve with the formula on its cases.
  private func check(_ curve: CauseCurve, _ cases: [Item]) {
    let places = Array(Set(cases.map(\.posterior))).sorted()
    let groups = places.map { place in cases.filter { $0.posterior == place }.map(\.target) }
    let expected = minMax(
      groups.map { $0.reduce(0, +) / Double($0.count) }, weights: groups.map { Double($0.count) })
    for (place, share) in zip(places, expected) {
      let value = curve.value(at: place)
      #expect(value > 0 && value < 1)
      // Sums of at most 60 zeros and ones.
      if share > 0, share < 1 { #expect(isClose(value, to: share, within: 1e-12)) }
      if share == 0 { #expect(value <= (expected.first { $0 > 0 } ?? 1)) }
      if share == 1 { #expect(value >= (expected.last { $0 < 1 } ?? 0)) }
    }
    let sweep = stride(from: 0.0, through: 1, by: 0.01).map { curve.value(at: $0) }
    #expect(zip(sweep, sweep.dropFirst()).allSatisfy { $0 <= $1 })
  }

  /// Nine cases without the cause, then one with it: 0.5 / 10, and 1 - 0.5 / 2.
  @Test func `pools of one kind get half a case of the other`() {
    let cases = ((1...9).map { (Double($0) / 20, 0.0) } + [(0.9, 1.0)]).map {
      Item(position: Float(log($0.0)), target: $0.1)
    }
    let curve = curves(cases, foldCount: 1)[1]
    #expect(isClose(curve.value(at: 0.05), to: 0.05, within: 1e-15))
    #expect(isClose(curve.value(at: 0.95), to: 0.75, within: 1e-15))
    // Between 0.45 and 0.9 a straight line: a third of the way. Their logarithms are Floats.
    #expect(isClose(curve.value(at: 0.6), to: 0.05 + 0.7 / 3, within: 1e-6))
  }

  private func betaObjective(
    _ cases: [(Double, Double)], a: Double, b: Double, c: Double, ridge: Double
  ) -> Double {
    cases.reduce(ridge / 2 * ((a - 1) * (a - 1) + (b - 1) * (b - 1) + c * c)) { sum, item in
      let share = 1 / (1 + exp(-(a * log(item.0) - b * log(1 - item.0) + c)))
      return sum - item.1 * log(share) - (1 - item.1) * log(1 - share)
    }
  }

  @Test func `a beta curve is the minimum of its objective`() async throws {
    var generator = SplitMix64(seed: 21)
    let cases = (0..<500).map { _ in
      let p = Double.random(in: 0.01...0.99, using: &generator)
      let truth = 1 / (1 + exp(-(0.5 * log(p) - 1.5 * log(1 - p) - 0.7)))
      return (p, Double.random(in: 0..<1, using: &generator) < truth ? 1.0 : 0)
    }
    let fit = try await BetaFit.fit(
      posteriors: cases.map(\.0), targets: cases.map(\.1), ridge: 1)
    guard case .beta(let a, let b, let c) = fit.curve else {
      Issue.record("not a beta curve")
      return
    }
    let least = betaObjective(cases, a: a, b: b, c: c, ridge: 1)
    for step in [-1e-3, 1e-3, 0.1, -0.1] {
      #expect(betaObjective(cases, a: a + step, b: b, c: c, ridge: 1) > least)
      #expect(betaObjective(cases, a: a, b: b + step, c: c, ridge: 1) > least)
      #expect(betaObjective(cases, a: a, b: b, c: c + step, ridge: 1) > least)
    }
    #expect(fit.convergence.isConverged)
  }

  /// The more probable, the rarer: no rising curve fits, and the best level one does.
  @Test func `a beta curve never falls`() async throws {
    let cases = (1..<400).map { (Double($0) / 400, $0 < 130 ? 1.0 : 0) }
    let fit = try await BetaFit.fit(
      posteriors: cases.map(\.0), targets: cases.map(\.1), ridge: 0.01)
    guard case .beta(let a, let b, _) = fit.curve else {
      Issue.record("not a beta curve")
      return
    }
    #expect(a >= 0 && b >= 0)
  }
}
