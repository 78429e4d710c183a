internal import DorsalNumerics

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
    /// `words` words a case: bit r where the rule at place r of the order holds.
    let holding: [UInt64]
    /// How many findings of each case are known, the setting not counted.
    package let knownFindingCounts: [Int32]
    /// A row for each case, a column for each action: its expected loss.
    let expectedLosses: Matrix
    let rules: RuleOrder

    /// How soon a case needs attention: the more urgent of the two ways.
    ///
    /// - Complexity: O(1), without allocation.
    public func urgency(of index: Int) -> Urgency {
      max(redFlagUrgency(of: index) ?? .selfCare, expectedLossUrgency(of: index))
    }

    /// The urgency of the most urgent rule that holds.
    func redFlagUrgency(of index: Int) -> Urgency? {
      firstRule(of: index).map { rules.urgencies[$0] }
    }

    /// The place of the most urgent rule that holds in the order of rules.
    func firstRule(of index: Int) -> Int? {
      for word in 0..<rules.words {
        let bits = holding[index * rules.words + word]
        if bits != 0 { return word * 64 + bits.trailingZeroBitCount }
      }
      return nil
    }

    /// The action of least expected loss; of two with the same, the more urgent one.
    func expectedLossUrgency(of index: Int) -> Urgency {
      let losses = expectedLosses.elements.span
      let first = index * expectedLosses.columnCount
      var least = 0
      for action in 1..<expectedLosses.columnCount
      where losses[first + action] <= losses[first + least] {
        least = action
      }
      return Triage.actions[least]
    }

    /// Everything that was found for a case.
    public func outcome(of index: Int) -> Outcome {
      var places: [Int] = []
      for word in 0..<rules.words {
        var bits = holding[index * rules.words + word]
        while bits != 0 {
          places.append(word * 64 + bits.trailingZeroBitCount)
          bits &= bits - 1
        }
      }
      return Outcome(
        urgency: urgency(of: index), redFlags: places.map { rules.order[$0] },
        redFlagUrgency: redFlagUrgency(of: index),
        expectedLossUrgency: expectedLossUrgency(of: index),
        expectedLosses: Array(expectedLosses.row(index)))
    }
  }

  /// The rules by urgency.
  struct RuleOrder: Sendable {
    /// Indices into `model.redFlags`, the most urgent first.
    let order: [Int]
    /// The urgency of each rule, in that order.
    let urgencies: [Urgency]
    /// Words of 64 rules.
    let words: Int
  }

  /// The actions, from the least to the most urgent.
  private static let actions = Urgency.allCases

  private let states: StateRows
  private let level: CPULevel
  private let conditions: RuleRows
  let rules: RuleOrder
  /// `losses[cause * 4 + action]`.
  private let losses: [Double]
  /// For each action, the causes that speak against the next less urgent one, and by how much.
  let savings: [[(cause: Int, saving: Double)]]
  let model: Model

  /// Prepares the rules and losses of a scorer's model.
  public init(scorer: Scorer) {
    let model = scorer.model
    self.model = model
    states = scorer.rows
    level = scorer.level
    let order = model.redFlags.indices.sorted {
      (model.redFlags[$1].urgency, $0) < (model.redFlags[$0].urgency, $1)
    }
    let table = model.likelihoodTable
    conditions = RuleRows(
      conditions: order.map { rule in
        model.redFlags[rule].conditions.map { condition in
          condition.states.map { table.firstStateRow[condition.finding] + $0 }
        }
      }, rowCount: table.stateRowCount)
    rules = RuleOrder(
      order: order, urgencies: order.map { model.redFlags[$0].urgency }, words: conditions.words)
    savings = Self.actions.indices.map { action in
      guard action > 0 else { return [] }
      return model.causes.indices.compactMap { cause in
        let saving =
          model.loss(of: Self.actions[action - 1], cause: cause)
          - model.loss(of: Self.actions[action], cause: cause)
        return saving > 0 ? (cause, saving) : nil
      }
    }
    // Losses are held as scoring's type, so that products with them are exact in double.
    losses = model.causes.indices.flatMap { cause in
      Self.actions.map { Double(Float(model.loss(of: $0, cause: cause))) }
    }
  }

  /// How soon each case of a batch needs attention.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their posteriors, from the scorer of this triage.
  /// - Complexity: O(cases × known findings × rules) and O(cases × causes).
  public func assess(_ batch: CaseBatch, posteriors: Posteriors) -> Assessment {
    batch.requireCases(of: model)
    precondition(posteriors.matrix.rowCount == batch.count, "each case has its posteriors")
    var holding = [UInt64](repeating: 0, count: batch.count * conditions.words)
    var known = [Int32](repeating: 0, count: batch.count)
    states.findHolding(
      conditions, batch.codes, count: batch.count, holding: &holding, known: &known, level: level)
    return Assessment(
      holding: holding, knownFindingCounts: known,
      expectedLosses: posteriors.matrix.productInOrder(withFour: losses, level: level),
      rules: rules)
  }
}
