import Dorsal
import Foundation
import Testing

@Suite struct InterviewOrderTests {
  /// A rule of `red_flags.csv`: its urgency, and the states of each finding that satisfy it.
  private struct Rule {
    let urgency: String
    let conditions: [String: [String]]
  }

  private static let urgencies = ["emergency", "urgent", "routine", "self_care"]

  private static func rules() throws -> [Rule] {
    var rules: [String: Rule] = [:]
    let text = try String(
      contentsOfFile: Repository.modelFolder + "/red_flags.csv", encoding: .utf8)
    for row in PlainCSV.rows(text) {
      let name = try #require(row["rule"])
      let states = try #require(row["state"]).split(separator: "|").map(String.init)
      var conditions = rules[name]?.conditions ?? [:]
      conditions[try #require(row["finding"])] = states
      rules[name] = Rule(urgency: try #require(row["urgency"]), conditions: conditions)
    }
    return Array(rules.values)
  }

  /// The ids in the order of the interview, with the turn of each.
  private static func order(
    _ appraisals: [Appraisal], _ model: Model, by order: Suggestions.Order
  ) -> [(id: String, turn: Turn?)] {
    let suggestions = Suggestions(appraisals, model: model, by: order)
    return suggestions.appraisals.map {
      (model.findings[$0.finding].id, suggestions.turn(of: $0))
    }
  }

  /// The order as its documentation has it, from the table of rules read by plain means.
  @Test func `who, where and how come first, then what a red flag hangs on alone, then the rest`()
    throws
  {
    let model = try Repository.model()
    let scorer = Scorer(model)
    let rules = try Self.rules()
    #expect(rules.count > 50)
    var batch = SimulatedCases.draw(20, model: model, seed: 7)
    try batch.append(id: "nothing", findings: [:], model: model)
    for site in ["chest", "low_back"] {
      try batch.append(
        id: site, findings: ["age": 70, "sex": "male", "site": .state(site)], model: model)
    }
    var counts: Set<Int> = []
    for (index, appraisals) in Suggester(scorer: scorer)
      .appraise(batch, posteriors: scorer.score(batch)).enumerated()
    {
      var known: [String: String] = ["setting": model.settings[0]]
      for (finding, own) in model.findings.enumerated() {
        if let state = batch.state(of: finding, case: index) { known[own.id] = own.states[state] }
      }
      var dangers: [String: String] = [:]
      for rule in rules {
        let mayHold = rule.conditions.allSatisfy { finding, states in
          known[finding].map(states.contains) ?? true
        }
        let open = rule.conditions.keys.filter {
          known[$0] == nil && !["age", "sex"].contains($0)
        }
        guard mayHold, open.count == 1 else { continue }
        let all = [rule.urgency] + (dangers[open[0]].map { [$0] } ?? [])
        dangers[open[0]] = Self.urgencies.first { all.contains($0) }
      }
      let first = ["age", "sex", "site", "onset"].filter { known[$0] == nil }
      let signs = Self.urgencies.flatMap { urgency in
        model.findings.filter { finding in
          dangers[finding.id] == urgency && !first.contains(finding.id)
            && !["examination", "tests"].contains(finding.section)
            && (finding.states.contains("absent") || finding.states.contains("none"))
        }.map(\.id)
      }
      let rest = Self.order(appraisals, model, by: .dialogue).filter {
        !first.contains($0.id) && !signs.contains($0.id)
      }
      let found = Self.order(appraisals, model, by: .interview)
      #expect(found.map(\.id) == first + signs + rest.map(\.id), "\(batch.id(of: index))")
      #expect(
        found.map(\.turn)
          == first.map { _ in .first } + signs.map { _ in .dangerSign } + rest.map(\.turn))
      #expect(Self.order(appraisals, model, by: .value).allSatisfy { $0.turn == nil })
      counts.insert(signs.count)
    }
    // Cases differ in what may still be dangerous.
    #expect(counts.count > 3)
  }

  /// Pressure in the chest is a red flag with pain of the chest, and not with pain of the low back.
  @Test func `danger signs follow what is known`() throws {
    let model = try Repository.model()
    let scorer = Scorer(model)
    func signs(_ findings: [String: FindingValue]) throws -> [String] {
      var batch = scorer.makeBatch()
      try batch.append("x", findings)
      let appraisals = Suggester(scorer: scorer).appraise(batch, posteriors: scorer.score(batch))[0]
      return Self.order(appraisals, model, by: .interview).filter { $0.turn == .dangerSign }
        .map(\.id)
    }
    #expect(try signs(["site": "chest"]).contains("chest_pressure"))
    #expect(try !signs(["site": "low_back"]).contains("chest_pressure"))
    #expect(try !signs([:]).contains("chest_pressure"))
    let early = [
      "saddle_anaesthesia", "sphincter_disturbance", "motor_weakness", "trauma", "fever",
      "history_of_cancer", "weight_loss", "night_pain",
    ]
    #expect(Set(early).isSubset(of: try signs([:])))
    // What is known is not asked for.
    #expect(try !signs(["fever": "absent"]).contains("fever"))
  }
}
