public import DorsalCore
import DorsalNumerics
import DorsalReport

/// Answers cases in FHIR R4: prepared once, it does not change and may be shared between threads.
public struct FHIRAnswers: Sendable {
  /// Reads the cases.
  public let reader: FHIRReader
  let scorer: Scorer
  let triage: Triage
  let suggester: Suggester
  let calibration: Calibration?

  /// Prepares answers.
  ///
  /// - Parameters:
  ///   - scorer: What ranks causes.
  ///   - calibration: What to correct posteriors with, or nothing.
  /// - Throws: `DorsalError` with every fault of the model's tables of codes.
  public init(scorer: Scorer, calibration: Calibration? = nil) throws(DorsalError) {
    reader = try FHIRReader(model: scorer.model)
    (self.scorer, self.calibration) = (scorer, calibration)
    triage = Triage(scorer: scorer)
    suggester = Suggester(scorer: scorer)
  }

  var model: Model { scorer.model }

  /// Intervals that are asked for.
  public struct Intervals: Sendable {
    let intervals: CredibleIntervals
    let level: Double

    /// Intervals of a level.
    public init(_ intervals: CredibleIntervals, level: Double) {
      (self.intervals, self.level) = (intervals, level)
    }
  }

  /// What was found out of a case.
  struct Found {
    let ranking: [Posteriors.Ranked]
    /// The posterior of each place of the ranking in percent.
    let percent: [Double]
    let urgency: UrgencyReasons
    let ways: [Int: Explanation.Way]
    /// An interval for each place of the ranking.
    let intervals: [CredibleInterval]?
    let setting: String
    let knownCount: Int
  }

  func find(_ batch: CaseBatch, _ intervals: Intervals? = nil) -> Found {
    let scored = scorer.score(batch, top: 0)
    let posteriors = calibration?.apply(to: scored, of: batch, scorer: scorer) ?? scored
    let ranking = posteriors.ranking(of: 0)
    let ways = scorer.ways(of: 0, in: batch)
    return Found(
      ranking: ranking, percent: Percent.values(of: ranking.map(\.probability)),
      urgency: triage.assess(batch, posteriors: posteriors).outcome(of: 0)
        .reasons(model: model, posterior: posteriors.matrix.row(0)),
      ways: Dictionary(ways.map { ($0.cause, $0) }) { first, _ in first },
      intervals: intervals?.intervals.intervals(
        of: batch, posteriors: posteriors, causes: [ranking.map(\.cause)])[0],
      setting: model.settings[scorer.setting(of: 0, in: batch)],
      knownCount: batch.knownFindingCount(of: 0, settingFinding: model.settingFinding))
  }

  /// What to ask next, the first in front.
  ///
  /// - Parameter skipped: Findings that are not asked for again.
  func suggestions(_ batch: CaseBatch, skipped: [Int] = []) -> Suggestions {
    let skipped = Set(skipped)
    let appraisals = suggester.appraise(batch, posteriors: scorer.score(batch, top: 0))[0]
    return Suggestions(
      appraisals.filter { !skipped.contains($0.finding) }, model: model, by: .dialogue)
  }

  /// A RiskAssessment of the causes, a GuidanceResponse for what to ask next, and an
  /// OperationOutcome of what was not used, as Parameters.
  ///
  /// - Parameters:
  ///   - found: The case.
  ///   - top: How many causes; nothing for all.
  ///   - intervals: Intervals that are asked for.
  public func score(
    _ found: FHIRCase, top: Int? = nil, intervals: Intervals? = nil
  ) -> JSONValue {
    let batch = found.batch(model: model)
    return FHIRJSON.resource(
      "Parameters",
      [
        (
          "parameter",
          .array([
            FHIRJSON.parameter(
              "riskAssessment",
              resource: riskAssessment(
                found, find(batch, intervals), top: top, level: intervals?.level)),
            FHIRJSON.parameter(
              "guidance", resource: guidance(found, suggestions(batch, skipped: found.asked))),
            FHIRJSON.parameter("issues", resource: found.outcome),
          ])
        )
      ])
  }

  /// The model and the release, in a line.
  public var version: String {
    "Dorsal \(Release.version), model \(model.card.name) \(model.card.version)"
  }
}
