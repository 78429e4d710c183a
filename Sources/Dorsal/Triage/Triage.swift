/// How soon each case needs attention, found in two ways that know nothing of each
/// other; the more urgent one stands.
///
/// *Red flags* follow rules of clinical documents: with X the indicator rows of the
/// cases and R the conditions of the rules, a rule holds where X R reaches the number
/// of its conditions. *Expected loss* takes the action u that minimises
/// Σ posterior(c) · loss(u, c) over the causes.
///
/// A rule looks at findings only and not at how probable a cause is; the expected loss
/// looks at probabilities only. A triage does not change and may be shared.
public struct Triage: Sendable {
  /// What was found for one case.
  public struct Outcome: Sendable, Hashable {
    /// The more urgent of the two ways.
    public let urgency: Urgency
    /// The rules that hold, as indices into `model.redFlags`, the most urgent first.
    public let redFlags: [Int]
    /// The urgency of the most urgent rule that holds, or nothing where none does.
    public let redFlagUrgency: Urgency?
    /// The action of least expected loss.
    public let expectedLossUrgency: Urgency
    /// The expected loss of each action, from the least to the most urgent.
    public let expectedLosses: [Float]
  }

  private let model: Model
  private let indicators: Indicators
  private let rules: Matrix
  private let losses: Matrix

  /// Prepares the rules and losses of a scorer's model.
  public init(scorer: Scorer) {
    let model = scorer.model
    self.model = model
    indicators = scorer.indicators
    var rules = Matrix(
      rowCount: model.likelihoodTable.stateRowCount, columnCount: model.redFlags.count)
    for (column, rule) in model.redFlags.enumerated() {
      for condition in rule.conditions {
        let first = model.likelihoodTable.firstStateRow[condition.finding]
        for state in condition.states { rules[first + state, column] = 1 }
      }
    }
    self.rules = rules
    var losses = Matrix(rowCount: model.causes.count, columnCount: Urgency.allCases.count)
    for cause in model.causes.indices {
      for (column, action) in Urgency.allCases.enumerated() {
        losses[cause, column] = Float(model.loss(of: action, cause: cause))
      }
    }
    self.losses = losses
  }

  /// How soon each case of a batch needs attention.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their posteriors, from the scorer of this triage.
  /// - Complexity: O(cases × (states × rules + causes)) in `sgemm`.
  public func assess(_ batch: CaseBatch, posteriors: Posteriors) -> [Outcome] {
    var expected = Matrix(rowCount: batch.count, columnCount: Urgency.allCases.count)
    BLAS.multiply(posteriors.matrix, losses, into: &expected, rowCount: batch.count)
    var outcomes: [Outcome] = []
    outcomes.reserveCapacity(batch.count)
    indicators.eachBlock(of: batch, size: Scorer.usualBlockSize) { block, start, count in
      var met = Matrix(rowCount: count, columnCount: model.redFlags.count)
      BLAS.multiply(block, rules, into: &met, rowCount: count)
      for row in 0..<count {
        outcomes.append(
          outcome(met: met.row(row), expectedLosses: Array(expected.row(start + row))))
      }
    }
    return outcomes
  }

  private func outcome(met: ArraySlice<Float>, expectedLosses: [Float]) -> Outcome {
    let holding = model.redFlags.indices.filter {
      Int(met[met.startIndex + $0]) == model.redFlags[$0].conditions.count
    }.sorted {
      (model.redFlags[$1].urgency, $0) < (model.redFlags[$0].urgency, $1)
    }
    let redFlagUrgency = holding.first.map { model.redFlags[$0].urgency }
    // Of two actions with the same loss the more urgent one is taken.
    var least = 0
    for action in expectedLosses.indices where expectedLosses[action] <= expectedLosses[least] {
      least = action
    }
    let expectedLossUrgency = Urgency.allCases[least]
    return Outcome(
      urgency: max(redFlagUrgency ?? .selfCare, expectedLossUrgency), redFlags: holding,
      redFlagUrgency: redFlagUrgency, expectedLossUrgency: expectedLossUrgency,
      expectedLosses: expectedLosses)
  }
}
