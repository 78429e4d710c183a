/// A combination of states that a case should not have: the rows of `plausibility.csv` with one
/// rule id.
public struct Impossibility: Sendable, Hashable {
  /// What a rule says of the cases that it holds for.
  public enum Kind: String, Sendable, CaseIterable {
    /// No patient is so: a value is wrong.
    case impossible
    /// A patient may be so, but the model is not made for such patients.
    case outside
  }

  /// Why a combination is one.
  public enum Basis: String, Sendable, CaseIterable {
    /// It follows from what the findings mean.
    case definition
    /// A cited source says so.
    case published
    /// Judgement.
    case assumed
  }

  /// The rule's id.
  public let rule: String
  /// What it says.
  public let kind: Kind
  /// What must hold, all of it.
  public let conditions: [RedFlag.Condition]
  /// Why.
  public let basis: Basis
  /// The keys of the sources.
  public let sources: [String]
  /// The reason in words.
  public let note: String
}

/// The rules of a model, to hold against many cases.
struct PlausibilityCheck: Sendable {
  /// For each rule its conditions: the finding, and where its part of `holds` begins.
  private let rules: [[(finding: Int, first: Int)]]
  /// For each condition and code whether it holds, 256 a condition.
  private var holds: [Bool] = []

  init(_ impossibilities: [Impossibility]) {
    var holds: [Bool] = []
    rules = impossibilities.map { rule in
      rule.conditions.map { condition in
        let first = holds.count
        holds += [Bool](repeating: false, count: 256)
        for state in condition.states { holds[first + state + 1] = true }
        return (condition.finding, first)
      }
    }
    self.holds = holds
  }

  /// Whether there is any rule.
  var isEmpty: Bool { rules.isEmpty }

  /// Tells of each rule that holds in a case.
  ///
  /// - Parameters:
  ///   - codes: The codes of many cases.
  ///   - start: Where those of the case begin.
  ///   - body: Takes the index of the rule.
  func eachRule(of codes: Span<UInt8>, from start: Int, body: (Int) -> Void) {
    let holds = holds.span
    for (index, conditions) in rules.enumerated() {
      var all = true
      for condition in conditions
      where !holds[condition.first + Int(codes[start + condition.finding])] {
        all = false
        break
      }
      if all { body(index) }
    }
  }
}
