import Foundation

/// What a finding is worth, by brute force: each of its states is set, the case is scored
/// again from the tables, and the answers are averaged over the predictive distribution.
/// Shares no code with the library.
struct ReferenceAppraisal {
  let scorer: ReferenceScorer
  /// By action from the least to the most urgent, then cause.
  let losses: [[String: Double]]
  /// Conditions of each rule, by finding, and its place among the urgencies.
  let rules: [(urgency: Int, conditions: [String: [String]])]

  static let urgencies = ["self_care", "routine", "urgent", "emergency"]

  init(folder: String) throws {
    scorer = try ReferenceScorer(folder: folder)
    func table(_ name: String) throws -> [[String: String]] {
      PlainCSV.rows(try String(contentsOfFile: folder + "/" + name, encoding: .utf8))
    }
    let rows = try table("losses.csv")
    let causes = try table("causes.csv").map { $0["id", default: ""] }
    losses = Self.urgencies.map { action in
      let own = rows.filter { $0["action"] == action }
      func loss(_ cause: String) -> Double? {
        own.first { $0["cause"] == cause }.flatMap { Double($0["loss", default: ""]) }
      }
      return Dictionary(
        uniqueKeysWithValues: causes.map {
          ($0, loss($0) ?? loss("*") ?? .nan)
        })
    }
    var order: [String] = []
    var rules: [String: (Int, [String: [String]])] = [:]
    for row in try table("red_flags.csv") {
      let name = row["rule", default: ""]
      if rules[name] == nil {
        order.append(name)
        rules[name] = (Self.urgencies.firstIndex(of: row["urgency", default: ""]) ?? -1, [:])
      }
      rules[name]?.1[row["finding", default: ""]] =
        row["state", default: ""].components(separatedBy: "|")
    }
    self.rules = order.compactMap { rules[$0] }.map { (urgency: $0.0, conditions: $0.1) }
  }

  /// What is decided for a case: the leading cause, the best action and the urgency; and how
  /// far the nearest other decision is, relative to the winner.
  struct Decision {
    var leader = ""
    var action = 0
    var urgency = 0
    var margin = Double.infinity
  }

  func expectedLoss(_ action: Int, _ posterior: [String: Double]) -> Double {
    posterior.reduce(0) { $0 + $1.value * losses[action][$1.key, default: .nan] }
  }

  func decide(_ posterior: [String: Double], observed: [String: String]) -> Decision {
    var decision = Decision()
    let ranked = posterior.sorted { $0.value > $1.value }
    decision.leader = ranked[0].key
    decision.margin = 1 - ranked[1].value / ranked[0].value
    let expected = losses.indices.map { expectedLoss($0, posterior) }
    let least = expected.min() ?? .nan
    decision.action = expected.lastIndex(of: least) ?? 0
    for (action, loss) in expected.enumerated() where action != decision.action {
      decision.margin = min(decision.margin, (loss - least) / max(least, 1e-9))
    }
    decision.urgency = decision.action
    for rule in rules
    where rule.conditions.allSatisfy({ $1.contains(observed[$0, default: ""]) }) {
      decision.urgency = max(decision.urgency, rule.urgency)
    }
    return decision
  }

  struct Worth {
    var information = 0.0
    var value = 0.0
    var chanceOfChange = 0.0
    /// Whether no decision is so near that rounding could turn it.
    var isClear = true
  }

  func worth(of finding: String, setting: String, observed: [String: String]) -> Worth {
    let before = scorer.posterior(setting: setting, observed: observed)
    let now = decide(before, observed: observed.merging(["setting": setting]) { $1 })
    var worth = Worth()
    worth.isClear = now.margin > 1e-4
    for state in scorer.states[finding, default: []] {
      let probability = before.reduce(0) {
        $0 + $1.value * (scorer.likelihoods[finding]?[state]?[$1.key] ?? .nan)
      }
      var known = observed
      known[finding] = state
      let after = scorer.posterior(setting: setting, observed: known)
      let then = decide(after, observed: known.merging(["setting": setting]) { $1 })
      if then.margin <= 1e-4 { worth.isClear = false }
      worth.information +=
        probability
        * after.reduce(0) { sum, item in
          item.value > 0
            ? sum + item.value * log2(item.value / before[item.key, default: .nan]) : sum
        }
      worth.value +=
        probability * (expectedLoss(now.action, after) - expectedLoss(then.action, after))
      if then.leader != now.leader || then.urgency != now.urgency {
        worth.chanceOfChange += probability
      }
    }
    return worth
  }
}
