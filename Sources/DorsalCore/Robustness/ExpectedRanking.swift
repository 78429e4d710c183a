internal import DorsalNumerics

/// The ranking that is to be expected if some unknown findings of a case were known.
///
/// The posterior that is expected is the present one, whatever will be asked; what the answers
/// bring is that it moves, one way or the other. So this goes through every combination of
/// answers, with its predictive probability
///
///     P(s₁, s₂, …) = Σ over c of q(c) · P(s₁ | c) · P(s₂ | c) · …,
///
/// ranks the causes after it, and averages their places.
public struct ExpectedRanking: Sendable, Hashable {
  /// What to expect of one cause.
  public struct Place: Sendable, Hashable {
    /// The index of the cause.
    public let cause: Int
    /// The mean of its places, 1 for the first.
    public let expectedPlace: Double
    /// The chance that it leads.
    public let chanceToLead: Double
    /// The chance that it is among the first three.
    public let chanceInTop3: Double
  }

  /// The findings that would be known.
  public let findings: [Int]
  /// Every cause, by its expected place; ties go to the order of the model.
  public let places: [Place]
  /// The expected posterior of whichever cause then leads.
  public let expectedLead: Double

  /// How many findings are looked at together.
  public static let usualCount = 3

  /// Averages over the answers to some findings.
  ///
  /// - Parameters:
  ///   - findings: Unknown findings of the case, the setting not among them.
  ///   - posterior: The posterior of each cause, summing to one.
  ///   - scorer: The scorer it comes from.
  /// - Complexity: O(*a* × causes · log causes) for *a* combinations of answers.
  public init(knowing findings: [Int], posterior: [Double], scorer: Scorer) {
    let model = scorer.model
    let table = model.likelihoodTable
    let causes = model.causes.count
    var places = [Double](repeating: 0, count: causes)
    var leads = places
    var top3 = places
    var lead = 0.0
    // Joint probabilities of cause and answers, and posteriors up to a factor, which a
    // weight below 1 sets apart.
    var combinations = [(joint: posterior, updated: posterior)]
    for finding in findings {
      let first = table.firstStateRow[finding]
      combinations = combinations.flatMap { head in
        model.findings[finding].states.indices.map { state in
          let row = first + state
          return (
            (0..<causes).map { head.joint[$0] * table.probability(stateRow: row, cause: $0) },
            (0..<causes).map {
              head.updated[$0] * Elementary.exp(scorer.evidence.values[row * causes + $0])
            }
          )
        }
      }
    }
    for combination in combinations {
      let probability = combination.joint.reduce(0, +)
      let updated = combination.updated
      let sum = updated.reduce(0, +)
      let order = (0..<causes).sorted { (updated[$0], $1) > (updated[$1], $0) }
      for (place, cause) in order.enumerated() {
        places[cause] += probability * Double(place + 1)
        if place == 0 {
          leads[cause] += probability
          lead += probability * updated[cause] / sum
        }
        if place < 3 { top3[cause] += probability }
      }
    }
    self.findings = findings
    self.expectedLead = lead
    self.places = (0..<causes).map {
      Place(
        cause: $0, expectedPlace: places[$0], chanceToLead: leads[$0], chanceInTop3: top3[$0])
    }.sorted { ($0.expectedPlace, $0.cause) < ($1.expectedPlace, $1.cause) }
  }
}
