import Dorsal
import Testing

@Suite struct PredictiveCheckTests {
  private let model: Model

  init() throws { model = try SmallModel().load() }

  private func check(_ batch: CaseBatch, prevalences: [Double]? = nil) -> PredictiveCheck {
    var labelled = LabelledLogPosteriors(
      causeCount: model.causes.count, keepingFindings: model.findings.count)
    let scorer = Scorer(model: model)
    labelled.append(batch, posteriors: scorer.score(batch), scorer: scorer)
    return PredictiveCheck(
      labelled, model: model, prevalences: [prevalences, nil], threads: 2)
  }

  /// Cases of the model itself, and of the model at other prevalences, which are told to the check.
  @Test(arguments: [nil, [0.2, 0.7, 0.1]] as [[Double]?])
  func `cases of the model fit it at their own prevalences`(prevalences: [Double]?) {
    let batch = SimulatedCases.draw(4000, prior: prevalences, model: model, seed: 7)
    let check = check(batch, prevalences: prevalences)
    #expect(check.refuting.isEmpty)
    #expect(check.misfits.count == 3)
    // Of three findings none is off by more than chance: four standard errors.
    #expect(check.misfits.allSatisfy { abs($0.deviate) < 4 }, "\(check.misfits)")
  }

  /// A sign that is written down only where it is there.
  @Test func `a finding that is known only where it is present is named`() throws {
    let drawn = SimulatedCases.draw(4000, model: model, seed: 8)
    let sign = try #require(model.index(ofFinding: "sign"))
    var batch = CaseBatch(findingCount: model.findings.count)
    for index in 0..<drawn.count {
      var codes = model.findings.indices.map { drawn.code(of: $0, case: index) }
      if codes[sign] == 1 { codes[sign] = CaseBatch.unknown }
      batch.append(id: drawn.idBytes(of: index), codes: codes)
    }
    let check = check(batch)
    #expect(check.refuting.map(\.finding) == ["sign"])
    let misfit = try #require(check.refuting.first)
    // Of those who know it all have it; the model lets few expect it.
    #expect((misfit.state == "present" && misfit.seen == 1) || misfit.seen == 0)
    #expect(abs(misfit.seen - misfit.expected) > 0.5)
  }
}
