/// Gives the posterior probability of every cause, for batches of cases.
///
/// For case i and cause c, with s(i, f) the state of a known finding f:
///
///     score(i, c) = log prior(setting(i), c) + Σ weight(f) · log P(s(i, f) | c)
///     posterior(i, ·) = softmax(score(i, ·))
///
/// Blocks of cases become rows of indicators, one 1 for each known state, and a
/// block's scores are one `sgemm` against the evidence matrix. Findings are taken as
/// independent given the cause, up to their weights. Unknown findings add exactly
/// nothing. Sums are exact (see `EvidenceMatrix`), so that an answer does not depend on
/// the block, the thread, the processor or the cases beside it, bit for bit.
///
/// A scorer does not change and may be shared between threads.
public struct Scorer: Sendable {
  /// The model that is scored with.
  public let model: Model
  /// The setting of cases that name none, as an index into `model.settings`.
  public let defaultSetting: Int
  /// The weighted log-likelihoods.
  public let evidence: EvidenceMatrix

  let indicators: Indicators
  private let blockSize: Int

  /// Cases of a block: large enough for `sgemm` to run near its best, small enough
  /// for the indicators to stay in the second-level cache.
  public static let usualBlockSize = 256

  /// Prepares the scoring of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - defaultSetting: The index of the setting for cases that name none.
  ///   - blockSize: Cases of a block; answers do not depend on it.
  /// - Complexity: O(states × causes).
  public init(model: Model, defaultSetting: Int = 0, blockSize: Int = Scorer.usualBlockSize) {
    precondition(model.settings.indices.contains(defaultSetting), "the setting is of the model")
    precondition(blockSize > 0, "a block has cases")
    self.model = model
    self.defaultSetting = defaultSetting
    self.blockSize = blockSize
    self.evidence = EvidenceMatrix(model: model)
    self.indicators = Indicators(model: model, defaultSetting: defaultSetting)
  }

  /// The posterior of every case of a batch.
  ///
  /// - Complexity: O(cases × states × causes) in `sgemm`, on the calling thread.
  public func score(_ batch: CaseBatch) -> Posteriors {
    precondition(batch.findingCount == model.findings.count, "the batch is of the scorer's model")
    let causes = model.causes.count
    var posteriors = Matrix(rowCount: batch.count, columnCount: causes)
    var scores = Matrix(
      rowCount: min(blockSize, batch.count), columnCount: evidence.matrix.columnCount)
    indicators.eachBlock(of: batch, size: blockSize) { block, start, count in
      BLAS.multiply(block, evidence.matrix, into: &scores, rowCount: count)
      Softmax.write(sumsOf: scores, rowCount: count, into: &posteriors, firstRow: start)
    }
    return Posteriors(matrix: posteriors)
  }

  /// The setting whose prior a case gets, as an index into `model.settings`.
  public func setting(of index: Int, in batch: CaseBatch) -> Int {
    batch.state(of: model.settingFinding, case: index) ?? defaultSetting
  }
}
