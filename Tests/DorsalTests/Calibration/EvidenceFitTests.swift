import Dorsal
import Foundation
import TestSupport
import Testing

@Suite(.releaseOnly) struct EvidenceFitTests {
  private let model: Model

  init() throws { model = try SmallModel().load() }

  /// Cases drawn from one model, with the posteriors of another.
  private func labelled(
    _ count: Int, from truth: Model? = nil, seed: UInt64, change: (inout [Int]) -> Void = { _ in }
  ) -> LabelledLogPosteriors {
    let drawn = SimulatedCases.draw(
      count, prior: [0.5, 0.3, 0.2], model: truth ?? model, seed: seed)
    var batch = CaseBatch(findingCount: model.findings.count)
    for index in 0..<count {
      var diagnosis = drawn.diagnosis(of: index)
      if index == 7 { change(&diagnosis) }
      batch.append(
        id: "\(index)".utf8,
        codes: model.findings.indices.map { drawn.code(of: $0, case: index) },
        diagnosis: diagnosis)
    }
    var labelled = LabelledLogPosteriors(
      causeCount: model.causes.count, keepingFindings: model.findings.count)
    let scorer = Scorer(model: model)
    labelled.append(batch, posteriors: scorer.score(batch), scorer: scorer)
    return labelled
  }

  private func fit(
    _ labelled: LabelledLogPosteriors, ridge: Double, shrinkage: Double = 0, threads: Int = 1
  ) async throws -> EvidenceFit.Result {
    try await EvidenceFit(
      labelled, folds: [UInt8](repeating: 0, count: labelled.count), model: model, ridge: ridge,
      shrinkage: shrinkage, threads: threads
    ).fit(excluding: nil)
  }

  private func parameters(_ change: EvidenceChange) -> EvidenceObjective.Parameters {
    let causes = model.causes.count
    return EvidenceObjective.Parameters(
      scale: change.scale, offsets: change.offsets,
      added: stride(from: 0, to: change.added.count, by: causes).map {
        Array(change.added[$0..<$0 + causes])
      })
  }

  /// The reference objective has no lower place nearby. It is convex where each case has one
  /// diagnosis, so that there is none anywhere.
  @Test(arguments: [(1.0, 0.0), (1, 1), (0.2, 3), (30, 0), (0, 2)])
  func `a fit is the minimum of its objective`(ridge: Double, shrinkage: Double) async throws {
    // One case accepts two causes.
    let labelled = labelled(300, seed: 11) { $0 = [0, 2] }
    let fit = try await fit(labelled, ridge: ridge, shrinkage: shrinkage)
    #expect(fit.convergence.isConverged)
    let objective = EvidenceObjective(
      model: model, labelled: labelled, ridge: ridge, shrinkage: shrinkage)
    let found = parameters(fit.change)
    let least = objective.value(found)
    func expectHigher(_ change: (inout EvidenceObjective.Parameters) -> Void) {
      var place = found
      change(&place)
      #expect(objective.value(place) > least)
    }
    let firstOfSetting = model.likelihoodTable.firstStateRow[model.settingFinding]
    let states = found.added.indices.filter {
      !(firstOfSetting..<firstOfSetting + model.settings.count).contains($0)
    }
    for step in [-1e-3, 1e-3] {
      expectHigher { $0.scale += step }
      for cause in 0..<3 {
        expectHigher { $0.offsets[cause] += step }
        for row in states { expectHigher { $0.added[row][cause] += step } }
      }
    }
    var generator = SplitMix64(seed: 5)
    for _ in 0..<20 {
      expectHigher { place in
        place.scale += Double.random(in: -0.1...0.1, using: &generator)
        for row in states {
          for cause in 0..<3 {
            place.added[row][cause] += Double.random(in: -0.1...0.1, using: &generator)
          }
        }
      }
    }
  }

  /// The map gives a case what the objective gives it: both know how findings add up.
  @Test func `a calibration gives the probabilities of its objective`() async throws {
    let labelled = labelled(60, seed: 12)
    let fit = try await fit(labelled, ridge: 1, shrinkage: 0.5)
    let objective = EvidenceObjective(model: model, labelled: labelled, ridge: 1, shrinkage: 0.5)
    let map = CalibrationMap.evidence(fit.change)
    let mapped = await labelled.mapped(threads: 2) { _ in map }
    for index in labelled.indices {
      let own = exp(Double(mapped.logPosteriors[index * 3 + labelled.diagnosis(of: index)[0]]))
      // A logarithm down to -10 as a Float.
      #expect(
        isClose(own, to: objective.probability(of: index, parameters(fit.change)), within: 1e-6))
    }
  }

  @Test func `a great ridge leaves the model's evidence, a great shrinkage none`() async throws {
    let labelled = labelled(200, seed: 13)
    let held = try await fit(labelled, ridge: 1e8)
    // A gradient of at most some hundreds, over the ridge.
    #expect(held.change.added.allSatisfy { abs($0) < 1e-5 })
    let none = try await fit(labelled, ridge: 1, shrinkage: 1e8)
    let mapped = await labelled.mapped(threads: 1) { _ in .evidence(none.change) }
    for index in labelled.indices {
      for cause in 0..<3 {
        // Every case has the same probabilities when no finding counts.
        #expect(
          isClose(
            Double(mapped.logPosteriors[index * 3 + cause]),
            to: Double(mapped.logPosteriors[cause]), within: 1e-4))
      }
    }
  }

  /// The model takes a sign for a warning that says nothing in truth. No scale or offset mends
  /// that; the evidence of its states does. 4,000 cases tell a log loss to 0.01.
  @Test func `evidence that is wrong for one finding is mended`() async throws {
    var tables = SmallModel()
    tables.likelihoods = tables.likelihoods.replacing(
      "sign,present,tumour,0.6,", with: "sign,present,tumour,0.03,")
    let truth = try tables.load()
    let labelled = labelled(4000, from: truth, seed: 14)
    var options = CalibrationOptions()
    options.threads = 2
    func logLoss(_ method: Calibration.Method) async throws -> Double {
      let fitted = try await FittedCalibration(
        method, to: labelled, model: model, options: options)
      return try #require(fitted.crossFit?.after.logLoss)
    }
    var right = LabelledLogPosteriors(causeCount: 3)
    let drawn = SimulatedCases.draw(4000, prior: [0.5, 0.3, 0.2], model: truth, seed: 14)
    let scorer = Scorer(model: truth)
    right.append(drawn, posteriors: scorer.score(drawn), scorer: scorer)
    // The true model, with the prevalences mended.
    let best = try #require(
      try await FittedCalibration(.vector, to: right, model: truth, options: options).crossFit?
        .after.logLoss)
    let (evidence, vector) = (try await logLoss(.evidence), try await logLoss(.vector))
    #expect(evidence < vector)
    #expect(isClose(evidence, to: best, within: 0.01))
  }

  @Test func `the fit is the same bit for bit on any count of threads`() async throws {
    let labelled = labelled(9000, seed: 15)
    let one = try await fit(labelled, ridge: 1, shrinkage: 1)
    let four = try await fit(labelled, ridge: 1, shrinkage: 1, threads: 4)
    #expect(one.change == four.change)
  }

  @Test func `without a ridge nothing holds the evidence`() async throws {
    let error = await #expect(throws: DorsalError.self) {
      _ = try await fit(labelled(100, seed: 16), ridge: 0)
    }
    #expect(error?.description.contains("expected a ridge above 0") == true)
  }

  /// The diagnosis is what the sign says, so that greater evidence of it always fits better.
  @Test func `separated cases are told`() async throws {
    var labelled = LabelledLogPosteriors(causeCount: 3, keepingFindings: model.findings.count)
    var batch = CaseBatch(findingCount: model.findings.count)
    for index in 0..<60 {
      batch.append(
        id: "\(index)".utf8, codes: [0, UInt8(index % 2 + 1), 0, 0], diagnosis: [index % 2])
    }
    let scorer = Scorer(model: model)
    labelled.append(batch, posteriors: scorer.score(batch), scorer: scorer)
    let fit = try await fit(labelled, ridge: 1)
    #expect(fit.convergence.isSeparated && fit.convergence.isConverged)
    // States that no case has add nothing.
    #expect(fit.change.statesThatAdd(in: model).map(\.finding) == [1, 1])
  }

  @Test func `too many parameters are refused with their number`() async throws {
    let shipped = try Repository.model()
    let cases = SimulatedCases.draw(400, model: shipped, seed: 17)
    let scorer = Scorer(model: shipped)
    var labelled = LabelledLogPosteriors(
      causeCount: shipped.causes.count, keepingFindings: shipped.findings.count)
    labelled.append(cases, posteriors: scorer.score(cases), scorer: scorer)
    let rows = Set(
      cases.codes.enumerated().compactMap { place, code -> [Int]? in
        let finding = place % shipped.findings.count
        return code == 0 || finding == shipped.settingFinding ? nil : [finding, Int(code)]
      })
    let count = 1 + shipped.causes.count * (1 + rows.count)
    let error = #expect(throws: DorsalError.self) {
      _ = try EvidenceFit(
        labelled, folds: [UInt8](repeating: 0, count: labelled.count), model: shipped, ridge: 1,
        shrinkage: 0, threads: 1)
    }
    #expect(error?.description.hasPrefix("\(count) parameters") == true)
    #expect(error?.description.contains("at most 2000") == true)
  }
}
