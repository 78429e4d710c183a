public import DorsalCore
internal import DorsalNumerics

/// Two sides, A and B, on the same cases: what is better about B, what is worse, what may be chance,
/// and which cases they answer differently.
///
/// A side is a model with its calibration, prior weight and red flags. Where the models have other
/// causes, cases are compared whose diagnosis both have; each side is judged by all of its own
/// posteriors, as its users see them. How urgent a diagnosis is, the model of A says.
///
/// Differences are of B less A. Shares have Tango's intervals; the others are percentiles of
/// bootstrap samples of the cases, each sample the same for both sides.
public struct Comparison: Sendable, Hashable {
  /// The causes of two models.
  public struct Causes: Sendable, Hashable {
    /// Those of both, by their id, as indices of either model.
    public let shared: [SharedCause]
    /// Those that only the model of A has.
    public let onlyA: [Int]
    /// Those that only the model of B has.
    public let onlyB: [Int]
  }

  /// A cause of two models.
  public struct SharedCause: Sendable, Hashable {
    /// Its index in the model of A.
    public let a: Int
    /// Its index in the model of B.
    public let b: Int
    /// Whether the models give it the same urgency.
    public let hasSameUrgency: Bool
  }

  /// The cases with one diagnosis, or those of one urgency.
  public struct Group: Sendable, Hashable {
    /// How many cases.
    public let count: Int
    /// Log loss, diagnosis first and in the first 3, less urgency than the cause has, and more, in
    /// this order.
    public let measures: [PairedMeasure]
    /// The mean probability of the diagnosis by A and by B.
    public let meanProbability: (a: Double, b: Double)
    /// How many cases B gives other probabilities, as far as a comparison keeps them: that and the
    /// rank of the diagnosis, the Brier score, the leading cause, and those of urgent and emergency.
    public let otherProbabilityCount: Int
    /// How many cases B gives another urgency.
    public let otherUrgencyCount: Int

    /// The figure of a name.
    public func measure(_ name: String) -> PairedMeasure? { measures.first { $0.name == name } }

    /// Whether all figures are the same.
    public static func == (left: Group, right: Group) -> Bool {
      left.count == right.count && left.measures == right.measures
        && left.meanProbability == right.meanProbability
        && left.otherProbabilityCount == right.otherProbabilityCount
        && left.otherUrgencyCount == right.otherUrgencyCount
    }

    /// Hashes the figures.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(count)
      hasher.combine(measures)
    }
  }

  /// What acting on an urgency is worth, at some thresholds.
  public struct Benefit: Sendable, Hashable {
    /// The event: `urgent_or_more` or `emergency`.
    public let name: String
    /// What acting on it means.
    public let title: String
    /// The threshold that the losses of A's model imply.
    public let lossThreshold: Double?
    /// By ascending threshold.
    public let points: [Point]

    /// One threshold.
    public struct Point: Sendable, Hashable {
      /// The probability from which on a case is acted on.
      public let threshold: Double
      /// Net benefit of acting on the probability.
      public let probability: PairedMeasure
      /// Net benefit of acting as triaged, red flags included.
      public let triage: PairedMeasure
    }
  }

  /// How many cases both sides answered.
  public let caseCount: Int
  /// How many of them have a diagnosis of both models, `unlisted` included.
  public let labelledCount: Int
  /// How many have a diagnosis of both models, `unlisted` left out.
  public let coveredCount: Int
  /// How many have a diagnosis that only one model has; they are compared in what needs no diagnosis.
  public let diagnosedByOne: (a: Int, b: Int)
  /// How many cases only one side could read; they are left out.
  public let answeredByOne: (a: Int, b: Int)
  /// The causes of both models.
  public let causes: Causes
  /// The figures, in a fixed order.
  public let measures: [PairedMeasure]
  /// By diagnosis, as an index of A's model: those that have cases.
  public let byCause: [(cause: Int, group: Group)]
  /// By the urgency of the diagnosis: those that have cases.
  public let byUrgency: [(urgency: Urgency, group: Group)]
  /// What acting is worth.
  public let benefits: [Benefit]
  /// Which cases are answered differently.
  public let movement: Movement
  /// Bootstrap samples that the intervals rest on.
  public let draws: Int
  /// Where their random numbers begin.
  public let seed: UInt64

  /// Compares two lists of answers.
  ///
  /// - Parameters:
  ///   - a: The answers of A to the cases of a file.
  ///   - b: The answers of B to the cases of the same file.
  ///   - options: How many samples to draw, from where, and on how many threads.
  /// - Complexity: O(`options.draws` × cases) time.
  public init(_ a: AnsweredCases, _ b: AnsweredCases, options: Evaluation.Options) {
    let pairs = PairedAnswers(a, b)
    let resampling = PairedResampling(pairs, options: options)
    caseCount = pairs.places.count
    labelledCount = pairs.judged.count
    coveredCount = pairs.covered.count
    diagnosedByOne = pairs.diagnosedByOne
    answeredByOne = pairs.answeredByOne
    causes = Causes(a.model, b.model)
    measures = resampling.measures
    byCause = resampling.causeGroups
    byUrgency = resampling.urgencyGroups
    benefits = resampling.benefits
    movement = Movement(pairs)
    draws = options.draws
    seed = options.seed
  }

  /// The figure of a name.
  public func measure(_ name: String) -> PairedMeasure? { measures.first { $0.name == name } }

  /// Whether all figures are the same.
  public static func == (left: Comparison, right: Comparison) -> Bool {
    left.caseCount == right.caseCount && left.labelledCount == right.labelledCount
      && left.coveredCount == right.coveredCount && left.diagnosedByOne == right.diagnosedByOne
      && left.answeredByOne == right.answeredByOne && left.causes == right.causes
      && left.measures == right.measures && left.benefits == right.benefits
      && left.movement == right.movement && left.draws == right.draws && left.seed == right.seed
      && left.byCause.elementsEqual(right.byCause, by: ==)
      && left.byUrgency.elementsEqual(right.byUrgency, by: ==)
  }

  /// Hashes the figures.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(measures)
    hasher.combine(movement)
  }
}

extension Comparison.Causes {
  init(_ a: Model, _ b: Model) {
    let places = Dictionary(
      b.causes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var (shared, onlyA): ([Comparison.SharedCause], [Int]) = ([], [])
    for (index, cause) in a.causes.enumerated() {
      if let other = places[cause.id] {
        shared.append(
          Comparison.SharedCause(
            a: index, b: other, hasSameUrgency: cause.urgency == b.causes[other].urgency))
      } else {
        onlyA.append(index)
      }
    }
    let common = Set(shared.map(\.b))
    self.shared = shared
    self.onlyA = onlyA
    onlyB = b.causes.indices.filter { !common.contains($0) }
  }
}
