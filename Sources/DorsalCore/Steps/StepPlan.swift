/// What to do next for one case, by the table of steps of its model: steps of the leading causes,
/// and of the causes and rules that say how urgent it is.
///
/// Each step is named once, with all that it is for. Items stand by kind (referral, test, care,
/// advice, come back), of a kind by phase, of a phase by time, and of one time those come first
/// that serve more causes.
///
///     let why = scorer.explain(0, of: batch)
///     for item in why.steps.open where item.step.kind == .test {
///       print(item.step.when, item.step.what)
///     }
///
/// Steps are what guidelines say of patients with such causes. The clinician who sees the patient
/// decides. A model without `steps.csv` has empty plans.
public struct StepPlan: Sendable {
  /// What stands on a step in this case.
  public enum Status: Sendable, Hashable {
    /// It is to be done, where its conditions hold.
    case open
    /// A test whose finding is known, and the index of its state: it is not asked for again.
    case done(state: Int)
    /// Not for this patient: what speaks against it is known to hold.
    case notForPatient([RedFlag.Condition])
  }

  /// What has to come before a step. In none of them does a step contradict the urgency.
  public enum Phase: String, Sendable, CaseIterable {
    /// Nothing: it is one of the first.
    case first
    /// What makes the case urgent is looked into: the step is care, advice or coming back for
    /// causes that are not urgent, in a case that is.
    case afterUrgent = "after_urgent"
    /// One of its causes is suspected more strongly than the ranking does, or is found: its causes
    /// are improbable and no rule asks for it, and it is care, or sooner than the urgency.
    case ifSuspected = "if_suspected"
  }

  /// A step of the plan.
  public struct Item: Sendable {
    /// The step.
    public let step: Step
    /// The causes of the plan that it is for, as indices, the most probable first.
    public let causes: [Int]
    /// The rules that hold and that it is for, as indices into `model.redFlags`.
    public let rules: [Int]
    /// What stands on it.
    public let status: Status
    /// Conditions of which it is not known whether they hold: the step is taken if all do.
    public let onlyIf: [RedFlag.Condition]
    /// What would speak against it and is not known: first make sure that none of these holds.
    public let against: [RedFlag.Condition]
    /// What has to come before it.
    public let phase: Phase
    /// What each result of a test would do, by the states of its finding; empty where the step
    /// answers no finding or is not open.
    public let results: [TestResult]
  }

  /// What one result of a test would do to the ranking: what scoring the case again would say.
  public struct TestResult: Sendable, Hashable {
    /// The index of the state that the test finds.
    public let state: Int
    /// The model's probability of this result.
    public let probability: Double
    /// The cause that would lead.
    public let leader: Int
    /// The posterior that it would have; calibrated where the explanation is.
    public let leaderProbability: Double
    /// How soon the case would need attention.
    public let urgency: Urgency
    /// Whether another cause would lead than does now.
    public let changesLeader: Bool
    /// Whether the urgency would be another than it is now.
    public let changesUrgency: Bool
  }

  /// What is said with every plan.
  public static let disclaimer =
    "Steps are what guidelines say for patients with such causes: classes of care and who decides, "
    + "no doses. The clinician who sees the patient decides."

  /// The causes whose steps are in the plan, as indices, the most probable first.
  public let causes: [Int]
  /// The posterior of each of them.
  public let probabilities: [Double]
  /// The rules that hold, as indices into `model.redFlags`, the most urgent first.
  public let rules: [Int]
  /// All items, in the order of the plan. Steps whose conditions are known not to hold are not
  /// among them.
  public let items: [Item]

  /// The steps that are to be done.
  public var open: [Item] { items.filter { $0.status == .open } }

  /// The tests whose findings are known.
  public var done: [Item] {
    items.filter { item in
      if case .done = item.status { true } else { false }
    }
  }

  /// The steps that are not for this patient.
  public var notForPatient: [Item] {
    items.filter { item in
      if case .notForPatient = item.status { true } else { false }
    }
  }

  /// The posterior of a cause of the plan.
  package func probability(of cause: Int) -> Double {
    causes.firstIndex(of: cause).map { probabilities[$0] } ?? 0
  }
}
