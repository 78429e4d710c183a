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

  /// Evaluates labelled cases.
  ///
  /// Intervals of proportions are Wilson's; those of means are percentiles of
  /// `draws` bootstrap samples of the cases.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - scorer: The scorer to judge.
  ///   - draws: Bootstrap samples.
  ///   - seed: Where the bootstrap's random numbers begin.
  /// - Complexity: Scoring, and O(`draws` × cases).
  public init(_ batch: CaseBatch, scorer: Scorer, draws: Int = 2000, seed: UInt64 = 1) {
    let model = scorer.model
    let unlisted = model.causes.count - 1
    let posteriors = scorer.score(batch)
    var outcomes: [Outcome] = []
    var unlistedLeads: [Bool] = []
    let triaged = Triage(scorer: scorer).assess(batch, posteriors: posteriors)
    var labelled = 0
    for index in 0..<batch.count {
      let diagnosis = batch.diagnosis(of: index)
      guard !diagnosis.isEmpty else { continue }
      labelled += 1
      let ranking = posteriors.ranking(of: index)
      let accepted = diagnosis.filter { $0 != unlisted }
      if accepted.isEmpty {
        unlistedLeads.append(ranking[0].cause == unlisted)
      } else {
        outcomes.append(
          Outcome(
            ranking: ranking, accepted: accepted, given: triaged.urgency(of: index), model: model))
      }
    }
    self.caseCount = batch.count
    self.labelledCount = labelled
    self.coveredCount = outcomes.count
    let emergencies = outcomes.filter { $0.own == .emergency }
    let benign = outcomes.filter { $0.own <= .routine }
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
        interval: Intervals.bootstrapMean(of: values, draws: draws, seed: seed),
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
        "emergencies_top_3", "emergencies in the first 3", emergencies.map { $0.rank <= 3 }),
      share(
        "emergencies_given_urgent", "emergencies given urgent or emergency",
        emergencies.map { $0.given >= .urgent }),
      share(
        "emergencies_given_emergency", "emergencies given emergency",
        emergencies.map { $0.given == .emergency }),
      share(
        "benign_given_emergency", "self-care and routine causes given emergency",
        benign.map { $0.given == .emergency }),
      share(
        "under_triage", "given less urgency than the cause has", outcomes.map { $0.given < $0.own }),
      share(
        "over_triage", "given more urgency than the cause has", outcomes.map { $0.given > $0.own }),
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

  /// What came of one covered case.
  private struct Outcome {
    let cause: Int
    let rank: Int
    let probability: Double
    let logLoss: Double
    let brier: Double
    /// The urgency of the cause.
    let own: Urgency
    /// The urgency that the triage gave.
    let given: Urgency

    /// A posterior that a `Float` rounds to zero counts as its least normal number,
    /// a loss of 87 nats.
    private static let leastProbability = Double(Float.leastNormalMagnitude)

    init(ranking: [Posteriors.Ranked], accepted: [Int], given: Urgency, model: Model) {
      var probability = 0.0
      var rank = ranking.count
      var otherSquares = 0.0
      for (place, ranked) in ranking.enumerated() {
        if accepted.contains(ranked.cause) {
          probability += Double(ranked.probability)
          rank = min(rank, place + 1)
        } else {
          otherSquares += Double(ranked.probability) * Double(ranked.probability)
        }
      }
      self.cause = accepted[0]
      self.rank = rank
      self.probability = min(probability, 1)
      self.logLoss = -Elementary.log(max(self.probability, Self.leastProbability))
      self.brier = (1 - self.probability) * (1 - self.probability) + otherSquares
      self.own = accepted.map { model.causes[$0].urgency }.max() ?? .routine
      self.given = given
    }
  }
}
