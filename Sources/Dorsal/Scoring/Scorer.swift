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
  }

  /// The posterior of every case of a batch.
  ///
  /// - Complexity: O(cases × states × causes) in `sgemm`, on the calling thread.
  public func score(_ batch: CaseBatch) -> Posteriors {
    precondition(batch.findingCount == model.findings.count, "the batch is of the scorer's model")
    let causes = model.causes.count
    var posteriors = Matrix(rowCount: batch.count, columnCount: causes)
    let rows = min(blockSize, batch.count)
    var indicators = Matrix(rowCount: rows, columnCount: evidence.matrix.rowCount)
    var scores = Matrix(rowCount: rows, columnCount: evidence.matrix.columnCount)
    var start = 0
    while start < batch.count {
      let count = min(rows, batch.count - start)
      fill(&indicators, from: batch, start: start, count: count)
      BLAS.multiply(indicators, evidence.matrix, into: &scores, rowCount: count)
      Softmax.write(sumsOf: scores, rowCount: count, into: &posteriors, firstRow: start)
      start += count
    }
    return Posteriors(matrix: posteriors)
  }

  /// Writes the indicator rows of some cases; rows of a former block are cleared first.
  private func fill(_ indicators: inout Matrix, from batch: CaseBatch, start: Int, count: Int) {
    let columns = indicators.columnCount
    let codes = batch.codes.span
    let firstStateRow = evidence.firstStateRow.span
    let setting = model.settingFinding
    let defaultCode = UInt8(defaultSetting + 1)
    indicators.withElements { elements in
      for index in 0..<count * columns { elements[index] = 0 }
      for row in 0..<count {
        let first = (start + row) * batch.findingCount
        for finding in 0..<batch.findingCount {
          var code = codes[first + finding]
          if code == CaseBatch.unknown, finding == setting { code = defaultCode }
          if code != CaseBatch.unknown {
            elements[row * columns + firstStateRow[finding] + Int(code) - 1] = 1
          }
        }
      }
    }
  }

  /// The setting whose prior a case gets, as an index into `model.settings`.
  public func setting(of index: Int, in batch: CaseBatch) -> Int {
    batch.state(of: model.settingFinding, case: index) ?? defaultSetting
  }
}
