public import DorsalCore

/// How well rankings and probabilities agree with the diagnoses of labelled cases.
///
/// A case counts as *covered* where one of its diagnoses is a cause of the model
/// other than `unlisted`; ranks, losses and triage are over covered cases. Where a case accepts
/// several diagnoses, any is right: its rank is the best of theirs, its
/// probability their sum, and its urgency the greatest of theirs.
///
/// *Events* look at one probability at a time, over all labelled cases, `unlisted` being a
/// cause like the others: whether the leading cause is right, whether the case is urgent or an
/// emergency, and each cause against the rest. The last are over cases with one diagnosis,
/// since one that accepts several speaks neither for nor against any of them.
public struct Evaluation: Sendable, Hashable {
  /// The figures of the cases with one diagnosis.
  public struct CauseRow: Sendable, Hashable {
    /// The index of the cause; of several accepted ones, the first.
    public let cause: Int
    /// How many cases have it.
    public let count: Int
    /// How many have it first, among the first three, and among the first five.
    public let top1: Int
    /// In the first three.
    public let top3: Int
    /// In the first five.
    public let top5: Int
    /// The mean posterior of the diagnosis.
    public let meanProbability: Double
    /// The mean of 1 / rank.
    public let meanReciprocalRank: Double
  }

  /// The cases with one state of a finding, or one value of a column.
  public struct Subgroup: Sendable, Hashable {
    /// The id of the finding, or the name of the column.
    public let name: String
    /// The index of the finding; nothing for a column that is none.
    public let finding: Int?
    /// The index of the state, or nothing where the finding is unknown.
    public let state: Int?
    /// The id of the state, or the value of the column; nothing where it is unknown.
    public let value: String?
    /// Their figures, without those of each cause.
    public let evaluation: Evaluation

    /// Fewer labelled cases than this say little: with fewer than 100 events a validation is
    /// unreliable (G. S. Collins, E. O. Ogundimu, D. G. Altman, Stat Med 2016;35:214-26).
    public static let fewCases = 100

    /// Whether the figures are over few cases.
    public var isSmall: Bool { evaluation.labelledCount < Self.fewCases }
  }

  /// How to evaluate.
  public struct Options: Sendable {
    /// Bootstrap samples; 0 for none, and intervals by closed formula only.
    public var draws = 1000
    /// Where the bootstrap's random numbers begin.
    public var seed: UInt64 = 1
    /// How many threads to work on; figures do not depend on it.
    public var threads = 1
    /// Whether each cause is held against the rest, which takes most of the time.
    public var includesCauses = true

    /// The usual way.
    public init() {}
  }

  /// All cases of the file that could be read.
  public let caseCount: Int
  /// Those with a diagnosis.
  public let labelledCount: Int
  /// Those whose diagnosis the model has.
  public let coveredCount: Int
  /// Those with exactly one diagnosis, `unlisted` included.
  public let soleCount: Int
  /// The figures, in a fixed order.
  public let measures: [Measure]
  /// How the covered cases were triaged: `triage[own][given]` cases whose cause has the
  /// urgency `own` and that were given the urgency `given`, both in the order of
  /// `Urgency.allCases`. Of several accepted causes the most urgent counts.
  public let triage: [[Int]]
  /// The shares of under- and over-triage for each urgency, in the order of `Urgency.allCases`.
  public let triageRows: [TriageRow]
  /// A row for each cause that is a diagnosis of some case, in the order of the model.
  public let causes: [CauseRow]
  /// The events `top_cause`, `urgent_or_more` and `emergency`.
  public let events: [Event]
  /// Each cause against the rest, in the order of the model; empty where not asked for.
  public let causeEvents: [Event]
  /// The multiclass Brier score in parts: sums over the causes, over cases with one diagnosis.
  public let brier: ScoreDecomposition?
  /// The multiclass log loss in parts, over cases with one diagnosis; the recalibrated
  /// posteriors are the isotonic ones of every cause, made to sum to one.
  public let logLoss: ScoreDecomposition?
  /// What acting on `urgent_or_more` and on `emergency` is worth.
  public let decisionCurves: [DecisionCurve]
  /// How many labelled cases have a diagnosis and a leading cause:
  /// `confusion[diagnosis][leading]`. Where several diagnoses are accepted and the leading
  /// cause is among them, the leading cause counts; otherwise the first.
  public let confusion: [[Int]]
  /// How cases count, where they do not all count one.
  public let weighting: Weighting?
  /// How often prediction sets hold the diagnosis, where the cases have sets.
  public let sets: SetCoverage?
  /// The cases by the states of the findings they are divided by, in the order of findings and
  /// states, the unknown last; subgroups without a labelled case are left out.
  public let subgroups: [Subgroup]
  /// Bootstrap samples that the intervals rest on.
  public let draws: Int
  /// Where their random numbers begin.
  public let seed: UInt64

  /// Evaluates the cases of a batch.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - scorer: The scorer to judge.
  ///   - draws: Bootstrap samples.
  ///   - seed: Where the bootstrap's random numbers begin.
  /// - Complexity: Scoring, and that of the other initialiser.
  public init(_ batch: CaseBatch, scorer: Scorer, draws: Int = 1000, seed: UInt64 = 1) {
    var cases = LabelledPosteriors(causeCount: scorer.model.causes.count)
    cases.append(batch, scorer: scorer, triage: Triage(scorer: scorer))
    var options = Options()
    options.draws = draws
    options.seed = seed
    self.init(cases, model: scorer.model, options: options)
  }

  /// Evaluates labelled cases.
  ///
  /// Intervals of proportions are Wilson's; the others are from bootstrap samples of the cases,
  /// the same ones for all figures.
  ///
  /// - Parameters:
  ///   - cases: Posteriors and diagnoses.
  ///   - model: The model whose causes they are of.
  ///   - options: How to evaluate.
  /// - Complexity: O(`options.draws` × cases × causes) time; beside the posteriors about 16
  ///   bytes for each case and cause, and 256 bytes for each case.
  public init(_ cases: LabelledPosteriors, model: Model, options: Options = Options()) {
    precondition(cases.causeCount == model.causes.count, "posteriors of the model's causes")
    let tally = CaseTally(cases, model: model)
    caseCount = cases.caseCount
    labelledCount = cases.count
    coveredCount = tally.coveredCount
    soleCount = tally.sole.count { $0 >= 0 }
    triage = tally.triage
    confusion = tally.confusion
    causes = tally.causeRows
    draws = options.draws
    seed = options.seed

    let figures = EventSet(cases, tally: tally, model: model, options: options)
    let bootstrap = Bootstrap(
      caseCount: cases.count, draws: options.draws, seed: options.seed, threads: options.threads,
      weights: tally.weights)
    let samples = bootstrap.run(
      events: figures.resamplings, means: [MeanResampling(contributions: tally.contributions)])
    let all = figures.events(samples.events)
    events = Array(all.prefix(EventSet.commonCount))
    causeEvents = Array(all.dropFirst(EventSet.commonCount))
    (brier, logLoss) = figures.multiclassDecompositions(cases, tally: tally)
    decisionCurves = figures.decisionCurves(samples, tally: tally, model: model)
    measures = tally.measures(samples.means[0]) + figures.classMeasures(samples.events)
    triageRows = tally.triageRows(samples.means[0])
    sets = SetCoverage(cases, model: model)
    weighting = cases.weighting(tally.weights)
    subgroups = Self.subgroups(of: cases, model: model, options: options)
  }

  private static func subgroups(
    of cases: LabelledPosteriors, model: Model, options: Options
  ) -> [Subgroup] {
    var options = options
    options.includesCauses = false
    var result: [Subgroup] = []
    for (place, finding) in cases.stratumFindings.enumerated() {
      let states = model.findings[finding].states.indices.map { Int?.some($0) } + [nil]
      for state in states {
        let code = state.map { UInt8($0 + 1) } ?? CaseBatch.unknown
        let rows = (0..<cases.count).filter { cases.strata[place][$0] == code }
        guard !rows.isEmpty else { continue }
        let definition = model.findings[finding]
        result.append(
          Subgroup(
            name: definition.id, finding: finding, state: state,
            value: state.map { definition.states[$0] },
            evaluation: Evaluation(cases.subset(rows), model: model, options: options)))
      }
    }
    for column in cases.divisions {
      for code in column.ordered + [0] {
        let rows = (0..<cases.count).filter { column.codes[$0] == code }
        guard !rows.isEmpty else { continue }
        result.append(
          Subgroup(
            name: column.name, finding: nil, state: nil,
            value: code == 0 ? nil : column.values[Int(code) - 1],
            evaluation: Evaluation(cases.subset(rows), model: model, options: options)))
      }
    }
    return result
  }
}
