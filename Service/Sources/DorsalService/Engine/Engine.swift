import Dorsal
import DorsalFHIR

/// All that answers cases, prepared once: a request costs no more than its own cases.
package struct Engine: Sendable {
  /// The intervals that may be asked for.
  static let levels = [0.5, 0.8, 0.9, 0.95, 0.99]

  package let scorer: Scorer
  package let calibration: Calibration?
  /// Reads cases of the model.
  package let reader: CaseTextReader
  /// Reads cases with the inputs of scores.
  package let explainedReader: CaseTextReader
  /// Reads and answers cases in FHIR.
  package let fhir: FHIRAnswers
  private let suggestions: SuggestionWriter
  private let rankings = Prepared<RankingKey, RankingRows>()
  private let intervals = Prepared<Double, CredibleIntervals>()
  private let explainers = Prepared<Double?, Explainer>()

  private struct RankingKey: Hashable, Sendable {
    let top: Int
    let level: Double?
  }

  /// Prepares answers.
  ///
  /// - Throws: `DorsalError` where the model's tables of codes have faults.
  package init(model: Model, calibration: Calibration? = nil) throws(DorsalError) {
    scorer = Scorer(model)
    fhir = try FHIRAnswers(scorer: scorer, calibration: calibration)
    self.calibration = calibration
    reader = CaseTextReader(model: model)
    explainedReader = CaseTextReader(model: model, takesInputs: true)
    suggestions = SuggestionWriter(scorer: scorer, options: .json)
  }

  package var model: Model { scorer.model }

  /// What ranks causes.
  ///
  /// - Parameters:
  ///   - top: How many causes; more than there are is all.
  ///   - level: One of `levels`, or nothing.
  func rankings(top: Int, level: Double?) -> RankingRows {
    let key = RankingKey(top: min(top, model.causes.count), level: level)
    return rankings[key] {
      var parts = AnswerParts()
      parts.top = key.top
      parts.calibration = calibration
      parts.intervals = level.map(intervals(level:))
      return RankingRows(scorer: scorer, parts: parts, format: .jsonl)
    }
  }

  /// What says what to ask next.
  func suggestions(_ options: SuggestionWriter.Options) -> SuggestionWriter {
    suggestions.with(options)
  }

  /// Intervals of one of `levels`.
  func intervals(level: Double) -> CredibleIntervals {
    intervals[level] { CredibleIntervals(scorer: scorer, level: level) }
  }

  /// What explains cases that `explainedReader` reads.
  ///
  /// - Parameter level: One of `levels`, or nothing.
  func explainer(level: Double?) -> Explainer {
    explainers[level] {
      Explainer(
        scorer: scorer,
        intervals: level.map(intervals(level:)), calibration: calibration)
    }
  }
}

extension SuggestionWriter.Options {
  /// The usual ones, as JSON.
  static var json: Self {
    var options = Self()
    options.format = .jsonl
    return options
  }
}
