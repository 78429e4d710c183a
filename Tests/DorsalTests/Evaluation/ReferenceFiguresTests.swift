import Dorsal
import Foundation
import TestSupport
import Testing

/// Figures against scikit-learn, statsmodels and published formulas on the same data:
/// `Tests/Reference/evaluation.py` made both files.
@Suite(.releaseOnly) struct ReferenceFiguresTests {
  private struct Expected: Decodable {
    struct Bin: Decodable {
      let cases: Int
      let events: Int
      let mean: Double
      let observed: Double
    }

    struct Parts: Decodable {
      let score: Double
      let miscalibration: Double
      let discrimination: Double
      let uncertainty: Double
    }

    struct Figures: Decodable {
      let cases: Int
      let events: Int
      let expected: Double
      let auroc: Double?
      let auprc: Double?
      let brier: Double?
      let logLoss: Double?
      let expectedOverObserved: Double?
      let intercept: Double?
      let slope: Double?
      let interceptAtSlope1: Double?
      let spiegelhalterZ: Double?
      let spiegelhalterP: Double?
      let calibrationError: Double?
      let calibrationErrorPlain: Double?
      let bins: [Bin]
      let brierParts: Parts
      let logLossParts: Parts
    }

    struct Small: Decodable {
      let p: [Double]
      let y: [Int]
      let figures: Figures
    }

    let events: [String: Figures]
    let multiclass: [String: Double]
    let netBenefit: [String: [Double]]
    let degenerate: [String: Small]
  }

  private static func expected() throws -> Expected {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Expected.self, from: Data(try Repository.fixture("evaluation/expected.json").utf8))
  }

  /// Four causes, of which the third is an emergency and the last is urgent.
  private static func model() throws -> Model {
    var model = SmallModel()
    model.causes = """
      id,group,urgency,label
      strain,mechanical,self_care,Strain
      disc,mechanical,routine,Disc
      tumour,neoplasm,emergency,Tumour
      unlisted,other,urgent,Other

      """
    model.priors = """
      setting,cause,probability,effective_n,basis,source,note
      clinic,strain,0.5,100,assumed,,
      clinic,disc,0.25,100,assumed,,
      clinic,tumour,0.125,100,assumed,,
      clinic,unlisted,0.125,100,assumed,,
      ward,strain,0.5,100,assumed,,
      ward,disc,0.25,100,assumed,,
      ward,tumour,0.125,100,assumed,,
      ward,unlisted,0.125,100,assumed,,

      """
    return try model.load()
  }

  private static func cases() throws -> LabelledPosteriors {
    let rows = PlainCSV.rows(try Repository.fixture("evaluation/posteriors.csv"))
    var posteriors = Matrix(rowCount: rows.count, columnCount: 4)
    for (row, cells) in rows.enumerated() {
      for cause in 0..<4 {
        posteriors[row, cause] =
          try #require(Float(cells["p\(cause)_times_4096", default: ""])) / 4096
      }
    }
    return LabelledPosteriors(
      posteriors: posteriors,
      diagnoses: rows.map {
        $0["diagnosis", default: ""].split(separator: "|").compactMap { Int($0) }
      })
  }

  /// Sums of a few hundred numbers of size one in double precision, in different orders, agree to
  /// about 1e-13; fits are converged to 1e-12 on both sides.
  private static let tolerance = 1e-9

  private static func check(_ value: Double?, _ expected: Double?, _ name: String) {
    switch (value, expected) {
    case (nil, nil): break
    case (let value?, let expected?):
      #expect(
        isClose(value, to: expected, within: tolerance * max(1, abs(expected))),
        "\(name): \(value), expected \(expected)")
    default:
      Issue.record(
        "\(name): \(value.map { "\($0)" } ?? "none"), expected \(expected.map { "\($0)" } ?? "none")"
      )
    }
  }

  private static func check(
    _ event: Evaluation.Event, _ expected: Expected.Figures, _ name: String
  ) {
    #expect(event.count == expected.cases)
    #expect(event.events == expected.events)
    check(event.expected, expected.expected, name + " expected")
    let pairs: [(String, Double?)] = [
      ("auroc", expected.auroc), ("auprc", expected.auprc), ("brier", expected.brier),
      ("log_loss", expected.logLoss), ("expected_over_observed", expected.expectedOverObserved),
      ("slope", expected.slope), ("intercept", expected.intercept),
      ("intercept_at_slope_1", expected.interceptAtSlope1),
      ("calibration_error", expected.calibrationError),
      ("calibration_error_plain", expected.calibrationErrorPlain),
      ("spiegelhalter_z", expected.spiegelhalterZ), ("spiegelhalter_p", expected.spiegelhalterP),
    ]
    #expect(pairs.map(\.0).sorted() == event.measures.map(\.name).sorted())
    for (figure, value) in pairs {
      check(event.measure(figure)?.value, value, "\(name) \(figure)")
    }
    #expect(event.bins.map(\.count) == expected.bins.map(\.cases), "\(name) bins")
    #expect(event.bins.map(\.events) == expected.bins.map(\.events), "\(name) bins")
    for (bin, other) in zip(event.bins, expected.bins) {
      check(bin.meanProbability, other.mean, name + " bin")
      check(bin.observed, other.observed, name + " bin")
    }
    for (own, other) in [
      (event.brier, expected.brierParts), (event.logLoss, expected.logLossParts),
    ] {
      check(own?.score, other.score, name + " score")
      check(own?.miscalibration, other.miscalibration, name + " miscalibration")
      check(own?.discrimination, other.discrimination, name + " discrimination")
      check(own?.uncertainty, other.uncertainty, name + " uncertainty")
    }
  }

  @Test func `every event has the figures of the reference`() throws {
    var options = Evaluation.Options()
    options.draws = 0
    let evaluation = Evaluation(try Self.cases(), model: try Self.model(), options: options)
    let expected = try Self.expected()
    for event in evaluation.events {
      Self.check(event, try #require(expected.events[event.name]), event.name)
    }
    for (cause, event) in evaluation.causeEvents.enumerated() {
      Self.check(event, try #require(expected.events["cause_\(cause)"]), event.name)
    }
    #expect(evaluation.events.count + evaluation.causeEvents.count == expected.events.count)
  }

  @Test func `scores of all causes at once are those of the reference`() throws {
    let evaluation = Evaluation(try Self.cases(), model: try Self.model())
    let expected = try Self.expected().multiclass
    for (name, parts) in [("brier", evaluation.brier), ("log_loss", evaluation.logLoss)] {
      let score = try #require(expected[name])
      let recalibrated = try #require(expected[name + "_recalibrated"])
      let constant = try #require(expected[name + "_constant"])
      Self.check(parts?.score, score, name)
      Self.check(parts?.miscalibration, score - recalibrated, name)
      Self.check(parts?.discrimination, constant - recalibrated, name)
      Self.check(parts?.uncertainty, constant, name)
    }
  }

  @Test func `net benefit is that of the reference`() throws {
    let cases = try Self.cases()
    let expected = try Self.expected().netBenefit
    let thresholds = try #require(expected["thresholds"])
    let evaluation = Evaluation(cases, model: try Self.model())
    for curve in evaluation.decisionCurves {
      let benefits = try #require(expected[curve.name])
      var compared = 0
      for (threshold, benefit) in zip(thresholds, benefits) {
        guard let point = curve.points.first(where: { $0.threshold == threshold }) else { continue }
        compared += 1
        Self.check(point.model.value, benefit, "\(curve.name) at \(threshold)")
        let prevalence = try #require(
          evaluation.events.first { $0.name == curve.name }.map {
            Double($0.events) / Double($0.count)
          })
        Self.check(
          point.everyone.value, prevalence - (1 - prevalence) * threshold / (1 - threshold),
          "everyone at \(threshold)")
        #expect(point.triage.value == nil)
      }
      #expect(compared >= 4)
    }
  }

  @Test func `events that lack something have what is defined and nothing else`() throws {
    let all = try Self.expected().degenerate
    #expect(all.count == 7)
    for (name, small) in all {
      let forecast = EventForecast(
        rowCount: small.p.count, probability: { Float(small.p[$0]) }, happened: { small.y[$0] == 1 }
      )
      Self.check(Evaluation.Event(forecast, name: name), small.figures, name)
    }
  }
}
