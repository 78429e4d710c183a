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

  /// Prepares the reading of files.
  ///
  /// - Parameters:
  ///   - scorer: The scorer to judge.
  ///   - stratumFindings: Findings whose states are kept, to evaluate by subgroup.
  ///   - threads: How many blocks to work on at a time, at least 1.
  ///   - calibration: What to correct the posteriors with, or nothing.
  public init(
    scorer: Scorer, stratumFindings: [Int] = [], threads: Int, calibration: Calibration? = nil
  ) {
    self.calibration = calibration
    self.scorer = scorer
    self.triage = Triage(scorer: scorer)
    self.stratumFindings = stratumFindings
    self.threads = max(threads, 1)
  }

  private struct Part: Sendable {
    let decoded: CaseBlock.Decoded
    let scored: (cases: LabelledPosteriors, summary: CohortSummary)
    let bytesRead: Int
  }

  private func score(_ batch: CaseBatch) -> (cases: LabelledPosteriors, summary: CohortSummary) {
    var cases = LabelledPosteriors(
      causeCount: scorer.model.causes.count, stratumFindings: stratumFindings)
    cases.append(batch, scorer: scorer, triage: triage, calibration: calibration)
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
    progress: (CohortScoring.Progress) -> Void = { _ in }
  ) async throws -> Contents {
    var contents = Contents(
      cases: LabelledPosteriors(
        causeCount: scorer.model.causes.count, stratumFindings: stratumFindings),
      summary: CohortSummary(model: scorer.model))
    var counts = CohortScoring.Progress()
    var ids = RecentIDs(window: .max)
    let file = reader.file
    try await OrderedMap.run(width: threads) {
      try reader.next()
    } transform: { (block: CaseBlock) in
      let decoded = block.decode()
      return Part(decoded: decoded, scored: score(decoded.cases), bytesRead: block.bytesRead)
    } consume: { part in
      let batch = part.decoded.cases
      var rejections = part.decoded.rejections
      var kept = CaseBatch(findingCount: batch.findingCount)
      var repeated: Set<Int> = []
      for index in 0..<batch.count {
        if let first = ids.insert(batch.idBytes(of: index), line: batch.lines[index]) {
          repeated.insert(index)
          rejections.append(
            .repeatedID(batch.id(of: index), file: file, line: batch.lines[index], first: first))
        }
      }
      var scored = part.scored
      if !repeated.isEmpty {
        // Rare: the block is scored once more without the rows whose id stood before.
        for index in 0..<batch.count where !repeated.contains(index) {
          kept.append(case: index, of: batch)
        }
        scored = score(kept)
      }
      contents.cases.append(scored.cases)
      contents.summary.add(scored.summary)
      rejections.sort { $0.line < $1.line }
      for rejection in rejections { try reject(rejection) }
      contents.rejected += rejections.count
      counts.casesOut = contents.summary.caseCount
      counts.rejected = contents.rejected
      counts.rowsIn = counts.casesOut + counts.rejected
      counts.bytesRead = part.bytesRead
      progress(counts)
    }
    return contents
  }
}
