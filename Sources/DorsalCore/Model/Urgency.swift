/// How soon a cause has to be dealt with.
public enum Urgency: String, Sendable, CaseIterable, Comparable {
  /// The patient can look after it.
  case selfCare = "self_care"
  /// An ordinary appointment.
  case routine
  /// Within days.
  case urgent
  /// The same day.
  case emergency

  /// From the least to the most urgent.
  public static func < (left: Urgency, right: Urgency) -> Bool { left.rank < right.rank }

  /// The place of the urgency in `allCases`, from 0 for the least urgent.
  package var rank: Int {
    switch self {
    case .selfCare: 0
    case .routine: 1
    case .urgent: 2
    case .emergency: 3
    }
  }
}
