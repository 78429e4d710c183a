internal import DorsalCore
internal import DorsalNumerics

/// What came of one case whose diagnosis the model has.
struct CaseOutcome {
  /// The diagnosis; of several accepted ones, the first.
  let cause: Int
  /// The place of the diagnosis in the ranking, from 1; the best of several.
  let rank: Int
  /// The posterior of the diagnosis; the sum of several.
  let probability: Double
  /// `-log(probability)`, in nats.
  let logLoss: Double
  /// The squared distance of the posteriors from the diagnosis, 0...2. Several accepted
  /// causes count as one.
  let brier: Double
  /// The urgency of the cause, the most urgent of several.
  let own: Urgency
  /// The urgency that the triage gave, where there was one.
  let given: Urgency?

  /// Whether the triage gave this urgency or more.
  func givenAtLeast(_ urgency: Urgency) -> Bool { given.map { $0 >= urgency } ?? false }

  /// A posterior that a `Float` rounds to zero counts as its least normal number,
  /// a loss of 87 nats.
  private static let leastProbability = Double(Float.leastNormalMagnitude)

  /// The loss of a probability of the diagnosis, in nats.
  static func logLoss(_ probability: Double) -> Double {
    -Elementary.log(max(probability, leastProbability))
  }

  /// - Parameters:
  ///   - posteriors: P(cause given the case), one a cause.
  ///   - accepted: The causes any of which is right, at least one.
  ///   - given: The urgency that the triage gave.
  ///   - model: Where the urgencies of causes are from.
  /// - Complexity: O(causes).
  init(
    posteriors: ArraySlice<Float>, accepted: [Int], given: Urgency?, model: Model
  ) {
    let first = posteriors.startIndex
    var probability = 0.0
    var best = accepted[0]
    var own = Urgency.selfCare
    for cause in accepted {
      let posterior = posteriors[first + cause]
      probability += Double(posterior)
      let leading = posteriors[first + best]
      if posterior > leading || (posterior == leading && cause < best) { best = cause }
      own = max(own, model.causes[cause].urgency)
    }
    let greatest = posteriors[first + best]
    var rank = 1
    var squares = 0.0
    for cause in 0..<posteriors.count {
      let other = posteriors[first + cause]
      // Ties go to the order of causes, as in a ranking.
      if other > greatest || (other == greatest && cause < best) { rank += 1 }
      squares += Double(other) * Double(other)
    }
    for cause in accepted {
      squares -= Double(posteriors[first + cause]) * Double(posteriors[first + cause])
    }
    self.cause = accepted[0]
    self.rank = rank
    self.probability = min(probability, 1)
    self.logLoss = Self.logLoss(self.probability)
    self.brier = (1 - self.probability) * (1 - self.probability) + max(squares, 0)
    self.own = own
    self.given = given
  }
}
