import Dorsal
import Foundation
import TestSupport
import Testing

/// The parts that an evaluation is made of, and its laws.
@Suite struct EvaluationPartsTests {
  @Test(arguments: [0, 1, 2, 500])
  func `keys are sorted by their upper bits, and equal ones keep their order`(count: Int) {
    var generator = SplitMix64(seed: 4)
    let keys = (0..<count).map { _ in generator.next() & 0xffff_0007_8000_00ff }
    var own = keys
    RadixSort.sort(&own, fromBit: 31)
    let expected = keys.enumerated().sorted {
      ($0.element >> 31, $0.offset) < ($1.element >> 31, $1.offset)
    }
    #expect(own == expected.map(\.element))
  }

  @Test func `parallel work comes in its order`() {
    #expect(ParallelMap.run(100, threads: 4) { $0 * $0 } == (0..<100).map { $0 * $0 })
    #expect(ParallelMap.run(0, threads: 4) { $0 }.isEmpty)
  }

  /// The intercept makes the mean of the probabilities the share of events, by its definition.
  @Test(.releaseOnly) func `calibration in the large is found with millions of cases`() throws {
    let logits = (0..<3_000_000).map { $0 % 2 == 0 ? -1.7 : 0.3 }
    let shift = try #require(LogisticRecalibration.interceptAtSlopeOne(logits, events: 900_000))
    let mean = (1 / (1 + exp(1.7 - shift)) + 1 / (1 + exp(-0.3 - shift))) / 2
    #expect(abs(mean - 0.3) < 1e-9)
  }

  /// By hand: 0.8 event; 0.5 one without, one event; 0.2 two without.
  @Test func `an event's runs are its ties and stretches`() {
    let p: [Float] = [0.2, 0.5, 0.8, 0.5, 0.2]
    let y = [false, true, true, false, false]
    let forecast = EventForecast(rowCount: 5, probability: { p[$0] }, happened: { y[$0] })
    #expect(forecast.probabilities == [0.8, 0.5, 0.5, 0.2, 0.2])
    #expect(forecast.rows.map { $0 & ~EventForecast.eventBit } == [2, 3, 1, 0, 4])
    #expect(forecast.runs.map(\.kind) == [.event, .tied, .event, .free])
    #expect(forecast.runs.map(\.count) == [1, 1, 1, 2])
    #expect(forecast.count(atLeast: 0.5) == 3)
    #expect(forecast.count(atLeast: 0.51) == 1)
  }

  @Test func `an isotonic fit falls, keeps the events, and is found again by probability`() {
    var generator = SplitMix64(seed: 6)
    let p = (0..<200).map { _ in Float(Int.random(in: 0...40, using: &generator)) / 40 }
    let y = p.map { Float.random(in: 0..<1, using: &generator) < $0 }
    let forecast = EventForecast(rowCount: 200, probability: { p[$0] }, happened: { y[$0] })
    let fit = IsotonicFit(forecast)
    #expect(zip(fit.blocks, fit.blocks.dropFirst()).allSatisfy { $0.value > $1.value })
    #expect(fit.blocks.reduce(0) { $0 + $1.events } == Double(forecast.eventCount))
    let sum = p.reduce(0.0) { $0 + fit.value(at: $1) }
    // Fitted values add up to the events; 200 sums of shares round to about 1e-14 each.
    #expect(isClose(sum, to: Double(forecast.eventCount), within: 1e-9))
  }

  private static func model() throws -> Model { try SmallModel().load() }

  private static func evaluate(
    _ rows: [[Float]], _ diagnoses: [[Int]], urgencies: [Urgency]? = nil, draws: Int = 64
  ) throws -> Evaluation {
    var matrix = Matrix(rowCount: rows.count, columnCount: 3)
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() { matrix[row, column] = value }
    }
    var options = Evaluation.Options()
    options.draws = draws
    return Evaluation(
      LabelledPosteriors(posteriors: matrix, diagnoses: diagnoses, urgencies: urgencies),
      model: try model(), options: options)
  }

  /// Every figure of an evaluation, events and subgroups included.
  private static func allMeasures(_ evaluation: Evaluation) -> [Evaluation.Measure] {
    evaluation.measures + (evaluation.events + evaluation.causeEvents).flatMap(\.measures)
      + evaluation.decisionCurves.flatMap(\.points).flatMap { [$0.model, $0.everyone, $0.triage] }
      + evaluation.triageRows.flatMap { [$0.under, $0.right, $0.over] }
  }

  @Test(
    arguments: [
      ([[0.5, 0.25, 0.25]], [[0]]), ([[1, 0, 0], [0, 1, 0]], [[1], [0]]),
      ([[1, 0, 0], [1, 0, 0]], [[0], [0]]), ([[0, 0, 1]], [[2]]),
      ([[0.5, 0.5, 0], [0.25, 0.25, 0.5]], [[0, 1], [0, 1, 2]]), ([], []),
      ([[0.875, 0.025, 0.1], [0.875, 0.025, 0.1], [0.875, 0.025, 0.1]], [[0], [0], [1]]),
    ] as [([[Float]], [[Int]])])
  func `what is not defined is nothing, and never a number that is none`(
    rows: [[Float]], diagnoses: [[Int]]
  ) throws {
    let evaluation = try Self.evaluate(rows, diagnoses)
    for measure in Self.allMeasures(evaluation) {
      #expect(measure.value.map(\.isFinite) ?? true, "\(measure.name)")
      if let interval = measure.interval {
        #expect(interval.lowerBound.isFinite && interval.upperBound.isFinite, "\(measure.name)")
      }
    }
    let json = evaluation.json(model: try Self.model()).text
    #expect(!json.contains("nan") && !json.contains("inf"))
    let text = evaluation.text(model: try Self.model())
    #expect(!text.contains("nan") && !text.contains(" inf"))
  }

  @Test func `one cause for all cases leaves areas and slopes undefined`() throws {
    let rows = [[Float]](repeating: [0.75, 0.125, 0.125], count: 30)
    let evaluation = try Self.evaluate(rows, rows.map { _ in [0] })
    let strain = evaluation.causeEvents[0]
    #expect(strain.measure("auroc")?.value == nil)
    #expect(strain.measure("auprc")?.value == 1)
    #expect(strain.measure("slope")?.value == nil)
    // 30 cases of which 22.5 are expected.
    #expect(strain.measure("expected_over_observed")?.value == 0.75)
    let tumour = evaluation.causeEvents[1]
    #expect(tumour.measure("auprc")?.value == nil)
    #expect(tumour.measure("expected_over_observed")?.value == nil)
    #expect(evaluation.measures.first { $0.name == "auroc_mean" }?.value == nil)
  }

  @Test func `a case of several diagnoses is left out of one against the rest`() throws {
    let rows: [[Float]] = [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.125, 0.375, 0.5]]
    let evaluation = try Self.evaluate(rows, [[0], [0, 1], [2]])
    #expect(evaluation.soleCount == 2)
    #expect(evaluation.causeEvents.map(\.count) == [2, 2, 2])
    #expect(evaluation.causeEvents.map(\.events) == [1, 0, 1])
    #expect(evaluation.events.map(\.count) == [3, 3, 3])
    // Tumour is urgent: the case that accepts it is, as the most urgent of its diagnoses.
    #expect(evaluation.events[1].events == 1)
    #expect(evaluation.confusion == [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
  }

  @Test func `triage is counted by urgency, and its net benefit by hand`() throws {
    let rows = [[Float]](repeating: [0.5, 0.25, 0.25], count: 4)
    // Strain is self-care, tumour urgent.
    let evaluation = try Self.evaluate(
      rows, [[0], [0], [1], [1]], urgencies: [.selfCare, .urgent, .urgent, .routine])
    #expect(evaluation.triage[0] == [1, 0, 1, 0])
    #expect(evaluation.triage[2] == [0, 1, 1, 0])
    #expect(evaluation.triageRows[2].under.value == 0.5)
    #expect(evaluation.triageRows[0].over.value == 0.5)
    let point = try #require(evaluation.decisionCurves[0].points.first { $0.threshold == 0.2 })
    // One rightly and one wrongly urgent of four: (1 - 1/4) / 4.
    #expect(isClose(try #require(point.triage.value), to: 0.75 / 4, within: 1e-12))
    // Without triage there is none.
    let without = try Self.evaluate(rows, [[0], [0], [1], [1]])
    #expect(without.triageRows[2].under.value == nil)
    #expect(without.decisionCurves[0].points[0].triage.value == nil)
  }

  /// Strain: self-care 0, routine 1, urgent 4, emergency 10; tumour 50, 20, 0, 10 (the usual
  /// loss). Acting urgently on strain loses 3 more, not doing so on tumour 20: 3 / 23, with
  /// unlisted, which is routine and loses the same 3.
  @Test func `the threshold of the losses is where actions lose the same`() throws {
    let threshold = DecisionCurve.lossThreshold(
      .urgent, means: [0.5, 0.25, 0.25], model: try Self.model())
    #expect(isClose(try #require(threshold), to: 3.0 / 23, within: 1e-12))
    // Nothing is an emergency, so nothing says from when on to treat it as one.
    #expect(
      DecisionCurve.lossThreshold(.emergency, means: [0.5, 0.25, 0.25], model: try Self.model())
        == nil)
  }

  @Test func `subgroups part the cases, and each is an evaluation of its own`() throws {
    let model = try Self.model()
    let scorer = Scorer(model: model)
    let batch = SimulatedCases.draw(120, model: model, seed: 3)
    let age = try #require(model.index(ofFinding: "age"))
    var cases = LabelledPosteriors(
      causeCount: 3, stratumFindings: [age, model.settingFinding])
    cases.append(batch, scorer: scorer, triage: Triage(scorer: scorer))
    var options = Evaluation.Options()
    options.draws = 0
    let evaluation = Evaluation(cases, model: model, options: options)
    let byAge = evaluation.subgroups.filter { $0.finding == age }
    #expect(byAge.reduce(0) { $0 + $1.evaluation.labelledCount } == 120)
    // No case names a setting, so all stand with the default one.
    let bySetting = evaluation.subgroups.filter { $0.finding == model.settingFinding }
    #expect(bySetting.map(\.state) == [0])
    #expect(byAge.allSatisfy(\.isSmall) && bySetting.allSatisfy { !$0.isSmall })
    for group in byAge {
      var own = CaseBatch(findingCount: model.findings.count)
      for index in 0..<batch.count where batch.state(of: age, case: index) == group.state {
        own.append(case: index, of: batch)
      }
      let alone = Evaluation(own, scorer: scorer, draws: 0)
      #expect(group.evaluation.events == alone.events)
      #expect(group.evaluation.triage == alone.triage)
    }
  }
}
