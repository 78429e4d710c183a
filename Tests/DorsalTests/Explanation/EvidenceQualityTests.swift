import Dorsal
import Foundation
import Testing

@Suite struct EvidenceQualityTests {
  private static func explain(
    _ values: [String: FindingValue], model: Model
  ) throws -> Explanation {
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: values, model: model)
    return Explainer(scorer: Scorer(model: model)).explain(0, of: batch)
  }

  /// By hand, in the clinic: the sign multiplies the tumour by 0.6/0.03 (published), old age by
  /// 0.65/0.3 (derived), the chest by nothing (no row). Prior odds 0.025/0.975 (published).
  /// Posterior odds of the tumour against the rest: 0.025 · 20 · 2.1667 = 1.0833 against
  /// 0.975 less what the chest takes from strain, which has 0.1 there for 0.25 and weight 0.5.
  @Test func `shares are those of the printed terms by basis`() throws {
    let model = try SmallModel().load()
    let explanation = try Self.explain(
      ["sign": true, "age": 70, "site": "chest"], model: model)
    let quality = explanation.quality
    #expect(model.causes[quality.leader].id == "tumour")
    let prior = abs(10 * log10(0.025 / 0.975))
    let sign = 10 * log10(0.6 / 0.03)
    let age = 10 * log10(0.65 / 0.3)
    let sum = prior + sign + age
    // The grid of the evidence is 2^-22 nats, 1e-6 decibans.
    for (share, expected) in zip(quality.shares, [prior + sign, age, 0]) {
      #expect(isClose(share.decibans, to: expected, within: 1e-4))
      #expect(isClose(share.share ?? .nan, to: expected / sum, within: 1e-5))
    }
    // The background of the sign is published, that of age assumed.
    #expect(
      isClose(quality.assumedBackgroundShare ?? .nan, to: age / (sign + age), within: 1e-5))
  }

  @Test func `a leader that hangs on assumed numbers is told`() throws {
    var small = SmallModel()
    let model = try small.load()
    let firm = try Self.explain(["sign": true, "age": 70], model: model).quality
    #expect(!firm.hangsOnAssumed)
    // The same numbers as judgement: without them the tumour stays at its prior.
    small.likelihoods = small.likelihoods
      .replacing("tumour,0.6,40,published,smith2001", with: "tumour,0.6,20,assumed,")
      .replacing(
        "tumour,0.65,20,derived,smith2001,0.5 x 1.3 = 0.65", with: "tumour,0.65,20,assumed,,")
    let soft = try Self.explain(["sign": true, "age": 70], model: try small.load()).quality
    #expect(soft.hangsOnAssumed)
    #expect(soft.leader == firm.leader)
    #expect(model.causes[soft.leaderWithoutAssumed].id == "strain")
    #expect(isClose(soft.posteriorWithoutAssumed, to: 0.875, within: 1e-6))
  }

  @Test func `dropping assumed numbers leaves the others as they are`() throws {
    let model = try Repository.model()
    let firm = model.droppingAssumed()
    let (before, after) = (model.likelihoodTable, firm.likelihoodTable)
    let assumed = Set(
      model.likelihoods.filter { $0.cause != nil && $0.evidence.basis == .assumed }
        .map { "\($0.finding) \($0.cause ?? -1)" })
    for (finding, definition) in model.findings.enumerated() {
      for cause in model.causes.indices where !assumed.contains("\(finding) \(cause)") {
        for state in definition.states.indices {
          let row = before.firstStateRow[finding] + state
          #expect(
            before.probability(stateRow: row, cause: cause)
              == after.probability(stateRow: row, cause: cause))
        }
      }
    }
    for row in model.likelihoods where row.cause != nil && row.evidence.basis != .assumed {
      let stateRow = after.firstStateRow[row.finding] + row.state
      #expect(
        after.probability(stateRow: stateRow, cause: row.cause ?? 0) == row.evidence.probability)
    }
    #expect(after.background == before.background)
  }
}
