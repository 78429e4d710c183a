/// Gives the posterior probability of every cause, for batches of cases.
///
/// For case i and cause c, with s(i, f) the state of a known finding f:
///
///     score(i, c) = log prior(setting(i), c) + Σ weight(f) · log P(s(i, f) | c)
///     posterior(i, ·) = softmax(score(i, ·))
///
/// A block's scores are the product of rows of indicators, one 1 for each known state, with
/// the evidence matrix: either as one `sgemm` or, since most of the indicators are zero, by
/// summing the rows of the known states (see `Kernel`). Findings are taken as independent
/// given the cause, up to their weights. Unknown findings add exactly nothing. Sums are
/// exact (see `EvidenceMatrix`), so that an answer does not depend on the kernel, the
/// block, the thread, the processor or the cases beside it, bit for bit.
///
/// A scorer does not change and may be shared between threads.
public struct Scorer: Sendable {
  /// The model that is scored with.
  public let model: Model
  /// The setting of cases that name none, as an index into `model.settings`.
  public let defaultSetting: Int
  /// The weighted log-likelihoods.
  public let evidence: EvidenceMatrix
  /// The kernel that was asked for, or nothing where the faster one is chosen.
  public let kernel: Kernel?
  /// The instructions in use.
  public let level: CPULevel

  let indicators: Indicators
  let rows: StateRows
  /// The evidence as the product takes it; made where a kernel was not ruled out.
  private let parts: Matrix
  private let blockSize: Int

  /// Cases of a block: large enough for `sgemm` to run near its best, small enough for
  /// scores and indicators to stay in the second-level cache.
  public static let usualBlockSize = 256

  /// The most leading causes that are ranked while posteriors are computed.
  public static let greatestTop = Softmax.greatestTop

  /// Prepares the scoring of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - defaultSetting: The index of the setting for cases that name none.
  ///   - blockSize: Cases of a block; answers do not depend on it.
  ///   - kernel: The kernel, or nothing for the faster one; answers do not depend on it.
  ///   - level: The instructions to use; answers do not depend on it.
  /// - Complexity: O(states × causes).
  public init(
    model: Model, defaultSetting: Int = 0, blockSize: Int = Scorer.usualBlockSize,
    kernel: Kernel? = nil, level: CPULevel = .best
  ) {
    precondition(model.settings.indices.contains(defaultSetting), "the setting is of the model")
    precondition(blockSize > 0, "a block has cases")
    precondition(level <= .best, "the processor has the instructions")
    self.model = model
    self.defaultSetting = defaultSetting
    self.blockSize = blockSize
    self.level = level
    let evidence = EvidenceMatrix(model: model)
    self.evidence = evidence
    let table = model.likelihoodTable
    let rows = StateRows(
      values: evidence.wholeNumbers, columnCount: table.causeCount,
      firstStateRow: table.firstStateRow, settingFinding: model.settingFinding,
      defaultSetting: defaultSetting)
    self.rows = rows
    self.indicators = Indicators(rows: rows, columnCount: table.stateRowCount, level: level)
    let findings = model.findings.count
    precondition(
      kernel != .gemm || findings <= EvidenceMatrix.greatestFindingCount,
      "a product of floats is exact up to 16384 findings")
    // Where summing rows is faster even with everything known, there is nothing to choose.
    let chosen =
      kernel
      ?? (Kernel.fastest(
        findings: findings, states: table.stateRowCount, knownShare: 1, level: level) == .gather
        ? .gather : nil)
    self.kernel = chosen
    self.parts =
      chosen == .gather
      ? Matrix(rowCount: 0, columnCount: 0) : evidence.parts(causeCount: table.causeCount)
  }

  /// The posterior of every case of a batch.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - top: How many leading causes of each case to rank on the way; more than
  ///     `greatestTop` are ranked when they are asked for.
  /// - Complexity: O(cases × known findings × causes) with `Kernel.gather`, O(cases ×
  ///   states × causes) in `sgemm` with `Kernel.gemm`, on the calling thread.
  public func score(_ batch: CaseBatch, top: Int = 0) -> Posteriors {
    precondition(batch.findingCount == model.findings.count, "the batch is of the scorer's model")
    let causes = model.causes.count
    let ranked = max(0, min(top, Softmax.greatestTop, causes))
    var posteriors = Matrix(rowCount: batch.count, columnCount: causes)
    var leading = Leading(rowCount: batch.count, top: ranked)
    let size = min(blockSize, batch.count)
    let padded = (size + Softmax.lanes - 1) / Softmax.lanes * Softmax.lanes
    let scores = AlignedArray<Int32>(count: padded * rows.stride)
    let scratch = AlignedArray<Float>(count: Softmax.scratchCount(columns: causes))
    let chosen = kernel ?? fastest(for: batch)
    var product = Matrix(rowCount: chosen == .gemm ? size : 0, columnCount: 2 * causes)
    let list = AlignedArray<Int32>(
      count: chosen == .gather ? rows.scratchCount(cases: size) : 0)
    func finish(start: Int, count: Int) {
      Softmax.write(
        scores: scores, stride: rows.stride, unit: Float(evidence.unit), count: count,
        into: &posteriors, firstRow: start, top: ranked, leading: &leading, scratch: scratch,
        level: level)
    }
    switch chosen {
    case .gather:
      for start in stride(from: 0, to: batch.count, by: max(size, 1)) {
        let count = min(size, batch.count - start)
        rows.sum(
          batch.codes, start: start, count: count, into: scores, scratch: list, level: level)
        finish(start: start, count: count)
      }
    case .gemm:
      indicators.eachBlock(of: batch, size: size) { block, start, count in
        BLAS.multiply(block, parts, into: &product, rowCount: count)
        Softmax.join(
          parts: product, count: count, shift: EvidenceMatrix.fineBits, into: scores,
          stride: rows.stride, level: level)
        finish(start: start, count: count)
      }
    }
    return Posteriors(matrix: posteriors, leading: leading)
  }

  /// The faster kernel for what is known of a batch. Its answers do not depend on it.
  private func fastest(for batch: CaseBatch) -> Kernel {
    var known = 0
    for code in batch.codes where code != CaseBatch.unknown { known += 1 }
    return Kernel.fastest(
      findings: batch.findingCount, states: model.likelihoodTable.stateRowCount,
      knownShare: Double(known) / Double(max(batch.codes.count, 1)), level: level)
  }

  /// The setting whose prior a case gets, as an index into `model.settings`.
  public func setting(of index: Int, in batch: CaseBatch) -> Int {
    batch.state(of: model.settingFinding, case: index) ?? defaultSetting
  }
}
