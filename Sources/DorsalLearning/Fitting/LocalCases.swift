public import DorsalCore
internal import DorsalNumerics

/// The labelled cases of a file, counted, and kept where they are needed again.
public struct LocalCases: Sendable {
  package let counts: LocalCounts
  /// How many rows could not be read.
  public let rejectedCount: Int
  /// How many cases there are.
  public let caseCount: Int
  /// How many of them have an id that stood before.
  public let repeatCount: Int
  /// Cases for a fit that goes over them again and again.
  package let sample: CaseSample
  /// The cases, block by block, where they were to be kept.
  private let batches: [CaseBatch]

  /// Cases with one diagnosis, which are what is counted.
  public var countedCount: Int { counts.countedCases }
  /// Cases that accept several diagnoses; they are not counted.
  public var ambiguousCount: Int { counts.ambiguousCases }
  /// Cases without a diagnosis.
  public var unlabelledCount: Int { counts.unlabelledCases }

  /// Reads and counts a file to its end, in parallel.
  ///
  /// - Parameters:
  ///   - reader: The file, behind its header.
  ///   - scorer: The scorer of the model whose states are counted.
  ///   - keepsCases: Whether a calibration is to follow.
  ///   - samplesCases: Whether a prior model is to be fitted to them, as `LocalFit.fitted` does.
  ///   - repeatedIDs: What to do with an id that stands more than once.
  ///   - threads: How many blocks to work on at a time.
  ///   - reject: Takes each row that could not be read.
  /// - Throws: What the reader's source or `reject` throws.
  public init(
    _ reader: inout CaseFileReader, scorer: Scorer, keepsCases: Bool,
    samplesCases: Bool = true, repeatedIDs: BlockReading.RepeatedIDs, threads: Int,
    reject: (Rejection) throws -> Void = { _ in }
  ) async throws {
    var counts = LocalCounts(model: scorer.model)
    var rejectedCount = 0
    var batches: [CaseBatch] = []
    var sample = CaseSample(model: scorer.model)
    let found = try await BlockReading.run(
      &reader, threads: threads, repeatedIDs: repeatedIDs
    ) { batch in
      (LocalCounts(batch, scorer: scorer), batch)
    } take: { part in
      counts.add(part.0)
      if samplesCases { sample.add(part.1) }
      if keepsCases { batches.append(part.1) }
    } room: { _ in
      batches.growth(by: 1)
    } reject: { rejected in
      rejectedCount += rejected.count
      for rejection in rejected { try reject(rejection) }
    }
    if keepsCases { try Self.requireRoom(for: found.cases, of: scorer.model) }
    self.counts = counts
    self.rejectedCount = rejectedCount
    self.caseCount = found.cases
    self.repeatCount = found.repeats
    self.sample = sample
    self.batches = batches
  }

  /// Counts cases that come batch by batch, and not from a file.
  ///
  /// - Parameters:
  ///   - scorer: The scorer of the model whose states are counted.
  ///   - keepsCases: Whether a calibration is to follow.
  ///   - repeatedIDs: What to do with an id that stands more than once.
  ///   - next: Gives the next cases, and how many rows could not be read beside them; nothing at
  ///     the end.
  /// - Throws: What `next` throws, or `MemoryFault`.
  package init(
    scorer: Scorer, keepsCases: Bool, repeatedIDs: BlockReading.RepeatedIDs,
    next: () throws -> (cases: CaseBatch, rejected: Int)?
  ) throws {
    var counts = LocalCounts(model: scorer.model)
    var (rejectedCount, caseCount, repeatCount) = (0, 0, 0)
    var batches: [CaseBatch] = []
    var sample = CaseSample(model: scorer.model)
    var ids = RecentIDs(window: .max)
    while let (batch, rejected) = try next() {
      rejectedCount += rejected
      try MemoryRoom.require(ids.growth(by: batch))
      let repeated = Set(ids.insert(batch).map(\.index))
      repeatCount += repeated.count
      var kept = batch
      if !repeated.isEmpty, repeatedIDs == .reject {
        kept = CaseBatch(like: batch)
        for index in 0..<batch.count where !repeated.contains(index) {
          kept.append(case: index, of: batch)
        }
        rejectedCount += repeated.count
      }
      caseCount += kept.count
      counts.add(LocalCounts(kept, scorer: scorer))
      sample.add(kept)
      if keepsCases { batches.append(kept) }
    }
    if keepsCases { try Self.requireRoom(for: caseCount, of: scorer.model) }
    self.counts = counts
    self.rejectedCount = rejectedCount
    self.caseCount = caseCount
    self.repeatCount = repeatCount
    self.sample = sample
    self.batches = batches
  }

  /// Asks for what cross-fitting takes: the scores of all cases, and the cases of a fold once more.
  private static func requireRoom(for cases: Int, of model: Model) throws(MemoryFault) {
    try MemoryRoom.require(cases * (24 * model.causes.count + 3 * model.findings.count + 64))
  }

  /// Posteriors of all cases that were kept, each by a model fitted to the other folds.
  ///
  /// As `crossFitted(_:scorer:keepsFindings:options:tables:)`, which says more.
  package func crossFitted(
    scorer: Scorer, keepsFindings: Bool, options: CalibrationOptions,
    tables: (LocalCounts, _ isCounted: (UInt64) -> Bool) -> ModelTables
  ) throws(DorsalError) -> LabelledLogPosteriors {
    try crossFitted(
      batches, scorer: scorer, keepsFindings: keepsFindings, options: options, tables: tables)
  }

  /// Posteriors of some of the cases, each by a model fitted to the other folds.
  ///
  /// - Parameters:
  ///   - batches: Those cases, each of which was counted.
  ///   - scorer: The scorer that the cases were counted with.
  ///   - keepsFindings: Whether the calibration's method needs the findings of the cases.
  ///   - options: Folds and seed, the same as of the calibration.
  ///   - tables: Makes the tables of a model out of counts, and of what tells by the bits of an id
  ///     whether a case was counted.
  /// - Throws: `DorsalError` where tables are not a model.
  package func crossFitted(
    _ batches: [CaseBatch], scorer: Scorer, keepsFindings: Bool, options: CalibrationOptions,
    tables: (LocalCounts, _ isCounted: (UInt64) -> Bool) -> ModelTables
  ) throws(DorsalError) -> LabelledLogPosteriors {
    var all = LabelledLogPosteriors(
      causeCount: scorer.model.causes.count,
      keepingFindings: keepsFindings ? scorer.model.findings.count : 0)
    func fold(_ id: UInt64) -> Int {
      CaseHash.fold(
        CaseHash.bits(id, seed: options.seed, purpose: .fold), of: options.foldCount)
    }
    for place in 0..<options.foldCount {
      var inFold = LocalCounts(model: scorer.model)
      var cases = CaseBatch(model: scorer.model)
      for batch in batches {
        let members = (0..<batch.count).filter { index in
          fold(CaseHash.bits(of: batch.idBytes(of: index))) == place
        }
        for index in members { cases.append(case: index, of: batch) }
      }
      inFold.add(LocalCounts(cases, scorer: scorer))
      let model = try Model(tables: tables(counts.subtracting(inFold)) { fold($0) != place })
      let others = Scorer(model: model, defaultSetting: scorer.defaultSetting)
      all.append(LabelledLogPosteriors(cases, scorer: others, keepsFindings: keepsFindings))
    }
    return all
  }
}
