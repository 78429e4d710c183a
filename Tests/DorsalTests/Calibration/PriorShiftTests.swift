import Dorsal
import Foundation
import TestSupport
import Testing

@Suite(.releaseOnly) struct PriorShiftTests {
  /// Saerens' algorithm in plain loops, with the same pseudo-cases.
  private func reference(
    _ posteriors: [[Double]], prior: [Double], pseudoCases: Double, steps: Int
  ) -> [Double] {
    var q = prior
    for _ in 0..<steps {
      var sums = prior.map { $0 * pseudoCases }
      for row in posteriors {
        let terms = row.indices.map { row[$0] / prior[$0] * q[$0] }
        let sum = terms.reduce(0, +)
        for cause in terms.indices { sums[cause] += terms[cause] / sum }
      }
      q = sums.map { $0 / (Double(posteriors.count) + pseudoCases) }
    }
    return q
  }

  @Test(arguments: [1.0, 0.01])
  func `prevalences are the fixed point of the EM algorithm`(pseudoCases: Double) async throws {
    let model = try SmallModel().load()
    let prior = Array(model.priorTable[..<3])
    let drawn = DrawnCases(
      400, scales: [1, 1, 1], offsets: [0, 1.5, -2], spread: 1.5, seed: 31)
    let fit = try await PriorShiftFit.fit(
      drawn.labelled(model: model), prior: prior, pseudoCases: pseudoCases, threads: 2
    ) { _ in true }
    let expected = reference(
      drawn.z.map { $0.map { Double(Float(exp($0))) } }, prior: prior, pseudoCases: pseudoCases,
      steps: 20_000)
    #expect(fit.convergence.isConverged)
    for cause in 0..<3 {
      // Log posteriors are rounded to Float, 4e-7 at the most; the rest is where EM stands
      // after its steps.
      #expect(isClose(fit.prevalences[cause], to: expected[cause], within: 1e-5))
    }
    #expect(isClose(fit.prevalences.reduce(0, +), to: 1, within: 1e-12))
  }

  /// Cases of the emergency setting, scored with the prior of primary care. The standard
  /// errors that the fit gives cover what it is off.
  @Test func `the shift to another setting is found without diagnoses`() async throws {
    let model = try Repository.model(weight: 1)
    let causes = model.causes.count
    let setting = try #require(model.index(ofSetting: "emergency"))
    let truth = Array(model.priorTable[setting * causes..<(setting + 1) * causes])
    let scorer = Scorer(model: model)
    var labelled = LabelledLogPosteriors(causeCount: causes)
    for part in 0..<4 {
      let batch = SimulatedCases.draw(
        1000, prior: truth, model: model, seed: UInt64(40 + part))
      labelled.append(batch, posteriors: scorer.score(batch), scorer: scorer)
    }
    let fit = try await PriorShiftFit.fit(
      labelled, prior: Array(model.priorTable[..<causes]), pseudoCases: 1, threads: 2
    ) { _ in true }
    #expect(fit.convergence.isConverged)
    // Beside 0 a normal approximation does not hold, and a rare cause that looks like common ones
    // may come out as none: there it may be off by a few percent of the cases.
    let far = truth.indices.filter { cause in
      let error = 4 * fit.standardErrors[cause] + 1e-3
      let allowance = fit.prevalences[cause] < 2 * fit.standardErrors[cause] ? 0.03 : error
      return abs(fit.prevalences[cause] - truth[cause]) > max(allowance, error)
    }
    #expect(
      far.isEmpty,
      "\(far.map { (model.causes[$0].id, fit.prevalences[$0], truth[$0], fit.standardErrors[$0]) })"
    )
    let muscle = try #require(model.index(ofCause: "renal_colic"))
    // A tenth there, under a percent in primary care; 4,000 cases tell it to some tenths of a percent.
    #expect(isClose(fit.prevalences[muscle], to: truth[muscle], within: 0.03))
  }

  /// Prevalences above 1% come out within a tenth of themselves. The rarest has 1,000 of the
  /// 100,000 cases: a standard error of 3% if every diagnosis were certain, and with every finding
  /// known most are.
  @Test func `prevalences above a percent are found within a tenth`() async throws {
    let model = try Repository.model(weight: 1)
    let causes = model.causes.count
    var options = CaseSimulator.Options()
    options.setting = try #require(model.index(ofSetting: "emergency"))
    options.seed = 61
    let simulator = try CaseSimulator(model: model, options: options)
    // What scoring takes for primary care, since the case does not say where it is.
    let scorer = Scorer(
      model: model, defaultSetting: try #require(model.index(ofSetting: "primary_care")))
    var labelled = LabelledLogPosteriors(causeCount: causes)
    for start in stride(from: 0, to: 100_000, by: 10_000) {
      let drawn = simulator.cases(start..<start + 10_000)
      var batch = CaseBatch(findingCount: model.findings.count)
      for index in 0..<drawn.count {
        var codes = model.findings.indices.map { drawn.code(of: $0, case: index) }
        codes[model.settingFinding] = CaseBatch.unknown
        batch.append(id: drawn.idBytes(of: index), codes: codes[...])
      }
      labelled.append(batch, posteriors: scorer.score(batch), scorer: scorer)
    }
    #expect(labelled.labelledCount == 0)
    func prior(_ setting: Int) -> [Double] {
      Array(model.priorTable[setting * causes..<(setting + 1) * causes])
    }
    let truth = prior(options.setting)
    let fit = try await PriorShiftFit.fit(
      labelled, prior: prior(scorer.defaultSetting), pseudoCases: 1, threads: 2
    ) { _ in true }
    #expect(fit.convergence.isConverged)
    let common = truth.indices.filter { truth[$0] > 0.01 }
    #expect(common.count > 15)
    for cause in common {
      let off = fit.prevalences[cause] / truth[cause] - 1
      #expect(abs(off) < 0.1, "\(model.causes[cause].id): \(off)")
    }
  }
}
