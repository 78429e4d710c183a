/// Draws findings so that no combination comes up that the model says cannot be.
///
/// Of each rule the finding that stands last in the model is drawn by those that came before. Where
/// the others of a rule hold, its states are left out; where they do not, the states that a rule
/// may leave out have
///
///     p / (1 - q)
///
/// with the table's probability p and the probability q that they are left out, and the other
/// states share what is left. So the finding keeps its distribution given the cause. It cannot
/// where p is more than 1 - q: the tables then contradict each other, and the rule goes first.
struct PlausibleStates: Sendable {
  /// A rule, for the finding that it is of.
  private struct Rule: Sendable {
    /// The states that it leaves out.
    let states: [Int]
    /// What must hold before: findings with their states.
    let conditions: [RedFlag.Condition]

    /// Whether the rule leaves its states out of a case, whose findings have these codes.
    func holds(_ codes: Span<UInt8>, from start: Int) -> Bool {
      for condition in conditions
      where !condition.states.contains(Int(codes[start + condition.finding]) - 1) { return false }
      return true
    }
  }

  /// The rules of each finding that has any.
  private let rules: [[Rule]]
  private let firstStateRow: [Int]
  private let stateCounts: [Int]
  private let stateRowCount: Int
  /// P(state | cause), and what it is where no rule leaves the state out; 0 where none may:
  /// `[cause * stateRowCount + stateRow]`.
  private var probabilities: [Double] = []
  private var kept: [Double] = []

  /// Prepares the rules of a model.
  ///
  /// - Parameter likelihoods: P(state | cause): `likelihoods[stateRow * causes + cause]`.
  init(_ model: Model, likelihoods: [Double]) {
    let table = model.likelihoodTable
    var rules = [[Rule]](repeating: [], count: model.findings.count)
    for rule in model.impossibilities where rule.kind == .impossible {
      guard let last = rule.conditions.max(by: { $0.finding < $1.finding }) else { continue }
      rules[last.finding].append(
        Rule(
          states: last.states, conditions: rule.conditions.filter { $0.finding != last.finding }))
    }
    self.rules = rules
    firstStateRow = table.firstStateRow
    stateCounts = model.findings.map(\.states.count)
    stateRowCount = table.stateRowCount
    guard rules.contains(where: { !$0.isEmpty }) else { return }
    let causes = table.causeCount
    probabilities = [Double](repeating: 0, count: causes * stateRowCount)
    kept = probabilities
    for cause in 0..<causes {
      let offset = cause * stateRowCount
      for row in 0..<stateRowCount {
        probabilities[offset + row] = likelihoods[row * causes + cause]
      }
      for (finding, own) in rules.enumerated() {
        for state in 0..<stateCounts[finding] {
          let row = offset + table.firstStateRow[finding] + state
          let leftIn = own.filter { $0.states.contains(state) }.reduce(1.0) { product, rule in
            product * (1 - probability(of: rule, offset))
          }
          kept[row] = leftIn < 1 ? min(1, probabilities[row] / max(leftIn, 1e-12)) : 0
        }
      }
    }
  }

  /// The probability that a rule leaves its states out, given a cause.
  private func probability(of rule: Rule, _ offset: Int) -> Double {
    rule.conditions.reduce(1.0) { product, condition in
      let first = offset + firstStateRow[condition.finding]
      return product * condition.states.reduce(0.0) { $0 + probabilities[first + $1] }
    }
  }

  /// Whether a finding is drawn by others.
  func isDependent(_ finding: Int) -> Bool { !rules[finding].isEmpty }

  /// The state of a finding, by those that stand before it.
  ///
  /// - Parameters:
  ///   - uniform: A number drawn from 0 up to 1.
  ///   - codes: The codes of the case, as far as they are drawn.
  ///   - start: Where they begin.
  func state(
    of finding: Int, cause: Int, uniform: Double, _ codes: Span<UInt8>,
    from start: Int
  ) -> Int {
    let first = cause * stateRowCount + firstStateRow[finding]
    let count = stateCounts[finding]
    var weights = [Double](repeating: 0, count: count)
    var isFree = [Bool](repeating: true, count: count)
    for state in 0..<count where kept[first + state] > 0 {
      (isFree[state], weights[state]) = (false, kept[first + state])
    }
    for rule in rules[finding] where rule.holds(codes, from: start) {
      for state in rule.states { (isFree[state], weights[state]) = (false, 0) }
    }
    let fixed = weights.reduce(0, +)
    var free = 0.0
    for state in 0..<count where isFree[state] { free += probabilities[first + state] }
    for state in 0..<count where isFree[state] {
      weights[state] = max(1 - fixed, 0) * probabilities[first + state] / free
    }
    let sum = weights.reduce(0, +)
    var rest = uniform * sum
    var last = 0
    for state in 0..<count where weights[state] > 0 {
      if rest < weights[state] { return state }
      rest -= weights[state]
      last = state
    }
    return last
  }

  /// The same where the finding has been drawn together with others: the state, unless a rule
  /// leaves it out; then the nearest that none does.
  func nearest(
    to state: Int, of finding: Int, _ codes: Span<UInt8>, from start: Int
  ) -> Int {
    var isLeftOut = [Bool](repeating: false, count: stateCounts[finding])
    for rule in rules[finding] where rule.holds(codes, from: start) {
      for state in rule.states { isLeftOut[state] = true }
    }
    let allowed = isLeftOut.indices.filter { !isLeftOut[$0] }
    return allowed.min { abs($0 - state) < abs($1 - state) } ?? state
  }
}
