public import DorsalCore
public import DorsalLearning
internal import DorsalNumerics

/// Answers a case file by one side of a comparison, block by block and in parallel over blocks, and
/// keeps what the comparison needs of it.
public struct ComparisonReading: Sendable {
  /// What was read.
  public struct Contents: Sendable {
    /// The answers, in the order of the file.
    public var answers: AnsweredCases
    /// What the cases are like.
    public var summary: CohortSummary
    /// The lines of rows that could not be read, repeated ids included.
    public var rejectedLines: Set<Int> = []
  }

  private let scorer: Scorer
  private let triage: Triage
  private let calibration: Calibration?
  private let threads: Int

  /// Prepares the reading of a file.
  ///
  /// - Parameters:
  ///   - scorer: The scorer of the side.
  ///   - calibration: What to correct the posteriors with, or nothing.
  ///   - threads: How many blocks to work on at a time, at least 1.
  public init(scorer: Scorer, calibration: Calibration? = nil, threads: Int) {
    self.scorer = scorer
    self.calibration = calibration
    self.threads = max(threads, 1)
    triage = Triage(scorer: scorer)
  }

  private func answer(_ batch: CaseBatch) -> (answers: AnsweredCases, summary: CohortSummary) {
    var answers = AnsweredCases(model: scorer.model)
    answers.append(batch, scorer: scorer, triage: triage, calibration: calibration)
    var summary = CohortSummary(model: scorer.model)
    summary.add(batch)
    return (answers, summary)
  }

  /// Reads a file to its end.
  ///
  /// - Parameters:
  ///   - reader: The case file, behind its header.
  ///   - reject: Takes each row that could not be read, and each whose id stood before.
  ///   - progress: Told the bytes read, cases read and rows rejected after each block.
  /// - Returns: What was read.
  /// - Throws: What the reader or `reject` throws.
  /// - Complexity: O(bytes) time; memory for an answer a case, and every id.
  public func read(
    _ reader: inout CaseFileReader, reject: (Rejection) throws -> Void,
    progress: (ReadingProgress) -> Void = { _ in }
  ) async throws -> Contents {
    var contents = Contents(
      answers: AnsweredCases(model: scorer.model), summary: CohortSummary(model: scorer.model))
    _ = try await BlockReading.run(
      &reader, threads: threads, repeatedIDs: .reject
    ) { batch in
      answer(batch)
    } take: { answered in
      contents.answers.append(answered.answers)
      contents.summary.add(answered.summary)
    } room: { answered in
      contents.answers.growth(by: answered.answers)
    } reject: { found in
      for rejection in found {
        contents.rejectedLines.insert(rejection.line)
        try reject(rejection)
      }
    } progress: { counts in
      progress(counts)
    }
    return contents
  }
}
