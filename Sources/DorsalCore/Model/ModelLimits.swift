/// How large a model may be, and how extreme its numbers.
///
/// The bounds lie far above any use: the shipped model has some 150 findings and 80
/// causes. Within them every verb works on a model that has loaded; beyond them loading says so.
public enum ModelLimits {
  /// The most findings, `setting` included: so many terms a score may have and be exact with
  /// either kernel.
  public static let findings = 16_384
  /// The most causes, `unlisted` included.
  public static let causes = 4_096
  /// The most states of a finding: a state's code is one byte, and 0 is unknown.
  public static let states = 254
  /// The most numbers that the states of all findings and the causes make: each is held some ten
  /// times in memory, as probability, evidence and whole number.
  public static let stateCauses = 1 << 24
  /// The most joint states of a group of findings, or of a finding and its parent.
  public static let jointStates = 1_000_000
  /// The most joint states of all groups and parents.
  public static let allJointStates = 1 << 24
  /// The most numbers that joint states and causes make; only those that a case had are held.
  public static let jointStateCauses = 1 << 31
  /// The greatest magnitude of the log-odds of a finding given its parent.
  public static let greatestLogOdds = 10
  /// The most bytes of one table.
  public static let tableBytes = 1 << 28
  /// The least probability of a state or a cause. What others leave to a state is held to it as
  /// well. Its logarithm and ratios of it to other probabilities are numbers; the greatest is the
  /// last `Double` below 1.
  public static let leastProbability = 1e-300
  /// The least probability that is computed, and what is left to 1 of the greatest.
  private static let leastComputed = 1e-12
  /// A probability that was computed, neither 0 nor 1.
  package static func clamped(_ probability: Double) -> Double {
    min(max(probability, leastComputed), 1 - leastComputed)
  }

  /// What an effective sample size may be.
  public static let effectiveN = 0.001...1e12
  /// The greatest loss.
  public static let greatestLoss = 1e12
  /// Columns and members that case files have besides findings; `setting` is a finding.
  public static let reservedFindings: Set<String> = ["id", "diagnosis", "findings"]
  /// Columns that answers have besides causes.
  public static let reservedCauses: Set<String> = [
    "id", "setting", "urgency", "urgency_reason", "findings_known", "known_share",
  ]
}
