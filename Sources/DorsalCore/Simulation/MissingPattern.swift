/// Which findings of a simulated case are unknown. The setting is always known.
public enum MissingPattern: Sendable, Hashable {
  /// Each finding is unknown with this probability, independent of everything.
  case chance(Double)
  /// Findings are looked for in the order of a visit.
  ///
  /// 1. Each finding that is no test (any section but `tests`) is unknown with the given
  ///    probability, independent of everything.
  /// 2. From what is then known the model gives the posterior of each cause. With p the sum
  ///    of the posteriors of the causes whose own urgency is `urgent` or `emergency`, each
  ///    test is known with the probability `leastTestShare` + (`greatestTestShare` −
  ///    `leastTestShare`) p, independent of the others given p.
  ///
  /// The posterior is that of the model as it stands, with its own prior and weights, also
  /// where the cases come from other priors or likelihoods. What is ordered hangs on known
  /// findings alone, so that values are missing at random in the sense of D. B. Rubin
  /// (Biometrika 1976;63:581-92), and leaving them out of the score is right.
  case workup(Double)

  /// How often a test is known where no urgent cause is suspected.
  public static let leastTestShare = 0.05
  /// How often a test is known where an urgent cause is certain.
  public static let greatestTestShare = 0.8

  /// The section of the findings that are ordered on suspicion.
  static let testSection = "tests"

  /// The probability with which findings are unknown that are not tests, or all.
  public var probability: Double {
    switch self {
    case .chance(let probability), .workup(let probability): probability
    }
  }

  /// The rule in words, for a file that says how cases were made.
  public var rule: String {
    switch self {
    case .chance(let probability):
      "each finding is unknown with probability \(NumberText.plain(probability)), independently"
    case .workup(let probability):
      "each finding of a section other than \(Self.testSection) is unknown with probability "
        + "\(NumberText.plain(probability)), independently; each finding of \(Self.testSection) "
        + "is known with probability \(NumberText.plain(Self.leastTestShare)) + "
        + "\(NumberText.plain(Self.greatestTestShare - Self.leastTestShare)) x p, where p is the "
        + "posterior probability of the causes of urgency urgent or emergency, given the other "
        + "known findings"
    }
  }
}
