public import DorsalCore
public import DorsalLearning
internal import DorsalNumerics

/// Reads, scores and triages a file of labelled cases block by block, in parallel over blocks,
/// and keeps what an evaluation needs of it: posteriors and diagnoses, not the findings.
public struct CohortReading: Sendable {
  /// What was read.
  public struct Contents: Sendable {
    /// Posteriors and diagnoses of the labelled cases, in the order of the file.
    public var cases: LabelledPosteriors
    /// What the cases are like.
    public var summary: CohortSummary
    /// How many rows could not be read, repeated ids included.
    public var rejected = 0
  }

  private let scorer: Scorer
  private let triage: Triage
  private let stratumFindings: [Int]
  private let threads: Int
  private let calibration: Calibration?
  private let sets: PredictionSets?

  /// Prepares the reading of files.
  ///
  /// - Parameters:
  ///   - scorer: The scorer to judge.
  ///   - stratumFindings: Findings whose states are kept, to evaluate by subgroup.
  ///   - threads: How many blocks to work on at a time, at least 1.
  ///   - calibration: What to correct the posteriors with, or nothing.
  ///   - sets: What makes prediction sets of the corrected posteriors, or nothing.
  public init(
    scorer: Scorer, stratumFindings: [Int] = [], threads: Int, calibration: Calibration? = nil,
    sets: PredictionSets? = nil
  ) {
    self.calibration = calibration
    self.sets = sets
    self.scorer = scorer
    self.triage = Triage(scorer: scorer)
    self.stratumFindings = stratumFindings
    self.threads = max(threads, 1)
  }

  private func score(_ batch: CaseBatch) -> (cases: LabelledPosteriors, summary: CohortSummary) {
    var cases = LabelledPosteriors(
      causeCount: scorer.model.causes.count, stratumFindings: stratumFindings)
    cases.append(batch, scorer: scorer, triage: triage, calibration: calibration, sets: sets)
    var summary = CohortSummary(model: scorer.model)
    summary.add(batch)
    return (cases, summary)
  }

  /// Reads a file to its end.
  ///
  /// - Parameters:
  ///   - reader: The case file, behind its header.
  ///   - reject: Takes each row that could not be read, and each whose id stood before.
  ///   - progress: Told the bytes read, cases read and rows rejected after each block.
  /// - Returns: What was read.
  /// - Throws: What the reader or `reject` throws.
  /// - Complexity: O(bytes) time; memory for the posteriors of labelled cases and every id.
  public func read(
    _ reader: inout CaseFileReader, reject: (Rejection) throws -> Void,
    progress: (ReadingProgress) -> Void = { _ in }
  ) async throws -> Contents {
    var contents = Contents(
      cases: LabelledPosteriors(
        causeCount: scorer.model.causes.count, stratumFindings: stratumFindings),
      summary: CohortSummary(model: scorer.model))
    _ = try await BlockReading.run(
      &reader, threads: threads, repeatedIDs: .reject
    ) { batch in
      score(batch)
    } take: { scored in
      contents.cases.append(scored.cases)
      contents.summary.add(scored.summary)
    } room: { scored in
      contents.cases.growth(by: scored.cases)
    } reject: { found in
      contents.rejected += found.count
      for rejection in found { try reject(rejection) }
    } progress: { counts in
      progress(counts)
    }
    // What follows cannot fail and asks for memory by the number of cases.
    try MemoryRoom.require(contents.cases.evaluationRoom)
    return contents
  }
}
