import Dorsal
import Foundation
import TestSupport
import Testing

/// Cases that do not all count one, and several cases of one patient.
@Suite struct WeightedEvaluationTests {
  /// Posteriors of three causes with ties, diagnoses of one cause, of two or of none, and urgencies.
  private struct Cases {
    var rows: [[Float]] = []
    var diagnoses: [[Int]] = []
    var urgencies: [Urgency] = []

    init(_ count: Int, seed: UInt64) {
      var generator = SplitMix64(seed: seed)
      for _ in 0..<count {
        let a = Float(Int.random(in: 1...20, using: &generator))
        let b = Float(Int.random(in: 1...20, using: &generator))
        let c = Float(Int.random(in: 1...10, using: &generator))
        rows.append([a / (a + b + c), b / (a + b + c), c / (a + b + c)])
        diagnoses.append(
          [[0], [0], [1], [1], [0, 1], [2], [1, 2], []][Int.random(in: 0..<8, using: &generator)])
        urgencies.append(Urgency.allCases[Int.random(in: 0..<4, using: &generator)])
      }
    }

    /// The cases named, as often as they are named.
    func labelled(
      _ indices: [Int], weights: [Double]? = nil, patients: [String]? = nil
    ) -> LabelledPosteriors {
      var matrix = Matrix(rowCount: indices.count, columnCount: 3)
      for (row, index) in indices.enumerated() {
        for cause in 0..<3 { matrix[row, cause] = rows[index][cause] }
      }
      return LabelledPosteriors(
        posteriors: matrix, diagnoses: indices.map { diagnoses[$0] },
        urgencies: indices.map { urgencies[$0] }, weights: weights, patients: patients)
    }
  }

  private static func evaluation(_ cases: LabelledPosteriors, draws: Int = 0) throws -> Evaluation {
    var options = Evaluation.Options()
    options.draws = draws
    return Evaluation(cases, model: try model(), options: options)
  }

  private static func model() throws -> Model {
    var model = SmallModel()
    model.causes = model.causes.replacingOccurrences(
      of: "tumour,neoplasm,urgent", with: "tumour,neoplasm,emergency")
    return try model.load()
  }

  /// Every figure that is an estimate of the population and not of how many cases there are: bins
  /// are cut by cases, and a z grows with their number.
  private static func estimates(_ evaluation: Evaluation) -> [String: Double] {
    let ofNumber = [
      "calibration_error", "calibration_error_plain", "spiegelhalter_z", "spiegelhalter_p",
      "classwise_calibration_error",
    ]
    var result: [String: Double] = [:]
    func add(_ prefix: String, _ measures: [Evaluation.Measure]) {
      for measure in measures where !ofNumber.contains(measure.name) {
        result[prefix + measure.name] = measure.value
      }
    }
    func add(_ prefix: String, _ parts: ScoreDecomposition?) {
      result[prefix + "score"] = parts?.score
      result[prefix + "miscalibration"] = parts?.miscalibration
      result[prefix + "discrimination"] = parts?.discrimination
      result[prefix + "uncertainty"] = parts?.uncertainty
    }
    add("", evaluation.measures)
    for event in evaluation.events + evaluation.causeEvents {
      add(event.name + " ", event.measures)
      add(event.name + " brier ", event.brier)
      add(event.name + " loss ", event.logLoss)
    }
    add("all brier ", evaluation.brier)
    add("all loss ", evaluation.logLoss)
    for row in evaluation.triageRows { add("\(row.own) ", [row.under, row.right, row.over]) }
    for curve in evaluation.decisionCurves {
      // The threshold of the losses hangs on the cases.
      for (place, point) in curve.points.enumerated() {
        add("\(curve.name) \(place) ", [point.model, point.everyone])
        add("\(curve.name) \(place) triage ", [point.triage])
      }
    }
    for row in evaluation.causes {
      result["cause \(row.cause) p"] = row.meanProbability
      result["cause \(row.cause) rank"] = row.meanReciprocalRank
    }
    return result
  }

  private static func expectSame(
    _ own: [String: Double], _ other: [String: Double], within tolerance: Double
  ) {
    #expect(Set(own.keys) == Set(other.keys))
    #expect(own.count > 100)
    for (name, value) in own {
      #expect(isClose(value, to: other[name] ?? .nan, within: tolerance), "\(name)")
    }
  }

  @Test func `weights that are all the same change nothing at all`() throws {
    let cases = Cases(150, seed: 3)
    let all = Array(0..<150)
    let plain = try Self.evaluation(cases.labelled(all), draws: 64)
    for weight in [1.0, 2, 0.001, 1e9] {
      let weighted = try Self.evaluation(
        cases.labelled(all, weights: all.map { _ in weight }), draws: 64)
      #expect(weighted == plain)
    }
    let named = try Self.evaluation(
      cases.labelled(all, patients: all.map { "patient \($0)" }), draws: 64)
    #expect(named == plain)
  }

  @Test func `a whole weight is as many rows`() throws {
    let cases = Cases(160, seed: 5)
    let all = Array(0..<160)
    var generator = SplitMix64(seed: 17)
    let weights = all.map { _ in Int.random(in: 1...4, using: &generator) }
    let repeated = all.flatMap { [Int](repeating: $0, count: weights[$0]) }
    let weighted = try Self.evaluation(cases.labelled(all, weights: weights.map(Double.init)))
    // Weights are floats of mean 1.
    Self.expectSame(
      Self.estimates(weighted), Self.estimates(try Self.evaluation(cases.labelled(repeated))),
      within: 1e-5)
    // And their unit does not matter.
    let scaled = try Self.evaluation(
      cases.labelled(all, weights: weights.map { Double($0) * 365.25 }))
    Self.expectSame(Self.estimates(weighted), Self.estimates(scaled), within: 1e-5)
  }

  @Test func `a case of weight 0 is as if it were not there`() throws {
    let cases = Cases(120, seed: 8)
    let all = Array(0..<120)
    let kept = all.filter { $0 % 3 != 0 }
    let weighted = try Self.evaluation(
      cases.labelled(all, weights: all.map { $0 % 3 == 0 ? 0 : 7 }), draws: 64)
    let fewer = try Self.evaluation(cases.labelled(kept), draws: 64)
    #expect(weighted.measures == fewer.measures)
    #expect(weighted.events == fewer.events)
    #expect(
      weighted.weighting?.weightlessCount
        == all.count { $0 % 3 == 0 && !cases.diagnoses[$0].isEmpty })
  }

  /// Shares by plain loops.
  @Test func `weighted shares are sums of weights over sums of weights`() throws {
    let cases = Cases(90, seed: 9)
    let weights = (0..<90).map { Double($0 % 7 + 1) }
    let evaluation = try Self.evaluation(
      cases.labelled(Array(0..<90), weights: weights), draws: 100)
    var (first, all, over, emergencies, found) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var (squares, total) = (0.0, 0.0)
    for index in 0..<90 where !cases.diagnoses[index].isEmpty {
      squares += weights[index] * weights[index]
      total += weights[index]
      let accepted = cases.diagnoses[index].filter { $0 < 2 }
      guard !accepted.isEmpty else { continue }
      let row = cases.rows[index]
      let best = row.indices.max { (row[$0], $1) < (row[$1], $0) } ?? 0
      let own = accepted.contains(1) ? Urgency.emergency : .selfCare
      all += weights[index]
      if accepted.contains(best) { first += weights[index] }
      if cases.urgencies[index] > own { over += weights[index] }
      if own == .emergency {
        emergencies += weights[index]
        if cases.urgencies[index] >= .urgent { found += weights[index] }
      }
    }
    let measures = Dictionary(
      evaluation.measures.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
    for (name, value) in [
      ("top_1", first / all), ("over_triage", over / all),
      ("emergencies_given_urgent", found / emergencies),
    ] {
      let measure = try #require(measures[name])
      #expect(isClose(try #require(measure.value), to: value, within: 1e-6), "\(name)")
      #expect(try #require(measure.interval).contains(value))
      #expect(measure.method == .percentile)
    }
    let effective = try #require(evaluation.weighting?.effectiveCount)
    #expect(isClose(effective, to: total * total / squares, within: 1e-3))
  }

  /// Every patient with four equal rows: the estimates are those of one row each, and so are the
  /// intervals, as samples are of patients; samples of rows would be half as wide.
  @Test func `visits of one patient are drawn together`() throws {
    let cases = Cases(100, seed: 12)
    let all = Array(0..<100)
    let visits = all.flatMap { [Int](repeating: $0, count: 4) }
    let once = try Self.evaluation(cases.labelled(all), draws: 256)
    let together = try Self.evaluation(
      cases.labelled(visits, patients: visits.map { "p\($0)" }), draws: 256)
    let apart = try Self.evaluation(cases.labelled(visits), draws: 256)
    #expect(together.weighting?.patientCount == all.count { !cases.diagnoses[$0].isEmpty })
    func width(_ evaluation: Evaluation, _ name: String) throws -> Double {
      let interval = try #require(evaluation.measures.first { $0.name == name }?.interval)
      return interval.upperBound - interval.lowerBound
    }
    for name in ["log_loss", "brier"] {
      #expect(
        isClose(try width(together, name), to: try width(once, name), within: 1e-5), "\(name)")
      // Half within what 256 samples are good for.
      let ratio = try width(apart, name) / width(once, name)
      #expect(ratio > 0.4 && ratio < 0.6, "\(name): \(ratio)")
    }
    let share = try width(together, "top_1") / width(apart, "top_1")
    #expect(share > 1.5 && share < 2.6)
    Self.expectSame(Self.estimates(together), Self.estimates(once), within: 1e-5)
  }

  @Test func `lists put together are as one list`() throws {
    let cases = Cases(60, seed: 2)
    let weights = (0..<60).map { Double($0 % 5) }
    let patients = (0..<60).map { $0 % 9 == 0 ? "" : "p\($0 % 11)" }
    let whole = cases.labelled(Array(0..<60), weights: weights, patients: patients)
    var parts = cases.labelled(
      Array(0..<25), weights: Array(weights[..<25]), patients: Array(patients[..<25]))
    parts.append(
      cases.labelled(
        Array(25..<60), weights: Array(weights[25...]), patients: Array(patients[25...])))
    #expect(
      try Self.evaluation(whole, draws: 64) == Self.evaluation(parts, draws: 64))
  }
}
