import Dorsal
import Foundation

/// A small model with random numbers, as tables for the library and as plain arrays for
/// references that share no code with it.
struct RandomModel {
  let causes: Int
  /// P(cause).
  let priors: [Double]
  /// The number of states of each finding.
  let stateCounts: [Int]
  let weights: [Double]
  /// `likelihoods[finding][state][cause]`, the last cause being the background.
  let likelihoods: [[[Double]]]
  /// `losses[action][cause]`.
  let losses: [[Double]]
  /// Conditions on findings, each with the states that satisfy it, and an urgency.
  let rules: [(urgency: Int, conditions: [(finding: Int, states: [Int])])]

  init(causes: Int, stateCounts: [Int], seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    func number(_ range: ClosedRange<Double>) -> Double {
      Double.random(in: range, using: &generator)
    }
    /// Decimals, so that a table holds exactly what the arrays hold.
    func distribution(_ count: Int) -> [Double] {
      let parts = (0..<count).map { _ in Int(number(1...100)) }
      let sum = parts.reduce(0, +)
      var whole = parts.map { max(1, $0 * 1000 / sum) }
      whole[0] += 1000 - whole.reduce(0, +)
      return whole.map { Double($0) / 1000 }
    }
    self.causes = causes
    self.stateCounts = stateCounts
    priors = distribution(causes)
    weights = stateCounts.map { _ in
      number(0...1) < 0.5 ? 1 : [0.25, 0.5, 0.75].randomElement(using: &generator) ?? 1
    }
    likelihoods = stateCounts.map { count in
      let columns = (0..<causes).map { _ in distribution(count) }
      return (0..<count).map { state in columns.map { $0[state] } }
    }
    losses = (0..<4).map { _ in (0..<causes).map { _ in Double(Int(number(0...20))) } }
    rules = (0..<2).map { _ in
      let first = Int(number(0...(Double(stateCounts.count) - 1.001)))
      return (
        Int(number(1...3.99)),
        [first, first + 1].map { ($0, [Int(number(0...(Double(stateCounts[$0]) - 0.001)))]) }
      )
    }
  }

  func load() throws -> Model {
    let names = (0..<causes).map { $0 == causes - 1 ? "unlisted" : "cause_\($0)" }
    let actions = ["self_care", "routine", "urgent", "emergency"]
    var findings = "id,section,kind,unit,edges,states,minimum,maximum,weight,group,question\n"
    findings += "setting,context,category,,,here;there,,,1,,Where?\n"
    var likelihoods = "finding,state,cause,probability,effective_n,basis,source,note\n"
    for (finding, count) in stateCounts.enumerated() {
      let states = (0..<count).map { "s\($0)" }
      findings +=
        "f\(finding),history,category,,,\(states.joined(separator: ";")),,,\(weights[finding]),,?\n"
      for cause in 0..<causes {
        for state in 0..<count {
          likelihoods +=
            "f\(finding),s\(state),\(cause == causes - 1 ? "*" : names[cause]),"
            + "\(self.likelihoods[finding][state][cause]),10,assumed,,\n"
        }
      }
    }
    var priors = "setting,cause,probability,effective_n,basis,source,note\n"
    for setting in ["here", "there"] {
      for cause in 0..<causes {
        priors += "\(setting),\(names[cause]),\(self.priors[cause]),10,assumed,,\n"
      }
    }
    var small = SmallModel()
    small.findings = findings
    small.likelihoods = likelihoods
    small.priors = priors
    small.causes =
      "id,group,urgency,label\n" + names.map { "\($0),other,routine,\($0)\n" }.joined()
    small.losses =
      "action,cause,loss,basis,source,note\n"
      + (0..<4).flatMap { action in
        (0..<causes).map { "\(actions[action]),\(names[$0]),\(losses[action][$0]),assumed,,\n" }
      }.joined()
    small.redFlags =
      "rule,urgency,finding,state,message,source\n"
      + rules.enumerated().flatMap { index, rule in
        rule.conditions.map { condition in
          "rule_\(index),\(actions[rule.urgency]),f\(condition.finding),"
            + condition.states.map { "s\($0)" }.joined(separator: "|") + ",Message.,smith2001\n"
        }
      }.joined()
    return try small.load()
  }

  /// The posterior of a case, by loops.
  func posterior(_ states: [Int?]) -> [Double] {
    var product = priors
    for (finding, state) in states.enumerated() {
      guard let state else { continue }
      for cause in 0..<causes {
        product[cause] *= pow(likelihoods[finding][state][cause], weights[finding])
      }
    }
    let sum = product.reduce(0, +)
    return product.map { $0 / sum }
  }

  /// The expected loss of each action.
  func expectedLosses(_ posterior: [Double]) -> [Double] {
    losses.map { zip($0, posterior).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The greatest urgency of the rules that hold.
  func redFlag(_ states: [Int?]) -> Int {
    rules.filter { rule in
      rule.conditions.allSatisfy { condition in
        states[condition.finding].map(condition.states.contains) ?? false
      }
    }.map(\.urgency).max() ?? 0
  }

  /// Every way to give the unknown findings one of their states; with `leavesUnknown`, also
  /// every way to leave some unknown.
  func completions(of states: [Int?], leavesUnknown: Bool = false) -> [[Int?]] {
    var all: [[Int?]] = [[]]
    for (finding, state) in states.enumerated() {
      let choices: [Int?] =
        state.map { [$0] }
        ?? ((leavesUnknown ? [nil] : []) + (0..<stateCounts[finding]).map { $0 })
      all = all.flatMap { head in choices.map { head + [$0] } }
    }
    return all
  }
}
