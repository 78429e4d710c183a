import Dorsal
import Foundation
import TestSupport
import Testing

/// Simulation-based calibration of drawn models (S. Talts and others, arXiv:1804.06788): a model
/// drawn by a sampler that shares no code with the library's has, among models that the library
/// draws, every rank as often.
@Suite(.releaseOnly) struct SimulationBasedCalibrationTests {
  private static let caseCount = 4000
  private static let (drawCount, binCount) = (99, 20)

  /// What is drawn of a model: a finding, a cause with numbers of its own, and the parameter of
  /// each state, no less than 2, times how much more is known than the model says.
  private struct Distributions {
    var all: [(finding: Int, cause: Int, parameters: [Double])] = []

    init(_ model: Model, known: Double) {
      let table = model.likelihoodTable
      for finding in model.findings.indices where finding != model.settingFinding {
        for cause in model.causes.indices {
          guard model.likelihoods.contains(where: { $0.finding == finding && $0.cause == cause })
          else { continue }
          let size = table.concentrations[finding * model.causes.count + cause]
          let first = table.firstStateRow[finding]
          all.append(
            (
              finding, cause,
              model.findings[finding].states.indices.map {
                known * max(2, size * table.probability(stateRow: first + $0, cause: cause))
              }
            ))
        }
      }
    }
  }

  /// The posterior of a cause under one drawn model, in plain loops.
  private static func posterior(
    of cause: Int, case index: Int, in batch: CaseBatch, model: Model, setting: Int,
    distributions: Distributions, draws: inout GammaDraws
  ) -> Double {
    let table = model.likelihoodTable
    let causes = model.causes.count
    var scores = model.causes.indices.map { cause in
      model.findings.indices.reduce(log(model.priorTable[setting * causes + cause])) {
        guard $1 != model.settingFinding, let state = batch.state(of: $1, case: index) else {
          return $0
        }
        let row = table.firstStateRow[$1] + state
        return $0 + model.findings[$1].weight * log(table.probability(stateRow: row, cause: cause))
      }
    }
    for distribution in distributions.all {
      let noise = draws.centredLogs(distribution.parameters)
      guard let state = batch.state(of: distribution.finding, case: index) else { continue }
      scores[distribution.cause] += model.findings[distribution.finding].weight * noise[state]
    }
    let greatest = scores.max() ?? 0
    let terms = scores.map { exp($0 - greatest) }
    return terms[cause] / terms.reduce(0, +)
  }

  /// Where the posterior of the leading cause under a model that the test draws stands among 99
  /// that the library draws. Every case has 100 models of its own, so that ranks are independent
  /// and a chi-square of 19 degrees is what it says.
  private static func ranks(
    _ model: Model, setting: Int, seed: UInt64, known: Double = 1
  ) -> (bins: [Int], ties: Int) {
    let scorer = Scorer(model: model, defaultSetting: setting)
    let causes = model.causes.count
    let prior = Array(model.priorTable[setting * causes..<(setting + 1) * causes])
    let batch = SimulatedCases.draw(caseCount, prior: prior, model: model, seed: seed)
    let posteriors = scorer.score(batch)
    let distributions = Distributions(model, known: known)
    var draws = GammaDraws(seed: seed + 1)
    var (bins, ties) = ([Int](repeating: 0, count: binCount), 0)
    for index in 0..<batch.count {
      let leading = posteriors.ranking(of: index, top: 1)[0].cause
      // What no drawn number touches has one posterior and no rank.
      let isTouched = distributions.all.contains {
        batch.state(of: $0.finding, case: index) != nil
      }
      guard isTouched else { continue }
      let own = Float(
        posterior(
          of: leading, case: index, in: batch, model: model, setting: setting,
          distributions: distributions, draws: &draws))
      var alone = CaseBatch(findingCount: batch.findingCount)
      alone.append(case: index, of: batch)
      let drawn = DrawnPosteriors(
        scorer: scorer, draws: drawCount, seed: seed &+ 7919 &* UInt64(index + 1)
      ).posteriors(of: alone, causes: [[leading]])[0][0]
      ties += drawn.count { $0 == own }
      let rank = drawn.count { $0 < own }
      bins[rank * binCount / (drawCount + 1)] += 1
    }
    return (bins, ties)
  }

  private static func expectUniform(_ model: Model, setting: Int, seed: UInt64) {
    let (bins, ties) = ranks(model, setting: setting, seed: seed)
    let count = bins.reduce(0, +)
    let probability = UniformRanks.tail(
      chiSquare: UniformRanks.chiSquare(of: bins), degrees: binCount - 1)
    print("ranks of \(count) cases in \(binCount) bins: \(bins), p \(probability), ties \(ties)")
    #expect(count > caseCount * 4 / 5)
    // A posterior next to 1 has few `Float`s; more would bend the ranks.
    #expect(ties < count / 100)
    #expect(probability > 0.01)
  }

  @Test func `ranks are uniform in a model of three causes`() throws {
    Self.expectUniform(try SmallModel().load(), setting: 1, seed: 101)
  }

  @Test(arguments: [5, 6] as [UInt64])
  func `ranks are uniform in models with random numbers`(seed: UInt64) throws {
    let random = RandomModel(causes: 4, stateCounts: [2, 3, 2, 5], seed: seed)
    Self.expectUniform(try random.load(), setting: 0, seed: 200 + seed)
  }

  /// Where four times as much is known as the model says, drawn posteriors are in the middle too
  /// often, which the test sees.
  @Test func `ranks of what is known better are not uniform`() throws {
    let random = RandomModel(causes: 4, stateCounts: [2, 3, 2, 5], seed: 5)
    let bins = Self.ranks(try random.load(), setting: 0, seed: 300, known: 4).bins
    // By chance it is 19, give or take 6.
    #expect(UniformRanks.chiSquare(of: bins) > 100)
  }

  @Test func `the functions of the reference have their known values`() {
    // Points of 5% and 1% of 19 degrees: Abramowitz and Stegun, table 26.8.
    #expect(isClose(UniformRanks.tail(chiSquare: 30.1435, degrees: 19), to: 0.05, within: 1e-5))
    #expect(isClose(UniformRanks.tail(chiSquare: 36.1908, degrees: 19), to: 0.01, within: 1e-5))
    let euler = 0.57721566490153286
    #expect(isClose(GammaDraws.digamma(1), to: -euler, within: 1e-11))
    #expect(isClose(GammaDraws.digamma(0.5), to: -euler - 2 * log(2), within: 1e-11))
  }
}
