internal import DorsalNumerics

/// How the states of findings that hang on each other are drawn: those of a group given its
/// factor, those of a finding with a parent given the parent's state.
struct DependentStates: Sendable {
  /// What a finding hangs on.
  enum Condition: Sendable {
    /// The factor of a group, by its number among the groups.
    case factor(Int)
    /// The state of another finding.
    case parent(Int)
  }

  /// A finding that hangs on something.
  struct Member: Sendable {
    let condition: Condition
    let stateCount: Int
    /// How many values the condition has.
    let conditionCount: Int
    /// Sums of the probabilities up to and including each state:
    /// `sums[(cause * conditionCount + value) * stateCount + state]`, infinite for the last.
    let sums: [Double]

    /// The state in whose interval a number from 0 to 1 lies.
    func state(at number: Double, cause: Int, value: Int) -> Int {
      let first = (cause * conditionCount + value) * stateCount
      var state = 0
      while number >= sums[first + state] { state += 1 }
      return state
    }
  }

  /// By the finding; nothing for those that hang on nothing.
  let members: [Member?]
  /// How many groups there are.
  let factorCount: Int
  /// Sums of the weights of the factor's values, infinite for the last.
  private let factorSums: [Double]

  /// - Parameters:
  ///   - joint: What hangs on what.
  ///   - table: The likelihoods that `joint` was made with.
  ///   - findingCount: How many findings there are.
  init(_ joint: JointStates, table: LikelihoodTable, findingCount: Int) {
    var members = [Member?](repeating: nil, count: findingCount)
    var groups = 0
    let columns = table.causeCount + 1
    func member(
      _ condition: Condition, states: Int, conditions: Int,
      probability: (_ cause: Int, _ value: Int, _ state: Int) -> Double
    ) -> Member {
      var sums: [Double] = []
      sums.reserveCapacity(table.causeCount * conditions * states)
      for cause in 0..<table.causeCount {
        for value in 0..<conditions {
          var sum = 0.0
          for state in 0..<states {
            sum += probability(cause, value, state)
            sums.append(state == states - 1 ? .infinity : sum)
          }
        }
      }
      return Member(
        condition: condition, stateCount: states, conditionCount: conditions, sums: sums)
    }
    for term in joint.terms {
      if term.isParent {
        let (parent, finding, states) = (term.findings[0], term.findings[1], term.stateCounts[1])
        let logs = joint.logProbabilities(ofPair: term)
        members[finding] = member(
          .parent(parent), states: states, conditions: term.stateCounts[0]
        ) { cause, value, state in
          Elementary.exp(logs[(value * states + state) * columns + cause])
            / table.probability(stateRow: table.firstStateRow[parent] + value, cause: cause)
        }
      } else {
        let nodes = FactorLikelihoods.nodeCount
        for (place, finding) in term.findings.enumerated() {
          let values = joint.likelihoods(ofMember: place, of: term).values
          members[finding] = member(
            .factor(groups), states: term.stateCounts[place], conditions: nodes
          ) { cause, node, state in values[(state * nodes + node) * columns + cause] }
        }
        groups += 1
      }
    }
    self.members = members
    factorCount = groups
    var sum = 0.0
    factorSums = FactorLikelihoods.weights.indices.map { node in
      sum += FactorLikelihoods.weights[node]
      return node == FactorLikelihoods.nodeCount - 1 ? .infinity : sum
    }
  }

  /// The value of a factor at a number from 0 to 1.
  func factor(at number: Double) -> Int {
    var node = 0
    while number >= factorSums[node] { node += 1 }
    return node
  }
}
