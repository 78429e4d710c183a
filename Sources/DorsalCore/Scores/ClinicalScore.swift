/// A published score as a table: points for states of findings or of inputs of its own, added, and
/// what bands of points mean; or a decision table whose rules give the band.
///
/// A score ranks no cause. It answers one question about patients whom it was made for, and says
/// itself whom that is and what it must not be used for. `ClinicalScores` evaluates scores.
public struct ClinicalScore: Sendable, Hashable {
  /// How a band is found.
  public enum Kind: String, Sendable, CaseIterable {
    /// Points of items are added; a band is a range of points.
    case points
    /// Rules in order: the first that holds gives the band.
    case table
  }

  /// How well the table of points is known to be the published one.
  public enum Seen: String, Sendable, CaseIterable {
    /// It was read in the original paper or guideline.
    case source
    /// It was read, complete, in a copy.
    case copy
    /// It is from memory, all or in part.
    case recalled
  }

  /// Whether a score is for people, or only counts inside others.
  public enum Role: String, Sendable, CaseIterable {
    /// A score that is listed.
    case score
    /// A part of other scores, such as a count of risk factors.
    case part
  }

  /// What a condition looks at.
  public enum Subject: Sendable, Hashable {
    /// A finding of the model, by its index.
    case finding(Int)
    /// An input, by its index in `Model.inputs`.
    case input(Int)
    /// The band of another score, by its index in `Model.scores`.
    case score(Int)
  }

  /// A stretch of numbers that holds its lower end and not its upper end. `>60` begins at the
  /// least number above 60.
  public struct Span: Sendable, Hashable {
    /// Its lower end; minus infinity where it has none.
    public let lower: Double
    /// The least number above it; infinity where it has no end.
    public let upper: Double

    func contains(_ number: Double) -> Bool { number >= lower && number < upper }
  }

  /// One state of one thing.
  public struct Condition: Sendable, Hashable {
    /// What it looks at.
    public let subject: Subject
    /// The states or bands, any of which satisfies it, as the table has them: `worse|unchanged`,
    /// `>=45 <65`.
    public let text: String
    /// The same as indices of states or bands; empty for numbers.
    let states: [Int]
    /// The same for numbers.
    let spans: [Span]
    /// What the table says beside it.
    public let note: String
  }

  /// Conditions that must all hold, and what follows.
  public struct Option: Sendable, Hashable {
    /// Its id; empty for a condition by itself.
    public let id: String
    /// Each looks at something else.
    public internal(set) var conditions: [Condition]
    /// The points in hundredths, so that sums are exact; 0 in a decision table.
    package let hundredths: Int
    /// The index of the band in a decision table; nothing in a score of points.
    public let band: Int?
    /// What the table says beside a row without conditions; others have it with their conditions.
    let note: String

    /// The points; 0 in a decision table.
    public var points: Double { Double(hundredths) / 100 }
  }

  /// How the options of an item make its points.
  public enum Rule: Sendable, Hashable {
    /// The greatest points of the options that hold.
    case highest
    /// The points, where any option holds.
    case any
    /// The points, where so many options hold.
    case atLeast(Int)
    /// The points of the options that hold together, up to a limit in hundredths if any.
    case sum(upTo: Int?)
    /// The points by the first finding of the item that is known.
    case first
  }

  /// One line of a score.
  public struct Item: Sendable, Hashable {
    /// Its id.
    public let id: String
    /// Its name for people.
    public internal(set) var label: String
    /// How its options make its points.
    public let rule: Rule
    /// What the table calls the rule; may be empty.
    let ruleText: String
    /// Its options, in the order of the table.
    public internal(set) var options: [Option]
    /// What follows where no option holds; nothing means 0 points.
    public internal(set) var otherwise: Option?
  }

  /// What a range of points, or an outcome of a decision table, means.
  public struct Band: Sendable, Hashable {
    /// Its id.
    public let id: String
    /// The least and greatest points in hundredths; nothing in a decision table.
    package let hundredths: ClosedRange<Int>?
    /// Its name for people.
    public let label: String
    /// What the sources say of patients in it.
    public let meaning: String
    /// Keys of the sources.
    public let sources: [String]
    /// What the table says beside it.
    public let note: String

    /// The least and greatest points; nothing in a decision table.
    public var points: ClosedRange<Double>? {
      hundredths.map { Double($0.lowerBound) / 100...Double($0.upperBound) / 100 }
    }
  }

  /// The id: `sins`.
  public let id: String
  /// How a band is found.
  public let kind: Kind
  /// Whether it is for people.
  public let role: Role
  /// The name for people.
  public let label: String
  /// Findings and inputs, one of which at least is known of a case that the score is shown for;
  /// empty where any of its items will do.
  public let key: [String]
  /// Whom it was made and validated for.
  public let population: String
  /// What it answers.
  public let purpose: String
  /// What it must not be used for.
  public let notFor: String
  /// Keys of the sources.
  public let sources: [String]
  /// How well its table is known to be the published one.
  public let seen: Seen
  /// What of it was read where.
  public let note: String
  /// Its items, or the rules of a decision table, in order.
  public internal(set) var items: [Item] = []
  /// What its points or rules lead to, in order.
  public internal(set) var bands: [Band] = []
}

/// What scores and their cases may have: far more than any published score.
enum ScoreLimits {
  /// The most scores, parts included.
  static let scores = 512
  /// The most states, ranges of numbers or bands that are told apart: one bit each.
  static let regions = 62
  /// The most combinations of states that an item or a decision table looks at together.
  static let combinations = 4096
  /// The most sums that are added up one by one at load.
  static let sums = 1 << 20
  /// The greatest magnitude of points.
  static let points = 1000.0
  /// The greatest magnitude of a sum in hundredths: a `Float` holds it exactly.
  static let hundredths = 1 << 23
}
