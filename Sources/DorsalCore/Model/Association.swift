/// How much more often two causes are present together than their priors say, as if they
/// were independent: one row of `associations.csv`.
public struct Association: Sendable, Hashable {
  /// The index of the cause that comes first among the model's causes.
  public let first: Int
  /// The index of the other cause.
  public let second: Int
  /// What the product of their priors is multiplied with, above 0: 1 says nothing, less
  /// than 1 that they exclude each other in part.
  public let oddsMultiplier: Double
  /// Where the number comes from.
  public let basis: Basis
  /// The keys of the sources.
  public let sources: [String]
  /// How it was derived, or the reasoning.
  public let note: String
  /// The line of the table it stands on.
  public let line: Int
}

extension Model {
  /// What the product of two causes' priors is multiplied with for the two together: the
  /// multiplier of their row in `associations.csv`, or 1 where they have none.
  ///
  /// - Complexity: O(associations).
  public func oddsMultiplier(of cause: Int, with other: Int) -> Double {
    let pair = (min(cause, other), max(cause, other))
    return associations.first { ($0.first, $0.second) == pair }?.oddsMultiplier ?? 1
  }
}
