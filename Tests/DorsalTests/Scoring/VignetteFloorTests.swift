import Dorsal
import Testing

/// The vignettes do not fall below what the card tells of them: a change of the model that loses one
/// is noticed, and then told or taken back. Nothing was fitted to them.
@Suite struct VignetteFloorTests {
  /// The card's figures of version 0.5.0, rounded towards the worse.
  @Test(arguments: [
    (weight: 1.0, first: 0.77, three: 0.90, logLoss: 0.78),
    (weight: 0.5, first: 0.85, three: 0.93, logLoss: 0.71),
  ])
  func `figures of the card are floors`(
    weight: Double, first: Double, three: Double, logLoss: Double
  ) throws {
    let weight = try #require(PriorWeight(weight))
    let model = try Repository.model().weighingPriors(by: weight)
    let evaluation = Evaluation(
      try Repository.vignettes(model), scorer: Scorer(model: model), draws: 0)
    #expect(evaluation.coveredCount == 62)
    func measure(_ name: String) throws -> Double {
      try #require(evaluation.measures.first { $0.name == name }?.value)
    }
    #expect(try measure("top_1") >= first)
    #expect(try measure("top_3") >= three)
    #expect(try measure("log_loss") <= logLoss)
    // All 23 emergencies are told that they are, as by version 0.3.0.
    let emergency = try #require(Urgency.allCases.firstIndex(of: .emergency))
    #expect(evaluation.triage[emergency].reduce(0, +) == 23)
    #expect(evaluation.triage[emergency][emergency] == 23)
  }
}
