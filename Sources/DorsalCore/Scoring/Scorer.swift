public import DorsalNumerics

/// Gives the posterior probability of every cause, for batches of cases.
///
/// For case i and cause c, with s(i, f) the state of a known finding f:
///
///     score(i, c) = log prior(setting(i), c) + Σ weight(f) · log P(s(i, f) | c) + Σ r(x(i, t) | c)
///     posterior(i, ·) = softmax(score(i, ·))
///
/// A block's scores are the product of rows of indicators, one 1 for each known state, with
/// the evidence matrix: either as one `sgemm` or, since most of the indicators are zero, by
/// summing the rows of the known states (see `Kernel`). Findings are taken as independent
/// given the cause, up to their weights, and to what the groups and parents t of the model add
/// for the joint state x of their findings (see `JointStates`). Unknown findings add exactly nothing. Sums are
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
  /// The kernel in use.
  public let kernel: Kernel
  /// The instructions in use.
  public let level: CPULevel

  package let indicators: Indicators
  let rows: StateRows
  /// The evidence as the product takes it; empty for the gather kernel.
  private let parts: Matrix
  /// What findings that hang on each other say together, in units of the evidence; nothing
  /// where none do.
  let joints: JointRows?
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
  ///   - kernel: The kernel; answers do not depend on it.
  ///   - level: The instructions to use; answers do not depend on it.
  /// - Complexity: O(states × causes).
  public init(
    model: Model, defaultSetting: Int = 0, blockSize: Int = Scorer.usualBlockSize,
    kernel: Kernel = .fastest, level: CPULevel = .best
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
    precondition(
      kernel != .gemm || model.findings.count <= EvidenceMatrix.greatestFindingCount,
      "a product of floats is exact up to 16384 findings")
    self.kernel = kernel
    self.joints = model.jointStates.map { states in
      let unit = evidence.unit
      return JointRows(
        terms: states.terms.map {
          JointRows.Term(findings: $0.findings, factors: $0.factors, firstRow: $0.firstRow)
        }, rowCount: states.rowCount, findingCount: model.findings.count, stride: rows.stride
      ) { row in states.evidence(ofRow: row).dropLast().map { Int32(($0 / unit).rounded()) } }
    }
    self.parts =
      kernel == .gather
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
    var posteriors = Posteriors()
    score(batch, top: top, into: &posteriors)
    return posteriors
  }

  /// The same, into posteriors whose memory is used again where they have the same number of
  /// cases and ranked causes: for batches that come one after the other.
  public func score(_ batch: CaseBatch, top: Int = 0, into posteriors: inout Posteriors) {
    batch.requireCases(of: model)
    let causes = model.causes.count
    let ranked = max(0, min(top, Softmax.greatestTop, causes))
    posteriors.reshape(caseCount: batch.count, causeCount: causes, ranked: ranked)
    let size = min(blockSize, batch.count)
    let padded = (size + Softmax.lanes - 1) / Softmax.lanes * Softmax.lanes
    // Rows of scores behind the last case fill lanes whose posteriors nobody gets.
    let scores = AlignedArray<Int32>(unwrittenCount: padded * rows.stride)
    let scratch = AlignedArray<Float>(unwrittenCount: Softmax.scratchCount(columns: causes))
    let jointScratch = AlignedArray<Int32>(unwrittenCount: joints?.scratchCount(cases: size) ?? 1)
    func finish(start: Int, count: Int) {
      joints?.add(
        batch.codes, start: start, count: count, to: scores, scratch: jointScratch, level: level)
      posteriors.write { matrix, leading in
        Softmax.write(
          scores: scores, stride: rows.stride, unit: Float(evidence.unit), count: count,
          into: &matrix, firstRow: start, top: ranked, leading: &leading, scratch: scratch,
          level: level)
      }
    }
    switch kernel {
    case .gather:
      let list = AlignedArray<Int32>(unwrittenCount: rows.scratchCount(cases: size))
      for start in stride(from: 0, to: batch.count, by: max(size, 1)) {
        let count = min(size, batch.count - start)
        rows.sum(
          batch.codes, start: start, count: count, into: scores, scratch: list, level: level)
        finish(start: start, count: count)
      }
    case .gemm:
      var product = Matrix(rowCount: size, columnCount: 2 * causes)
      indicators.eachBlock(of: batch, size: size) { block, start, count in
        BLAS.multiply(block, parts, into: &product, rowCount: count)
        Softmax.join(
          parts: product, count: count, shift: EvidenceMatrix.fineBits, into: scores,
          stride: rows.stride, level: level)
        finish(start: start, count: count)
      }
    }
  }

  /// What a joint state adds to the score of each cause, in nats and whole units of the evidence.
  func jointEvidence(ofRow row: Int) -> [Double] {
    guard let states = model.jointStates else { return [] }
    return states.evidence(ofRow: row).dropLast().map {
      ($0 / evidence.unit).rounded() * evidence.unit
    }
  }

  /// The setting whose prior a case gets, as an index into `model.settings`.
  public func setting(of index: Int, in batch: CaseBatch) -> Int {
    batch.state(of: model.settingFinding, case: index) ?? defaultSetting
  }
}
