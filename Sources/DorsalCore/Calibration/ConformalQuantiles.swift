/// The quantiles of conformal scores that prediction sets are cut at.
public struct ConformalQuantiles: Sendable, Hashable {
  /// The quantile below, for coverage without the excess of whole places.
  ///
  /// With (n + 1) · coverage = k + r, a case is cut at the (k + 1)-th score with probability r and
  /// at the k-th otherwise, by a number of its own: over cases and numbers (k + r) / (n + 1) are
  /// covered, which is the coverage (V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in
  /// a Random World, 2005, smoothed conformal predictors).
  public struct Randomised: Sendable, Hashable {
    /// The k-th score; -1, below all scores, where k is 0.
    public let lower: Double
    /// r: how often it is the quantile that counts and not this, 0 to 1.
    public let share: Double

    package init(lower: Double, share: Double) {
      self.lower = lower
      self.share = share
    }
  }

  /// The quantile of a cause, for sets that cover each cause.
  public struct CauseQuantile: Sendable, Hashable {
    /// The score up to which the cause is in a set.
    public let quantile: Double
    /// The cases it was found on.
    public let caseCount: Int
    /// Nothing where these are the cause's own; otherwise the urgency whose causes with
    /// too few cases were taken together, and are covered together.
    public let pooledUrgency: Urgency?
    /// The quantile below, where coverage is to be exact.
    public let randomised: Randomised?

    package init(
      quantile: Double, caseCount: Int, pooledUrgency: Urgency?, randomised: Randomised?
    ) {
      self.quantile = quantile
      self.caseCount = caseCount
      self.pooledUrgency = pooledUrgency
      self.randomised = randomised
    }
  }

  /// One coverage.
  public struct Level: Sendable, Hashable {
    /// The share of cases whose diagnosis is to be in the set, between 0 and 1.
    public let coverage: Double
    /// The score up to which a cause is in a set.
    public let quantile: Double
    /// The same for each cause, where each is to be covered.
    public let byCause: [CauseQuantile]?
    /// The quantile below, where coverage is to be exact.
    public let randomised: Randomised?

    package init(
      coverage: Double, quantile: Double, byCause: [CauseQuantile]?, randomised: Randomised?
    ) {
      self.coverage = coverage
      self.quantile = quantile
      self.byCause = byCause
      self.randomised = randomised
    }
  }

  /// The cases that the quantiles were found on; the calibration was fitted to others.
  public let caseCount: Int
  /// Where the numbers of the cases begin.
  public let seed: UInt64
  /// The coverages.
  public let levels: [Level]

  package init(caseCount: Int, seed: UInt64, levels: [Level]) {
    self.caseCount = caseCount
    self.seed = seed
    self.levels = levels
  }
}
