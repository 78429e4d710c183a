import Dorsal
import Testing

@Suite struct TriageTests {
  private static func assess(
    _ values: [String: FindingValue], model: Model
  ) throws -> (outcome: Triage.Outcome, posteriors: Posteriors) {
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: values, model: model)
    let scorer = Scorer(model: model)
    let posteriors = scorer.score(batch)
    return (Triage(scorer: scorer).assess(batch, posteriors: posteriors).outcome(of: 0), posteriors)
  }

  @Test func `a rule holds where all its conditions do, and only there`() throws {
    let model = try SmallModel().load()
    #expect(model.redFlags.map(\.rule) == ["sign", "old_chest"])
    let cases: [([String: FindingValue], [Int])] = [
      ([:], []), (["sign": true], [0]), (["sign": false], []), (["age": 60], []),
      (["age": 60, "site": "chest"], [1]), (["age": 60, "site": "back"], [1]),
      (["age": 60, "site": "leg"], []), (["age": 40, "site": "chest"], []),
      (["age": 60, "site": "chest", "sign": true], [1, 0]),
    ]
    for (values, rules) in cases {
      let outcome = try Self.assess(values, model: model).outcome
      #expect(outcome.redFlags == rules, "\(values)")
      #expect(outcome.redFlagUrgency == rules.first.map { model.redFlags[$0].urgency })
    }
  }

  /// By hand, with the prior of the clinic: 0.875 strain, 0.025 tumour, 0.1 unlisted.
  @Test func `the action of least expected loss is taken`() throws {
    let model = try SmallModel().load()
    let (outcome, _) = try Self.assess([:], model: model)
    let expected = [0.025 * 50, 0.975 + 0.025 * 20, 0.975 * 4, 10]
    for (loss, value) in zip(outcome.expectedLosses, expected) {
      #expect(isClose(Double(loss), to: value, within: 1e-5))
    }
    #expect(outcome.expectedLossUrgency == .selfCare)
    // A tumour at 33.9% makes an urgent visit the cheapest: 0.661 × 4 against 0.661 + 6.8.
    #expect(try Self.assess(["sign": true], model: model).outcome.expectedLossUrgency == .urgent)
  }

  @Test func `the more urgent way stands, and losses that tie go to the more urgent action`() throws
  {
    var tables = SmallModel()
    tables.losses = tables.losses.replacing("routine,*,1,", with: "routine,*,0,")
      .replacing("routine,tumour,20,", with: "routine,tumour,50,")
    let model = try tables.load()
    #expect(try Self.assess([:], model: model).outcome.urgency == .routine)
    let flagged = try Self.assess(["age": 60, "site": "leg", "sign": true], model: model).outcome
    #expect(flagged.urgency == max(flagged.expectedLossUrgency, .urgent))
    let emergency = try Self.assess(["age": 60, "site": "chest"], model: model).outcome
    #expect(emergency.urgency == .emergency)
    #expect(emergency.expectedLossUrgency < .emergency)
  }

  @Test func `reasons name the rules and the causes that make waiting dear`() throws {
    let model = try SmallModel().load()
    let (outcome, posteriors) = try Self.assess(["sign": true], model: model)
    let reasons = outcome.reasons(model: model, posterior: posteriors.matrix.row(0))
    #expect(reasons.redFlags == [0])
    #expect(reasons.causes.map(\.cause) == [1])
    #expect(reasons.causes[0].probability == posteriors.probability(case: 0, cause: 1))
  }

  @Test func `losses of the shipped model send each cause where it belongs`() throws {
    let model = try Repository.model()
    for (cause, definition) in model.causes.enumerated() {
      let losses = Urgency.allCases.map { model.loss(of: $0, cause: cause) }
      let least = Urgency.allCases.min {
        (model.loss(of: $0, cause: cause), $1) < (model.loss(of: $1, cause: cause), $0)
      }
      #expect(least == definition.urgency, "\(definition.id): \(losses)")
    }
  }

  /// In an emergency department the patient is seen the same day as it is.
  @Test func `back pain about which nothing is known is no emergency`() throws {
    let model = try Repository.model()
    for (setting, most) in [("primary_care", Urgency.routine), ("specialist", .urgent)] {
      let outcome = try Self.assess(["setting": .state(setting)], model: model).outcome
      #expect(outcome.redFlags.isEmpty)
      #expect(outcome.urgency <= most, "\(setting)")
    }
  }
}
