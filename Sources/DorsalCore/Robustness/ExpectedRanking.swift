internal import DorsalNumerics

/// The ranking that is to be expected if some unknown findings of a case were known.
///
/// The posterior that is expected is the present one, whatever will be asked; what the answers
/// bring is that it moves, one way or the other. So this goes through every combination of
/// answers, with its predictive probability
///
///     P(s₁, s₂, …) = Σ over c of q(c) · P(s₁ | c) · P(s₂ | c) · …,
///
/// each given what is known of the findings it hangs on,
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

  /// The most combinations of answers times causes that are gone through.
  static let mostWork = 1 << 22

  /// The first of some findings, as many as have few enough combinations of answers.
  ///
  /// - Parameters:
  ///   - findings: Unknown findings of a case, the most valuable first.
  ///   - model: Their model.
  public static func manageable(_ findings: some Sequence<Int>, of model: Model) -> [Int] {
    var work = model.causes.count
    var result: [Int] = []
    for finding in findings.prefix(usualCount) {
      work *= model.findings[finding].states.count
      if work > mostWork { break }
      result.append(finding)
    }
    return result
  }

  /// Averages over the answers to some findings.
  ///
  /// - Parameters:
  ///   - findings: Unknown findings of the case, the setting not among them.
  ///   - posterior: The posterior of each cause, summing to one.
  ///   - scorer: The scorer it comes from.
  ///   - codes: The codes of all findings of the case; by default none is known. They matter
  ///     where findings hang on each other.
  /// - Complexity: O(*a* × causes · log causes) time for *a* combinations of answers; memory for
  ///   one combination.
  public init(knowing findings: [Int], posterior: [Double], scorer: Scorer, codes: [UInt8]? = nil) {
    let codes = codes ?? [UInt8](repeating: 0, count: scorer.model.findings.count)
    precondition(codes.count == scorer.model.findings.count, "a code a finding")
    let model = scorer.model
    let table = model.likelihoodTable
    let causes = model.causes.count
    var places = [Double](repeating: 0, count: causes)
    var leads = places
    var top3 = places
    var lead = 0.0
    /// Goes through the answers to the findings from one on.
    ///
    /// - Parameters:
    ///   - joint: The joint probability of each cause and the answers so far.
    ///   - updated: The posteriors up to a factor, which a weight below 1 sets apart.
    ///   - codes: Those of the case and the answers so far.
    func visit(_ place: Int, joint: [Double], updated: [Double], codes: [UInt8]) {
      guard place == findings.count else {
        let finding = findings[place]
        let dependent = DependentAnswers(of: finding, in: model) { Int(codes[$0]) }
        for state in model.findings[finding].states.indices {
          let row = table.firstStateRow[finding] + state
          var known = codes
          known[finding] = UInt8(state + 1)
          if let dependent {
            let first = state * causes
            visit(
              place + 1,
              joint: (0..<causes).map { joint[$0] * dependent.probabilities[first + $0] },
              updated: (0..<causes).map { updated[$0] * dependent.updates[first + $0] },
              codes: known)
            continue
          }
          visit(
            place + 1,
            joint: (0..<causes).map { joint[$0] * table.probability(stateRow: row, cause: $0) },
            updated: (0..<causes).map {
              updated[$0] * Elementary.exp(scorer.evidence.values[row * causes + $0])
            }, codes: known)
        }
        return
      }
      let probability = joint.reduce(0, +)
      let sum = updated.reduce(0, +)
      let order = (0..<causes).sorted { (updated[$0], $1) > (updated[$1], $0) }
      for (place, cause) in order.enumerated() {
        places[cause] += probability * Double(place + 1)
        if place == 0 {
          leads[cause] += probability
          lead += sum > 0 ? probability * updated[cause] / sum : 0
        }
        if place < 3 { top3[cause] += probability }
      }
    }
    visit(0, joint: posterior, updated: posterior, codes: codes)
    self.findings = findings
    self.expectedLead = lead
    self.places = (0..<causes).map {
      Place(
        cause: $0, expectedPlace: places[$0], chanceToLead: leads[$0], chanceInTop3: top3[$0])
    }.sorted { ($0.expectedPlace, $0.cause) < ($1.expectedPlace, $1.cause) }
  }
}
