/// How well rankings and probabilities agree with the diagnoses of labelled cases.
///
/// A case counts as *covered* where one of its diagnoses is a cause of the model
/// other than `unlisted`; ranks and losses are over covered cases. Where a case accepts
/// several diagnoses, any is right: its rank is the best of theirs, and its
/// probability their sum.
public struct Evaluation: Sendable {
  /// A figure with its 95% interval.
  public struct Measure: Sendable, Hashable {
    /// The figure's name: `top_1`, `log_loss`, ...
    public let name: String
    /// What it is, for people.
    public let title: String
    /// The figure, or nothing where there are no cases for it.
    public let value: Double?
    /// Its 95% interval.
    public let interval: ClosedRange<Double>?
    /// How many cases it is over.
    public let count: Int
  }

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

  /// All cases of the file that could be read.
  public let caseCount: Int
  /// Those with a diagnosis.
  public let labelledCount: Int
  /// Those whose diagnosis the model has.
  public let coveredCount: Int
  /// The figures, in a fixed order.
  public let measures: [Measure]
  /// How the covered cases were triaged: `triage[own][given]` cases whose cause has the
  /// urgency `own` and that were given the urgency `given`, both in the order of
  /// `Urgency.allCases`. Of several accepted causes the most urgent counts.
  public let triage: [[Int]]
  /// A row for each cause that is a diagnosis of some case, in the order of the model.
  public let causes: [CauseRow]

  /// How to evaluate.
  public struct Options: Sendable {
    /// Bootstrap samples.
    public var draws = 1000
    /// Where the bootstrap's random numbers begin.
    public var seed: UInt64 = 1
    /// How many threads to work on; figures do not depend on it.
    public var threads = 1

    /// The usual way.
    public init() {}
  }

  /// Evaluates the cases of a batch.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - scorer: The scorer to judge.
  ///   - draws: Bootstrap samples.
  ///   - seed: Where the bootstrap's random numbers begin.
  /// - Complexity: Scoring, and that of the other initialiser.
  public init(_ batch: CaseBatch, scorer: Scorer, draws: Int = 1000, seed: UInt64 = 1) {
    let posteriors = scorer.score(batch)
    var cases = LabelledPosteriors(causeCount: scorer.model.causes.count)
    cases.append(
      batch, posteriors: posteriors,
      triage: Triage(scorer: scorer).assess(batch, posteriors: posteriors))
    var options = Options()
    options.draws = draws
    options.seed = seed
    self.init(cases, model: scorer.model, options: options)
  }

  /// Evaluates labelled cases.
  ///
  /// Intervals of proportions are Wilson's; those of means are percentiles of
  /// bootstrap samples of the cases.
  ///
  /// - Parameters:
  ///   - cases: Posteriors and diagnoses.
  ///   - model: The model whose causes they are of.
  ///   - options: How to evaluate.
  /// - Complexity: O(`options.draws` × cases).
  public init(_ cases: LabelledPosteriors, model: Model, options: Options = Options()) {
    precondition(cases.causeCount == model.causes.count, "posteriors of the model's causes")
    let unlisted = model.causes.count - 1
    var outcomes: [CaseOutcome] = []
    var unlistedLeads: [Bool] = []
    for row in 0..<cases.count {
      let accepted = cases.diagnosis(of: row).map(Int.init).filter { $0 != unlisted }
      let posteriors = cases.row(row)
      if accepted.isEmpty {
        let own = posteriors[posteriors.startIndex + unlisted]
        unlistedLeads.append(posteriors.dropLast().allSatisfy { $0 < own })
      } else {
        outcomes.append(
          CaseOutcome(
            posteriors: posteriors, accepted: accepted, given: cases.urgency(of: row),
            model: model))
      }
    }
    self.caseCount = cases.caseCount
    self.labelledCount = cases.count
    self.coveredCount = outcomes.count
    let triaged = outcomes.filter { $0.given != nil }
    let emergencies = triaged.filter { $0.own == .emergency }
    let benign = triaged.filter { $0.own <= .routine }
    func share(_ name: String, _ title: String, _ hits: [Bool]) -> Measure {
      let count = hits.count { $0 }
      return Measure(
        name: name, title: title,
        value: hits.isEmpty ? nil : Double(count) / Double(hits.count),
        interval: Intervals.wilson(successes: count, of: hits.count), count: hits.count)
    }
    func mean(_ name: String, _ title: String, _ values: [Double]) -> Measure {
      Measure(
        name: name, title: title,
        value: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count),
        interval: Intervals.bootstrapMean(of: values, draws: options.draws, seed: options.seed),
        count: values.count)
    }
    self.measures = [
      share("top_1", "diagnosis ranked first", outcomes.map { $0.rank <= 1 }),
      share("top_3", "diagnosis in the first 3", outcomes.map { $0.rank <= 3 }),
      share("top_5", "diagnosis in the first 5", outcomes.map { $0.rank <= 5 }),
      mean("mean_reciprocal_rank", "mean reciprocal rank", outcomes.map { 1 / Double($0.rank) }),
      mean("log_loss", "log loss (nats)", outcomes.map(\.logLoss)),
      mean("brier", "Brier score (0 to 2)", outcomes.map(\.brier)),
      share(
        "emergencies_top_3", "emergencies in the first 3",
        outcomes.filter { $0.own == .emergency }.map { $0.rank <= 3 }),
      share(
        "emergencies_given_urgent", "emergencies given urgent or emergency",
        emergencies.map { $0.givenAtLeast(.urgent) }),
      share(
        "emergencies_given_emergency", "emergencies given emergency",
        emergencies.map { $0.givenAtLeast(.emergency) }),
      share(
        "benign_given_emergency", "self-care and routine causes given emergency",
        benign.map { $0.givenAtLeast(.emergency) }),
      share(
        "under_triage", "given less urgency than the cause has",
        triaged.map { !$0.givenAtLeast($0.own) }),
      share(
        "over_triage", "given more urgency than the cause has",
        triaged.map { $0.given != $0.own && $0.givenAtLeast($0.own) }),
      share("unlisted_top_1", "unlisted diseases with unlisted first", unlistedLeads),
    ]
    self.triage = Urgency.allCases.map { own in
      Urgency.allCases.map { given in outcomes.count { $0.own == own && $0.given == given } }
    }
    self.causes = model.causes.indices.compactMap { cause in
      let own = outcomes.filter { $0.cause == cause }
      guard !own.isEmpty else { return nil }
      let count = Double(own.count)
      return CauseRow(
        cause: cause, count: own.count, top1: own.count { $0.rank <= 1 },
        top3: own.count { $0.rank <= 3 }, top5: own.count { $0.rank <= 5 },
        meanProbability: own.reduce(0) { $0 + $1.probability } / count,
        meanReciprocalRank: own.reduce(0) { $0 + 1 / Double($1.rank) } / count)
    }
  }

}
