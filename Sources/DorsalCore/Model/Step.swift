/// One thing to do after a ranking: a row of `steps.csv`.
///
/// A step names a class of care and who decides on it, never a dose and never an order. No
/// ranking hangs on it.
public struct Step: Sendable, Hashable {
  /// What is done.
  public enum Kind: String, Sendable, CaseIterable {
    /// Something is found out: an examination, a blood test, an image.
    case test
    /// The patient goes to somebody, or somebody is told.
    case referral
    /// A class of care, and who decides on it.
    case care
    /// What the patient is told.
    case advice
    /// When the patient comes back if it is no better.
    case comeBack = "come_back"
  }

  /// When it is done.
  public enum Time: String, Sendable, CaseIterable, Comparable {
    /// At once.
    case now
    /// On the same day.
    case sameDay = "same_day"
    /// Within days.
    case days
    /// Within weeks.
    case weeks

    /// From the soonest to the latest.
    public static func < (left: Time, right: Time) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .now: 0
      case .sameDay: 1
      case .days: 2
      case .weeks: 3
      }
    }
  }

  /// What a step rests on.
  public enum Basis: String, Sendable, CaseIterable {
    /// A cited guideline or study says so.
    case published
    /// Judgement.
    case assumed
  }

  /// The step's id.
  public let id: String
  /// What is done.
  public let kind: Kind
  /// The causes that it is for, as indices.
  public let causes: [Int]
  /// The rules that it is for, as indices into `model.redFlags`.
  public let rules: [Int]
  /// The step in a sentence.
  public let what: String
  /// When it is done; of a step that says when to come back, the time to do so.
  public let when: Time
  /// After how many days without improvement the patient comes back; nothing for other kinds.
  public let afterDays: Int?
  /// The finding that a test answers, where the model has one.
  public let finding: Int?
  /// For whom it is: all of these must hold.
  public let onlyIf: [RedFlag.Condition]
  /// What speaks against it: one that holds is enough.
  public let against: [RedFlag.Condition]
  /// What it rests on.
  public let basis: Basis
  /// The keys of the sources.
  public let sources: [String]
  /// What has to be known besides.
  public let note: String
}
