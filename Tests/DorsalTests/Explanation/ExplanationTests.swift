import Dorsal
import Foundation
import Testing

@Suite struct ExplanationTests {
  private static func explain(
    _ values: [String: FindingValue], model: Model
  ) throws -> (Explanation, Posteriors) {
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: values, model: model)
    let scorer = Scorer(model: model)
    return (Explainer(scorer: scorer).explain(0, of: batch), scorer.score(batch))
  }

  @Test func `terms add up to the log-odds of the posterior that is scored`() throws {
    let model = try Repository.model()
    let (explanation, posteriors) = try Self.explain(
      [
        "setting": "emergency", "age": 63, "site": "thoracic", "night_pain": true,
        "history_of_cancer": true, "motor_weakness": "both_legs", "fever": false,
      ], model: model)
    #expect(explanation.ways.count == model.causes.count)
    for way in explanation.ways {
      let sum =
        way.priorDecibans + way.contributions.reduce(0) { $0 + $1.decibans } + way.othersDecibans
      #expect(isClose(sum, to: way.posteriorDecibans, within: 1e-9))
      let odds = pow(10, way.posteriorDecibans / 10)
      #expect(isClose(odds / (1 + odds), to: way.posterior, within: 1e-12))
      // The scorer works in Float.
      let scored = Double(posteriors.probability(case: 0, cause: way.cause))
      #expect(isClose(way.posterior, to: scored, within: 1e-6))
    }
    // Further down a Float may not tell two causes apart.
    #expect(
      explanation.ways.prefix(5).map(\.cause) == posteriors.ranking(of: 0, top: 5).map(\.cause))
  }

  /// By hand: prior odds 0.025/0.975; the sign is 0.6/0.03 = 20 times as likely, 13.01 decibans;
  /// the others have the background's likelihood and stay as they are.
  @Test func `a contribution is the likelihood ratio in decibans`() throws {
    let model = try SmallModel().load()
    let (explanation, _) = try Self.explain(["sign": "present"], model: model)
    let way = try #require(explanation.ways.first { $0.cause == 1 })
    #expect(isClose(way.priorDecibans, to: 10 * log10(0.025 / 0.975), within: 1e-12))
    // The grid of the evidence is 2^-22 nats, 1e-6 decibans.
    #expect(isClose(way.contributions[0].decibans, to: 13.0103, within: 1e-4))
    #expect(isClose(way.contributions[0].likelihoodRatio, to: 20, within: 1e-5))
    #expect(isClose(way.othersDecibans, to: 0, within: 1e-5))
    #expect(way.contributions[0].likelihood?.evidence.sources == ["smith2001"])
    #expect(explanation.unknownFindings.map { model.findings[$0].id } == ["age", "site"])
  }

  @Test func `a case without findings stays at its prior`() throws {
    let model = try Repository.model()
    let (explanation, _) = try Self.explain([:], model: model)
    #expect(explanation.settingIsDefault)
    for way in explanation.ways {
      #expect(isClose(way.posterior, to: way.prior, within: 1e-6))
      #expect(isClose(way.posteriorDecibans, to: way.priorDecibans, within: 1e-5))
    }
  }

  @Test func `rounded terms add up to the rounded sum`() {
    var generator = SplitMix64(seed: 8)
    for _ in 0..<2000 {
      let terms = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
        Double.random(in: -30...30, using: &generator)
      }
      let (units, sum) = RoundedTerms.round(terms, decimals: 1)
      #expect(units.reduce(0, +) == sum)
      #expect(isClose(Double(sum), to: terms.reduce(0, +) * 10, within: 0.5 + 1e-9))
      for (unit, term) in zip(units, terms) {
        #expect(abs(Double(unit) - term * 10) < 1 + 1e-9)
      }
    }
  }
}
