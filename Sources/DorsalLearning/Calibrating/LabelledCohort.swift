public import DorsalCore
internal import DorsalNumerics

/// All cases of a file with the posteriors of a model, for calibrations.
public struct LabelledCohort: Sendable {
  package let labelled: LabelledLogPosteriors
  /// How many rows could not be read.
  public let rejectedCount: Int
  /// How many cases there are.
  public var caseCount: Int { labelled.count }
  /// How many cases have an id that stood before.
  public let repeatCount: Int

  /// Cases that were read and scored elsewhere; what was read more than once is not told.
  package init(labelled: LabelledLogPosteriors, rejectedCount: Int) {
    self.labelled = labelled
    self.rejectedCount = rejectedCount
    repeatCount = 0
  }

  /// Reads and scores a file to its end, in parallel.
  ///
  /// - Parameters:
  ///   - reader: The file, behind its header.
  ///   - scorer: The scorer of the model to calibrate.
  ///   - keepsFindings: Whether the calibration's method needs the findings of the cases.
  ///   - repeatedIDs: What to do with an id that stands more than once.
  ///   - threads: How many blocks to work on at a time.
  ///   - reject: Takes each row that could not be read.
  /// - Throws: What the reader's source or `reject` throws.
  /// - Complexity: Memory for a `Float` a case and cause, and a byte a case and finding that
  ///   is kept.
  public init(
    _ reader: inout CaseFileReader, scorer: Scorer, keepsFindings: Bool = false,
    repeatedIDs: BlockReading.RepeatedIDs, threads: Int,
    reject: (Rejection) throws -> Void = { _ in }
  ) async throws {
    let none = LabelledLogPosteriors(
      causeCount: scorer.model.causes.count,
      keepingFindings: keepsFindings ? scorer.model.findings.count : 0)
    var labelled = none
    var rejectedCount = 0
    let counts = try await BlockReading.run(
      &reader, threads: threads, repeatedIDs: repeatedIDs
    ) { batch in
      var part = none
      part.append(batch, posteriors: scorer.score(batch), scorer: scorer)
      return part
    } take: { part in
      labelled.append(part)
    } room: { part in
      labelled.growth(by: part)
    } reject: { found in
      rejectedCount += found.count
      for rejection in found { try reject(rejection) }
    }
    // What follows cannot fail and asks for memory by the number of cases.
    try MemoryRoom.require(labelled.fitRoom)
    self.labelled = labelled
    self.rejectedCount = rejectedCount
    self.repeatCount = counts.repeats
  }

  /// Fits a calibration to the cases.
  ///
  /// - Throws: `DorsalError` where the cases cannot carry it.
  public func calibration(
    _ method: Calibration.Method, model: Model, options: CalibrationOptions
  ) async throws(DorsalError) -> FittedCalibration {
    try await FittedCalibration(method, to: labelled, model: model, options: options)
  }
}
