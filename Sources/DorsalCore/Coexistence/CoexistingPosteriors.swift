public import DorsalNumerics

/// What is said of a batch of cases in which causes may be present together.
public struct CoexistingPosteriors: Sendable {
  /// A set of causes at its place in a ranking.
  public struct RankedSet: Sendable, Hashable {
    /// The index of the hypothesis; `Hypotheses.causes(of:)` gives its causes.
    public let hypothesis: Int
    /// The posterior that these causes are present and no others.
    public let probability: Float
  }

  /// The hypotheses that were compared.
  public let hypotheses: Hypotheses
  /// P(cause present): a row for each case, a column for each cause. Rows sum to the
  /// expected number of causes, 1 or more.
  public let present: Matrix
  /// For each case the most probable sets of two or more causes, the most probable first.
  public let together: [[RankedSet]]
  /// For each case a bound on the posterior of all the sets that were left out because they
  /// have more causes than the hypotheses do (see `RemainderBound`), 0...1. Where it is b and
  /// P(cause present) is p, the probability with every set counted lies between p (1 − b)
  /// and p (1 − b) + b.
  public let leftOutAtMost: [Double]

  /// The causes of a case that are most probably present, the most probable first; ties
  /// go to the order of causes in the model.
  public func ranking(of index: Int, top count: Int? = nil) -> [Posteriors.Ranked] {
    Posteriors(matrix: present).ranking(of: index, top: count)
  }
}
