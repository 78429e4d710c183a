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
    /// What red-flag rules do, where that is asked for.
    public var rules: RuleTally?
    /// How many rows are further visits of an id.
    public var repeats = 0
  }

  private let scorer: Scorer
  private let triage: Triage
  private let stratumFindings: [Int]
  private let columns: CohortColumns
  private let countsRules: Bool
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
  ///   - columns: What else is kept of each case; the reader keeps the texts of the columns.
  ///   - countsRules: Whether it is counted what red-flag rules do.
  public init(
    scorer: Scorer, stratumFindings: [Int] = [], threads: Int, calibration: Calibration? = nil,
    sets: PredictionSets? = nil, columns: CohortColumns = CohortColumns(), countsRules: Bool = false
  ) {
    self.columns = columns
    self.countsRules = countsRules
    self.calibration = calibration
    self.sets = sets
    self.scorer = scorer
    self.triage = Triage(scorer: scorer)
    self.stratumFindings = stratumFindings
    self.threads = max(threads, 1)
  }

  /// What is taken from a block.
  private struct Part: Sendable {
    var cases: LabelledPosteriors
    var summary: CohortSummary
    var rules: RuleTally?
  }

  private func score(_ batch: CaseBatch) -> Part {
    var part = nothing
    part.cases.append(
      batch, scorer: scorer, triage: triage, calibration: calibration, sets: sets,
      rules: &part.rules)
    part.summary.add(batch)
    return part
  }

  private var nothing: Part {
    Part(
      cases: LabelledPosteriors(
        causeCount: scorer.model.causes.count, stratumFindings: stratumFindings, columns: columns),
      summary: CohortSummary(model: scorer.model),
      rules: countsRules ? RuleTally(model: scorer.model) : nil)
  }

  /// Reads a file to its end.
  ///
  /// - Parameters:
  ///   - reader: The case file, behind its header.
  ///   - reject: Takes each row that could not be read, and each whose id stood before.
  ///   - progress: Told the bytes read, cases read and rows rejected after each block.
  /// - Returns: What was read.
  /// - Throws: What the reader or `reject` throws, and `DorsalError` for columns that are not what
  ///   they were asked for as.
  /// - Complexity: O(bytes) time; memory for the posteriors of labelled cases and every id.
  public func read(
    _ reader: inout CaseFileReader, reject: (Rejection) throws -> Void,
    progress: (ReadingProgress) -> Void = { _ in }
  ) async throws -> Contents {
    let start = nothing
    var contents = Contents(cases: start.cases, summary: start.summary, rules: start.rules)
    let counts = try await BlockReading.run(
      &reader, threads: threads, repeatedIDs: columns.patients == .ids ? .keep : .reject
    ) { batch in
      score(batch)
    } take: { scored in
      contents.cases.append(scored.cases)
      contents.summary.add(scored.summary)
      if let rules = scored.rules { contents.rules?.add(rules) }
    } room: { scored in
      contents.cases.growth(by: scored.cases)
    } reject: { found in
      contents.rejected += found.count
      for rejection in found { try reject(rejection) }
    } progress: { counts in
      progress(counts)
    }
    if columns.patients == .ids { contents.repeats = counts.repeats }
    try contents.cases.checkColumns(file: reader.file)
    // What follows cannot fail and asks for memory by the number of cases.
    try MemoryRoom.require(contents.cases.evaluationRoom)
    return contents
  }
}
