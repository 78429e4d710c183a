/// A rule of clinical documents: where all its conditions hold, the patient needs
/// attention at least as soon as it says. The rows of `red_flags.csv` with one rule id.
public struct RedFlag: Sendable, Hashable {
  /// One condition: a finding has one of some states.
  public struct Condition: Sendable, Hashable {
    /// The index of the finding.
    public let finding: Int
    /// The states that satisfy it.
    public let states: [Int]
  }

  /// The rule's id.
  public let rule: String
  /// How soon the patient needs attention.
  public let urgency: Urgency
  /// What must hold, all of it.
  public let conditions: [Condition]
  /// Why, in a sentence.
  public let message: String
  /// The keys of the sources.
  public let sources: [String]
}

/// The loss of taking an action when a cause is the truth: one row of `losses.csv`.
public struct Loss: Sendable, Hashable {
  /// The action: what urgency the patient is given.
  public let action: Urgency
  /// The index of the cause, or nothing for every cause without a row of its own.
  public let cause: Int?
  /// The loss, 0 or more, on the table's own scale.
  public let loss: Double
  /// Where the number comes from.
  public let basis: Basis
  /// The keys of the sources.
  public let sources: [String]
  /// The reasoning.
  public let note: String
}
