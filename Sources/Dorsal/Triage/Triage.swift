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

  /// What was found for the cases of a batch.
  public struct Assessment: Sendable {
    /// A row for each case, a column for each rule: how many of its conditions hold.
    let conditionsMet: Matrix
    /// A row for each case, a column for each action: its expected loss.
    let expectedLosses: Matrix
    let rules: RuleOrder

    /// How soon a case needs attention: the more urgent of the two ways.
    ///
    /// - Complexity: O(rules), without allocation.
    public func urgency(of index: Int) -> Urgency {
      let met = conditionsMet.row(index)
      let holding = rules.order.first { rules.holds($0, met: met) }
      return max(holding.map { rules.urgencies[$0] } ?? .selfCare, expectedLossUrgency(of: index))
    }

    /// The action of least expected loss; of two with the same, the more urgent one.
    func expectedLossUrgency(of index: Int) -> Urgency {
      let losses = expectedLosses.row(index)
      var least = 0
      for action in 1..<losses.count
      where losses[losses.startIndex + action] <= losses[losses.startIndex + least] {
        least = action
      }
      return Urgency.allCases[least]
    }

    /// Everything that was found for a case.
    public func outcome(of index: Int) -> Outcome {
      let met = conditionsMet.row(index)
      let holding = rules.order.filter { rules.holds($0, met: met) }
      return Outcome(
        urgency: urgency(of: index), redFlags: holding,
        redFlagUrgency: holding.first.map { rules.urgencies[$0] },
        expectedLossUrgency: expectedLossUrgency(of: index),
        expectedLosses: Array(expectedLosses.row(index)))
    }
  }

  /// The rules by urgency, and when each holds.
  struct RuleOrder: Sendable {
    /// Indices into `model.redFlags`, the most urgent first.
    let order: [Int]
    let urgencies: [Urgency]
    let conditionCounts: [Float]

    init(_ redFlags: [RedFlag]) {
      order = redFlags.indices.sorted {
        (redFlags[$1].urgency, $0) < (redFlags[$0].urgency, $1)
      }
      urgencies = redFlags.map(\.urgency)
      conditionCounts = redFlags.map { Float($0.conditions.count) }
    }

    func holds(_ rule: Int, met: ArraySlice<Float>) -> Bool {
      met[met.startIndex + rule] == conditionCounts[rule]
    }
  }

  private let indicators: Indicators
  private let conditions: Matrix
  private let rules: RuleOrder
  private let losses: Matrix

  /// Prepares the rules and losses of a scorer's model.
  public init(scorer: Scorer) {
    let model = scorer.model
    indicators = scorer.indicators
    var conditions = Matrix(
      rowCount: model.likelihoodTable.stateRowCount, columnCount: model.redFlags.count)
    for (column, rule) in model.redFlags.enumerated() {
      for condition in rule.conditions {
        let first = model.likelihoodTable.firstStateRow[condition.finding]
        for state in condition.states { conditions[first + state, column] = 1 }
      }
    }
    self.conditions = conditions
    rules = RuleOrder(model.redFlags)
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
  /// - Complexity: O(cases × states × rules) in `sgemm`, and O(cases × causes).
  public func assess(_ batch: CaseBatch, posteriors: Posteriors) -> Assessment {
    let expected = posteriors.matrix.productInOrder(losses)
    var met = Matrix(rowCount: batch.count, columnCount: conditions.columnCount)
    var product = Matrix(
      rowCount: min(Scorer.usualBlockSize, batch.count), columnCount: conditions.columnCount)
    indicators.eachBlock(of: batch, size: Scorer.usualBlockSize) { block, start, count in
      BLAS.multiply(block, conditions, into: &product, rowCount: count)
      met.copyRows(0..<count, of: product, to: start)
    }
    return Assessment(conditionsMet: met, expectedLosses: expected, rules: rules)
  }
}
