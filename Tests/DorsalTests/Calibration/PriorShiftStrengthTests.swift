import Dorsal
import TestSupport
import Testing

/// How strongly the model's prior is to hold, by the findings of cases that a shift was not fitted to.
@Suite(.releaseOnly) struct PriorShiftStrengthTests {
  private static func strength(_ setting: String, cases: Int) async throws -> Double {
    let model = try Repository.model(weight: 1)
    let causes = model.causes.count
    let place = try #require(model.index(ofSetting: setting))
    let truth = Array(model.priorTable[place * causes..<(place + 1) * causes])
    let scorer = Scorer(model: model)
    var labelled = LabelledLogPosteriors(causeCount: causes)
    let batch = SimulatedCases.draw(cases, prior: truth, model: model, seed: 71)
    labelled.append(batch, posteriors: scorer.score(batch), scorer: scorer)
    return try await PriorShiftStrength.best(
      labelled, model: model, folds: labelled.folds(5, seed: 1), foldCount: 5, threads: 2)
  }

  /// All are scored with the prior of primary care.
  @Test func `cases of the model's own prior keep it, those of another let it go`() async throws {
    #expect(try await Self.strength("primary_care", cases: 1000) >= 1000)
    #expect(try await Self.strength("emergency", cases: 3000) <= 100)
  }
}
