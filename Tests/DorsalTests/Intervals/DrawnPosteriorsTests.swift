import Dorsal
import TestSupport
import Testing

@Suite(.releaseOnly) struct DrawnPosteriorsTests {
  /// Cases that know between none and all of the findings; not a multiple of a vector.
  private func cases(_ model: Model) -> CaseBatch {
    SimulatedCases.draw(37, model: model, seed: 5)
  }

  /// The quantile as it is commonly taken: sorted values, linear between neighbours
  /// (R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", Am Stat
  /// 1996;50:361, definition 7).
  private func quantile(_ values: [Float], _ q: Double) -> Double {
    let sorted = values.sorted().map(Double.init)
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }

  @Test(arguments: CPULevel.available, [0, 0.025, 0.2, 0.5])
  func `quantiles are those of the sorted posteriors`(level: CPULevel, tail: Double) throws {
    let scorer = Scorer(model: try Repository.model(), level: level)
    let batch = cases(scorer.model)
    let asked = (0..<batch.count).map { [$0 % scorer.model.causes.count, 0] }
    for draws in [2, 3, 40] {
      let drawn = DrawnPosteriors(scorer: scorer, draws: draws, seed: 9)
      let found = drawn.quantiles(of: batch, causes: asked, tail: tail)
      let samples = drawn.posteriors(of: batch, causes: asked)
      for index in 0..<batch.count {
        for place in asked[index].indices {
          let values = samples[index][place]
          #expect(values.count == draws)
          // Interpolated in single precision.
          let (lower, upper) = (quantile(values, tail), quantile(values, 1 - tail))
          #expect(isClose(Double(found[index][place].lower), to: lower, within: 1e-6))
          #expect(isClose(Double(found[index][place].upper), to: upper, within: 1e-6))
        }
      }
    }
  }

  @Test func `posteriors of a case do not depend on the level or on the cases beside it`() throws {
    let model = try Repository.model()
    let batch = cases(model)
    var alone = CaseBatch(findingCount: model.findings.count)
    alone.append(case: 20, of: batch)
    let asked = [[Int]](repeating: Array(model.causes.indices), count: batch.count)
    let reference = DrawnPosteriors(
      scorer: Scorer(model: model, level: .baseline), draws: 5, seed: 3)
    let expected = reference.posteriors(of: batch, causes: asked)
    for level in CPULevel.available {
      let drawn = DrawnPosteriors(scorer: Scorer(model: model, level: level), draws: 5, seed: 3)
      #expect(drawn.posteriors(of: batch, causes: asked) == expected)
      #expect(drawn.posteriors(of: alone, causes: [asked[20]]) == [expected[20]])
    }
    // Draws differ, and a posterior of a draw is one of a distribution.
    for draw in 0..<5 {
      let sum = expected[20].reduce(0) { $0 + Double($1[draw]) }
      #expect(isClose(sum, to: 1, within: 1e-5))
    }
    #expect(Set(expected[20][0]).count == 5)
  }
}
