public import DorsalCore

extension Calibration {
  /// Fits a calibration to labelled cases.
  ///
  ///     let fitted = try await Calibration.fit(.temperature, to: labelled, scorer: scorer)
  ///     let answers = scorer.answers(for: batch, calibration: fitted.calibration)
  ///
  /// - Parameters:
  ///   - method: How posteriors are corrected.
  ///   - batch: The cases, with their diagnoses (a prior shift needs none).
  ///   - scorer: The scorer whose posteriors are corrected.
  ///   - options: How it is fitted.
  /// - Throws: `DorsalError` where the cases cannot carry it.
  /// - Complexity: O(cases × causes) for each step; memory for a `Float` a case and cause.
  public static func fit(
    _ method: Method, to batch: CaseBatch, scorer: Scorer,
    options: CalibrationOptions = CalibrationOptions()
  ) async throws(DorsalError) -> FittedCalibration {
    var labelled = LabelledLogPosteriors(
      causeCount: scorer.model.causes.count,
      keepingFindings: method.needsFindings ? scorer.model.findings.count : 0)
    labelled.append(batch, posteriors: scorer.score(batch), scorer: scorer)
    return try await FittedCalibration(method, to: labelled, model: scorer.model, options: options)
  }
}
