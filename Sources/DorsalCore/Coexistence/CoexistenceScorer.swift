public import DorsalNumerics

/// P(cause present) where a patient may have more than one cause, for batches of cases.
///
/// The hypotheses are every cause alone and every set of two causes, or of two and three
/// (see `Hypotheses` for their priors and `CombinedLikelihood` for their likelihoods):
///
///     posterior(i, h) = softmax over h of  log w(setting(i), h) + Σ weight(f) · log P(s(i,f) | h)
///     present(i, c)   = Σ posterior(i, h) over the hypotheses h that have c
///
/// that is indicators × evidence of all hypotheses, a softmax, and one more product with
/// the membership matrix. P(cause present) of different causes does not sum to one.
///
/// Both products are exact, whatever the order of their terms (whole numbers in the first;
/// see `Membership` for the second), so that answers are the same bit for bit with every
/// block size, thread, processor and neighbour.
public struct CoexistenceScorer: Sendable {
  /// The hypotheses.
  public let hypotheses: Hypotheses
  package let scorer: Scorer
  private let evidence: HypothesisEvidence
  private let membership: Membership
  private let remainder: RemainderBound
  private let blockSize: Int
  private let level: CPULevel

  /// Prepares the scoring of sets of causes.
  ///
  /// - Parameters:
  ///   - scorer: The scorer of single causes, whose model and default setting are used.
  ///   - upTo: The most causes of a set, 2 or 3.
  /// - Complexity: O(states × hypotheses); 80 causes have 3,161 hypotheses up to pairs and
  ///   82,240 up to triples.
  public init(scorer: Scorer, upTo: Int = 2) {
    self.init(scorer: scorer, upTo: upTo, blockSize: nil)
  }

  /// The same with another block size or other instructions; answers do not depend on them.
  package init(scorer: Scorer, upTo: Int, blockSize: Int?, level: CPULevel = .best) {
    let model = scorer.model
    hypotheses = Hypotheses(causeCount: model.causes.count, upTo: upTo)
    self.scorer = scorer
    evidence = HypothesisEvidence(
      model: model, hypotheses: hypotheses, defaultSetting: scorer.defaultSetting)
    membership = Membership(hypotheses)
    remainder = RemainderBound(
      model: model, hypotheses: hypotheses, defaultSetting: scorer.defaultSetting)
    // The sums of a block stay in the second-level cache.
    self.blockSize = blockSize ?? max(16, min(64, 65_536 / hypotheses.count))
    self.level = level
  }

  /// What is said of every case of a batch.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - top: How many leading sets of two or more causes to give.
  /// - Complexity: O(cases × known findings × hypotheses) additions and
  ///   O(cases × hypotheses × causes) in `sgemm`, on the calling thread.
  public func score(_ batch: CaseBatch, top: Int = 5) -> CoexistingPosteriors {
    batch.requireCases(of: scorer.model)
    let causes = hypotheses.causeCount
    var present = Matrix(rowCount: batch.count, columnCount: causes)
    var together: [[CoexistingPosteriors.RankedSet]] = []
    together.reserveCapacity(batch.count)
    var leftOut: [Double] = []
    leftOut.reserveCapacity(batch.count)
    eachBlock(of: batch) { posteriors, start, count in
      membership.write(posteriors, rowCount: count, into: &present, firstRow: start)
      for row in 0..<count {
        together.append(leadingSets(posteriors.row(row), top: top))
        leftOut.append(
          remainder.value(case: start + row, of: batch, posterior: posteriors.row(row)))
      }
    }
    return CoexistingPosteriors(
      hypotheses: hypotheses, present: present, together: together, leftOutAtMost: leftOut)
  }

  /// The posterior of every hypothesis in every case: a row for each case, a column for
  /// each hypothesis; rows sum to one.
  public func posteriors(_ batch: CaseBatch) -> Matrix { posteriors(batch, top: 0).matrix }

  /// The same with the leading hypotheses of every case, of whatever size.
  ///
  /// - Parameter top: How many, at most `Softmax.greatestTop`.
  package func posteriors(_ batch: CaseBatch, top: Int) -> (matrix: Matrix, leading: Leading) {
    var all = Matrix(rowCount: batch.count, columnCount: hypotheses.count)
    let leading = writePosteriors(batch, top: top, into: &all)
    return (all, leading)
  }

  /// The same into memory that is there already.
  package func writePosteriors(_ batch: CaseBatch, top: Int, into all: inout Matrix) -> Leading {
    batch.requireCases(of: scorer.model)
    precondition(
      all.rowCount >= batch.count && all.columnCount == hypotheses.count, "rows have a place")
    var leading = Leading(rowCount: batch.count, top: top)
    var memory = ScoringMemory(self)
    for start in stride(from: 0, to: batch.count, by: blockSize) {
      let count = min(blockSize, batch.count - start)
      memory.write(
        batch, start: start, count: count, into: &all, firstRow: start, leading: &leading)
    }
    return leading
  }

  /// Goes through a batch in blocks, with the posteriors of all hypotheses.
  ///
  /// - Parameter body: Takes the posteriors, the first case, and how many rows count.
  private func eachBlock(of batch: CaseBatch, body: (Matrix, Int, Int) -> Void) {
    var memory = ScoringMemory(self)
    var posteriors = Matrix(
      rowCount: min(blockSize, batch.count), columnCount: hypotheses.count)
    var leading = Leading(rowCount: posteriors.rowCount, top: 0)
    for start in stride(from: 0, to: batch.count, by: blockSize) {
      let count = min(blockSize, batch.count - start)
      memory.write(
        batch, start: start, count: count, into: &posteriors, firstRow: 0, leading: &leading)
      body(posteriors, start, count)
    }
  }

  /// Memory of a block, used again for each.
  private struct ScoringMemory {
    private let scorer: CoexistenceScorer
    private let sums: AlignedArray<Int32>
    private let list: AlignedArray<Int32>
    private let scratch: AlignedArray<Float>

    init(_ scorer: CoexistenceScorer) {
      self.scorer = scorer
      let rows = scorer.evidence.rows
      let padded = (scorer.blockSize + Softmax.lanes - 1) / Softmax.lanes * Softmax.lanes
      sums = AlignedArray(count: padded * rows.stride)
      list = AlignedArray(count: rows.scratchCount(cases: scorer.blockSize))
      scratch = AlignedArray(count: Softmax.scratchCount(columns: scorer.hypotheses.count))
    }

    /// Writes the posteriors of some cases to rows of a matrix.
    mutating func write(
      _ batch: CaseBatch, start: Int, count: Int, into posteriors: inout Matrix, firstRow: Int,
      leading: inout Leading
    ) {
      precondition(
        batch.findingCount == scorer.scorer.model.findings.count,
        "the batch is of the scorer's model")
      let evidence = scorer.evidence
      evidence.rows.sum(
        batch.codes, start: start, count: count, into: sums, scratch: list, level: scorer.level)
      Softmax.write(
        scores: sums, stride: evidence.rows.stride, unit: evidence.unit, count: count,
        into: &posteriors, firstRow: firstRow, top: leading.top, leading: &leading,
        scratch: scratch, level: scorer.level)
    }
  }

  /// The most probable sets of two or more causes; of equal ones the first comes first.
  private func leadingSets(
    _ posterior: ArraySlice<Float>, top: Int
  ) -> [CoexistingPosteriors.RankedSet] {
    let limit = min(top, hypotheses.count - hypotheses.causeCount)
    guard limit > 0 else { return [] }
    var best = LeadingList<CoexistingPosteriors.RankedSet>(limit: limit)
    for hypothesis in hypotheses.causeCount..<hypotheses.count {
      let probability = posterior[posterior.startIndex + hypothesis]
      best.add(
        CoexistingPosteriors.RankedSet(hypothesis: hypothesis, probability: probability),
        key: Double(probability))
    }
    return best.elements
  }
}
