import Dorsal
import TestSupport
import Testing

@Suite(.releaseOnly) struct ConformalTests {
  /// The quantile is the ⌈(n + 1) · coverage⌉-th score of n: with 0.9 the 9th of 8 is too far.
  @Test(arguments: [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
  func `a coverage needs one over alpha less one cases`(coverage: Double, cases: Int) {
    #expect(ConformalQuantiles.leastCases(coverage: coverage) == cases)
  }

  @Test func `scores go up the ranking and have no ties`() {
    var order = [0, 1, 2]
    var scores = [0.0, 0, 0]
    ConformalScore.write(posteriors: [0.25, 0.25, 0.5], u: 0.5, order: &order, scores: &scores)
    #expect(order == [2, 0, 1])
    // 0.5 · 0.5 − 1; 0.5 + 0.5 · 0.25; 0.75 + 0.5 · 0.25.
    #expect(scores == [0.625, 0.875, -0.75])
  }

  /// 60 splits of 600 cases: the share covered has a standard error of
  /// sqrt(0.9 · 0.1 / (60 · 300)) = 0.0022 from the cases that are judged and as much from the
  /// quantiles, and four of both together are 0.013.
  @Test(arguments: [0.9, 0.8])
  func `sets cover as many cases as they say`(coverage: Double) throws {
    let model = try SmallModel().load()
    let scorer = Scorer(model: model)
    let prior = [0.6, 0.3, 0.1]
    var (covered, exactly, total) = (0, 0, 0)
    var (coveredByCause, totalByCause) = ([0, 0, 0], [0, 0, 0])
    for split in 0..<60 {
      var options = CalibrationOptions()
      options.coverages = [coverage]
      options.coversEachCause = true
      options.seed = UInt64(split)
      let first = SimulatedCases.draw(300, prior: prior, model: model, seed: UInt64(1000 + split))
      var labelled = LabelledLogPosteriors(causeCount: 3)
      labelled.append(first, posteriors: scorer.score(first), scorer: scorer)
      let quantiles = try ConformalQuantiles(labelled, model: model, options: options)
      let level = try #require(quantiles.levels.first)
      let byCause = try #require(level.byCause)
      let second = SimulatedCases.draw(300, prior: prior, model: model, seed: UInt64(5000 + split))
      let posteriors = scorer.score(second)
      let all = PredictionSets(
        quantiles: [level.quantile, level.quantile, level.quantile],
        seed: options.seed, coverage: coverage
      ).sets(of: second, posteriors: posteriors)
      let each = PredictionSets(
        quantiles: byCause.map(\.quantile), seed: options.seed, coverage: coverage
      ).sets(of: second, posteriors: posteriors)
      for index in 0..<second.count {
        let truth = second.diagnosis(of: index)[0]
        total += 1
        totalByCause[truth] += 1
        #expect(all[index].first == posteriors.ranking(of: index, top: 1)[0].cause)
        if all[index].contains(truth) { covered += 1 }
        // The leading cause is in whatever its score: that alone can cover more than is said.
        if all[index].contains(truth), level.quantile >= 0 || all[index][0] != truth {
          exactly += 1
        }
        if each[index].contains(truth) { coveredByCause[truth] += 1 }
      }
    }
    #expect(Double(covered) / Double(total) > coverage - 0.013)
    // The leading cause is right in less than 0.8 of these cases, so that no set of one cause
    // covers more than is said.
    #expect(exactly == covered)
    #expect(Double(covered) / Double(total) < coverage + 0.013)
    for cause in 0..<3 {
      // A tenth of the cases, so that the errors are the root of ten times as large.
      #expect(
        Double(coveredByCause[cause]) / Double(totalByCause[cause]) > coverage - 0.04)
    }
  }

  /// Of 20 scores 0.9 is the 18.9th of 21 places: nine times of ten the 19th, else the 18th.
  @Test func `exact coverage lies between two scores`() throws {
    let model = try SmallModel().load()
    var options = CalibrationOptions()
    options.coverages = [0.9]
    let labelled = DrawnCases(20, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 8)
      .labelled(model: model)
    let whole = try #require(
      try ConformalQuantiles(labelled, model: model, options: options).levels.first)
    #expect(whole.randomised == nil)
    options.coversExactly = true
    let exact = try #require(
      try ConformalQuantiles(labelled, model: model, options: options).levels.first)
    #expect(exact.quantile == whole.quantile)
    let below = try #require(exact.randomised)
    #expect(below.lower < exact.quantile)
    #expect(isClose(below.share, to: 0.9, within: 1e-12))
  }

  /// With 25 cases a cause whole places cover ⌈26 · 0.9⌉ / 26 = 0.923. Of 200 splits a cause has an
  /// error of √(0.09 / 25) = 0.06 a split from the quantile and as much from the cases that are
  /// judged, and five causes together 0.0027: three of it is 0.008.
  @Test func `exact sets of rare causes cover no more than is stated`() throws {
    let model = try RandomModel(causes: 5, stateCounts: [2, 3, 2, 3], seed: 12).load()
    let scorer = Scorer(model: model)
    func cases(_ name: String, seed: UInt64) -> CaseBatch {
      var batch = CaseBatch(findingCount: model.findings.count)
      for cause in 0..<5 {
        let drawn = SimulatedCases.draw(25, of: cause, model: model, seed: seed + UInt64(cause))
        for index in 0..<25 {
          // Sets draw by the id, so that no two cases may share one.
          batch.append(
            id: "\(name)-\(cause)-\(index)".utf8,
            codes: model.findings.indices.map { drawn.code(of: $0, case: index) },
            diagnosis: [cause])
        }
      }
      return batch
    }
    var (whole, exact, total) = (0, 0, 0)
    for split in 0..<200 {
      let first = cases("first", seed: UInt64(10_000 + 10 * split))
      let second = cases("second", seed: UInt64(20_000 + 10 * split))
      let posteriors = scorer.score(second)
      var labelled = LabelledLogPosteriors(causeCount: 5)
      labelled.append(first, posteriors: scorer.score(first), scorer: scorer)
      var options = CalibrationOptions()
      options.coverages = [0.9]
      options.coversEachCause = true
      options.coversExactly = true
      options.seed = UInt64(split)
      let level = try #require(
        try ConformalQuantiles(labelled, model: model, options: options).levels.first)
      let byCause = try #require(level.byCause)
      func covered(_ randomised: [ConformalQuantiles.Randomised?]) -> Int {
        PredictionSets(
          quantiles: byCause.map(\.quantile), randomised: randomised, seed: options.seed,
          coverage: 0.9
        ).sets(of: second, posteriors: posteriors).enumerated().count {
          $1.contains(second.diagnosis(of: $0)[0])
        }
      }
      whole += covered([])
      exact += covered(byCause.map(\.randomised))
      total += second.count
    }
    #expect(isClose(Double(exact) / Double(total), to: 0.9, within: 0.008))
    #expect(isClose(Double(whole) / Double(total), to: 24.0 / 26, within: 0.008))
  }

  @Test func `too few cases are refused with the number that is needed`() throws {
    let model = try SmallModel().load()
    let drawn = DrawnCases(18, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 3)
    var options = CalibrationOptions()
    options.coverages = [0.95]
    let error = #expect(throws: DorsalError.self) {
      _ = try ConformalQuantiles(drawn.labelled(model: model), model: model, options: options)
    }
    #expect(error?.description.contains("at least 19 labelled cases") == true)
    #expect(error?.description.contains("there are 18") == true)
  }

  /// Of the three causes strain is self-care, tumour urgent and unlisted routine, so that none
  /// has another to be taken together with.
  @Test func `a cause with too few cases and no company is told`() throws {
    let model = try SmallModel().load()
    var drawn = DrawnCases(60, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 4)
    for index in drawn.diagnoses.indices {
      drawn.diagnoses[index] = [index < 5 ? 1 : index < 30 ? 2 : 0]
    }
    var options = CalibrationOptions()
    options.coverages = [0.9]
    options.coversEachCause = true
    let error = #expect(throws: DorsalError.self) {
      _ = try ConformalQuantiles(drawn.labelled(model: model), model: model, options: options)
    }
    #expect(error?.description.contains("at least 9 cases") == true)
    #expect(error?.description.contains("urgent: tumour (5)") == true)
  }

  /// With unlisted as urgent as the tumour, their five and seven cases are enough together.
  @Test func `causes of one urgency with too few cases are covered together`() throws {
    var tables = SmallModel()
    tables.causes = tables.causes.replacing("other,routine", with: "other,urgent")
    let model = try tables.load()
    var drawn = DrawnCases(60, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 4)
    for index in drawn.diagnoses.indices {
      drawn.diagnoses[index] = [index < 5 ? 1 : index < 12 ? 2 : 0]
    }
    var options = CalibrationOptions()
    options.coverages = [0.9]
    options.coversEachCause = true
    let quantiles = try ConformalQuantiles(
      drawn.labelled(model: model), model: model, options: options)
    let byCause = try #require(quantiles.levels.first?.byCause)
    #expect(byCause.map(\.pooledUrgency) == [nil, .urgent, .urgent])
    #expect(byCause.map(\.caseCount) == [48, 12, 12])
    #expect(byCause[1].quantile == byCause[2].quantile)
  }
}
