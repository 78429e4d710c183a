internal import DorsalNumerics

/// How badly the findings of a case fit every listed cause.
///
/// Under cause c the surprise of a case is S(c) = −Σ log P(state | c) over its known findings,
/// with mean H(c) and variance V(c) by the model itself. The *misfit* of a case is
///
///     z = Σ posterior(c) · (S(c) − H(c)) / √V(c)   over the listed causes,
///
/// which is free of how many findings are known. What counts as much is not read off a normal
/// distribution, which z has not: cases of the model itself are drawn, and the *share* of
/// them that fit as badly is given beside it. A small share says that the findings go with no
/// cause of the model, or with several at once; it does not say which disease it is.
///
/// A misfit does not change and may be shared between threads.
public struct Misfit: Sendable {
  /// The misfit of one case.
  public struct Assessment: Sendable, Hashable {
    /// z, 0 for an ordinary case of the model; nothing where no finding is known.
    public let score: Double?
    /// The share of the model's own cases whose z is as great or greater, above 0 to 1.
    public let share: Double?
    /// Whether the case is said to fit no listed cause well.
    public var isPoorFit: Bool { share.map { $0 <= Misfit.poorFitShare } ?? false }
  }

  /// A case fits no listed cause well where at most this share of the model's own cases fit
  /// as badly.
  public static let poorFitShare = 0.01

  /// How many cases are drawn.
  public static let caseCount = 6000

  private let table: SurpriseTable
  /// The scores of the drawn cases, in ascending order.
  private let drawn: [Double]

  /// Prepares the assessment of a scorer's cases.
  ///
  /// - Parameter scorer: The scorer; cases are drawn in its default setting, with a third each
  ///   knowing 20, 50 and 80% of the findings.
  /// - Complexity: `caseCount` cases are drawn and scored: some tens of milliseconds.
  public init(scorer: Scorer) {
    let table = SurpriseTable(model: scorer.model)
    var scores: [Double] = []
    for missing in [0.8, 0.5, 0.2] {
      var options = CaseSimulator.Options()
      options.setting = scorer.defaultSetting
      options.missing = .chance(missing)
      // The options above are of the model, so that drawing cannot be refused.
      guard let simulator = try? CaseSimulator(model: scorer.model, options: options) else {
        continue
      }
      let batch = simulator.cases(0..<Self.caseCount / 3)
      let posteriors = scorer.score(batch)
      scores += (0..<batch.count).compactMap {
        table.score(of: $0, in: batch, posteriors: posteriors.matrix.row($0))
      }
    }
    self.table = table
    drawn = scores.sorted()
  }

  /// Assesses the cases of a batch.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: The posteriors of the scorer.
  /// - Complexity: O(cases × known findings × causes).
  public func assess(_ batch: CaseBatch, posteriors: Posteriors) -> [Assessment] {
    (0..<batch.count).map { index in
      let score = table.score(of: index, in: batch, posteriors: posteriors.matrix.row(index))
      return Assessment(score: score, share: score.map(share))
    }
  }

  /// The share of drawn cases that fit as badly; as in a permutation test the case itself
  /// counts as one of them, so that a share is never 0.
  private func share(of score: Double) -> Double {
    var (low, high) = (0, drawn.count)
    while low < high {
      let middle = (low + high) / 2
      if drawn[middle] < score { low = middle + 1 } else { high = middle }
    }
    return Double(drawn.count - low + 1) / Double(drawn.count + 1)
  }
}
