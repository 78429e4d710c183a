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
  // One behind the other, so that a case costs no more than a look at each.
  /// Where the conditions of each rule end.
  private var ruleEnds: [Int] = []
  /// The finding of each condition.
  private var findings: [Int] = []
  /// For each condition and code whether it holds, 256 a condition.
  private var holds: [Bool] = []

  init(_ impossibilities: [Impossibility]) {
    for rule in impossibilities {
      for condition in rule.conditions {
        let first = holds.count
        holds += [Bool](repeating: false, count: 256)
        for state in condition.states { holds[first + state + 1] = true }
        findings.append(condition.finding)
      }
      ruleEnds.append(findings.count)
    }
  }

  /// Whether there is any rule.
  var isEmpty: Bool { ruleEnds.isEmpty }

  /// Tells of each rule that holds in a case.
  ///
  /// - Parameters:
  ///   - codes: The codes of many cases.
  ///   - cases: The cases, as indices.
  ///   - stride: How many codes a case has.
  ///   - body: Takes the index of the rule and of the case.
  func eachRule(
    of codes: Span<UInt8>, cases: Range<Int>, stride: Int, body: (Int, Int) -> Void
  ) {
    let (ruleEnds, findings, holds) = (ruleEnds.span, findings.span, holds.span)
    for index in cases {
      let start = index * stride
      var condition = 0
      for rule in ruleEnds.indices {
        let end = ruleEnds[rule]
        while condition < end,
          holds[condition << 8 | Int(codes[start + findings[condition]])]
        { condition += 1 }
        if condition == end { body(rule, index) }
        condition = end
      }
    }
  }
}
