/// Where a number of the model comes from.
public enum Basis: String, Sendable, CaseIterable, Comparable {
  /// A cited source reports it.
  case published
  /// Computed from cited figures; the note says how.
  case derived
  /// Judgement, to be replaced.
  case assumed

  /// From the best to the weakest: `published` is less than `assumed`.
  public static func < (left: Basis, right: Basis) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .published: 0
    case .derived: 1
    case .assumed: 2
    }
  }
}
