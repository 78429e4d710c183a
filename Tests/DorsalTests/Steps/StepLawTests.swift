import Dorsal
import Testing

/// What holds of every plan, with tables of random steps over the shipped model.
@Suite struct StepLawTests {
  /// Causes, rules and findings that plans of vignettes meet often.
  private static func table(seed: UInt64, _ model: Model) -> String {
    var random = SplitMix64(seed: seed)
    func some(_ names: [String], _ range: ClosedRange<Int>) -> String {
      names.shuffled(using: &random).prefix(Int.random(in: range, using: &random))
        .joined(separator: ";")
    }
    // Findings that vignettes often have.
    let common = ["age", "sex", "site", "onset", "night_pain", "trauma", "duration", "trend"]
    func condition() -> String {
      let finding = common.compactMap(model.index(ofFinding:)).map { model.findings[$0] }
        .randomElement(using: &random)
      guard let finding else { return "" }
      let count = Int.random(in: 1..<finding.states.count, using: &random)
      return finding.id + "="
        + finding.states.shuffled(using: &random).prefix(count)
        .joined(separator: "|")
    }
    let findings = model.findings.filter { $0.id != "setting" }.map(\.id)
    var text = StepTable.header
    for number in 0..<120 {
      let kind = Step.Kind.allCases.randomElement(using: &random) ?? .test
      let time = Step.Time.allCases.randomElement(using: &random) ?? .now
      var cells = ["step_\(number)", kind.rawValue, some(model.causes.map(\.id), 1...4)]
      cells.append(some(model.redFlags.map(\.rule), 0...3))
      cells += ["What is step \(number)", time.rawValue, kind == .comeBack ? "7" : ""]
      cells.append(
        kind == .test && number % 3 > 0 ? some(number % 2 > 0 ? common : findings, 1...1) : "")
      cells.append(number % 4 == 1 ? condition() : "")
      cells.append(number % 2 == 0 ? condition() : "")
      text += (cells + ["assumed", "", ""]).joined(separator: ",") + "\n"
    }
    return text
  }

  private static func model(seed: UInt64) throws -> Model {
    let shipped = ModelTables(folder: Repository.modelFolder)
    var files = shipped.files
    files["steps.csv"] = Array(table(seed: seed, try Repository.model()).utf8)
    return try Model(tables: ModelTables(origin: "random", files: files))
  }

  @Test(arguments: [1, 2] as [UInt64]) func `laws of plans`(seed: UInt64) throws {
    let model = try Self.model(seed: seed)
    let scorer = Scorer(model)
    let cases = try Repository.vignettes(model)
    let explainer = Explainer(scorer: scorer)
    var counts = (open: 0, done: 0, refused: 0, dropped: 0, shared: 0)
    for index in stride(from: 0, to: cases.count, by: 5) {
      let explanation = explainer.explain(index, of: cases)
      let plan = explanation.steps
      func state(_ finding: Int) -> Int? {
        finding == model.settingFinding
          ? explanation.setting : cases.state(of: finding, case: index)
      }
      func holds(_ condition: RedFlag.Condition) -> Bool? {
        state(condition.finding).map { condition.states.contains($0) }
      }
      // Causes: the documented rule, told again.
      let reasons = explanation.urgency.causes
      let expected = explanation.ways.enumerated().filter { place, way in
        place == 0 || way.posterior >= 0.1 || place < 3 && way.posterior >= 0.01
          || explanation.urgency.expectedLossUrgency >= .urgent
            && reasons.contains {
              $0.cause == way.cause && ($0.probability >= 0.005 || $0.cause == reasons[0].cause)
            }
      }.map(\.element.cause)
      #expect(plan.causes == expected)
      #expect(plan.rules == explanation.urgency.redFlags)
      // Each step once.
      #expect(Set(plan.items.map(\.step.id)).count == plan.items.count)
      #expect(plan.open.count + plan.done.count + plan.notForPatient.count == plan.items.count)
      for step in model.steps {
        let item = plan.items.first { $0.step.id == step.id }
        let isFor =
          !Set(step.causes).isDisjoint(with: plan.causes)
          || !Set(step.rules).isDisjoint(with: plan.rules)
        if !isFor || step.onlyIf.contains(where: { holds($0) == false }) {
          #expect(item == nil)
          if isFor { counts.dropped += 1 }
          continue
        }
        let found = try #require(item)
        #expect(Set(found.causes) == Set(step.causes).intersection(plan.causes))
        #expect(Set(found.rules) == Set(step.rules).intersection(plan.rules))
        if found.causes.count > 1 { counts.shared += 1 }
        if let finding = step.finding, let known = state(finding) {
          #expect(found.status == .done(state: known))
          counts.done += 1
        } else if step.against.contains(where: { holds($0) == true }) {
          guard case .notForPatient(let why) = found.status else {
            Issue.record("\(step.id) is not refused")
            continue
          }
          #expect(why == step.against.filter { holds($0) == true })
          counts.refused += 1
        } else {
          #expect(found.status == .open)
          #expect(found.onlyIf == step.onlyIf.filter { holds($0) == nil })
          #expect(found.against == step.against.filter { holds($0) == nil })
          counts.open += 1
        }
      }
      // The order.
      let kinds = ["referral", "test", "care", "advice", "come_back"]
      for (left, right) in zip(plan.items, plan.items.dropFirst()) {
        let places = [left, right].map { kinds.firstIndex(of: $0.step.kind.rawValue) ?? 9 }
        #expect(places[0] <= places[1])
        guard places[0] == places[1], left.phase == right.phase else { continue }
        #expect(left.step.when <= right.step.when)
        if left.step.when == right.step.when {
          #expect(left.causes.count >= right.causes.count)
        }
      }
      for item in plan.items where item.phase == .ifSuspected {
        // Neither a rule nor a probable cause asks for it.
        #expect(item.rules.isEmpty && !item.causes.contains(explanation.ways[0].cause))
        #expect(item.causes.allSatisfy { plan.probability(of: $0) < 0.1 })
      }
      if explanation.urgency.urgency < .emergency {
        for item in plan.items where item.step.when <= .sameDay && item.phase == .first {
          let isProbable =
            item.causes.contains { plan.probability(of: $0) >= 0.1 }
            || item.causes.contains(explanation.ways[0].cause)
          #expect(isProbable || !item.rules.isEmpty)
        }
      }
      try expectResults(of: plan, explanation, cases, index, scorer)
    }
    // Every branch was met.
    for count in [counts.open, counts.done, counts.refused, counts.dropped, counts.shared] {
      #expect(count > 1, "\(counts)")
    }
  }

  /// Results add up to one and are what scoring the case again says.
  private func expectResults(
    of plan: StepPlan, _ explanation: Explanation, _ cases: CaseBatch, _ index: Int,
    _ scorer: Scorer
  ) throws {
    let model = scorer.model
    for item in plan.open where item.step.finding != nil {
      let finding = try #require(item.step.finding)
      #expect(item.results.map(\.state) == Array(model.findings[finding].states.indices))
      // Each is a sum over causes of products of doubles.
      #expect(isClose(item.results.reduce(0) { $0 + $1.probability }, to: 1, within: 1e-9))
      for result in item.results {
        var codes = Array(
          cases.codes[index * cases.findingCount..<(index + 1) * cases.findingCount])
        codes[finding] = UInt8(result.state + 1)
        var again = CaseBatch(model: model)
        again.append(id: "a".utf8, codes: codes)
        let answer = scorer.answers(for: again, top: 1)[0]
        #expect(answer.ranking[0].cause.id == model.causes[result.leader].id)
        #expect(answer.ranking[0].probability == result.leaderProbability)
        #expect(answer.urgency == result.urgency)
        #expect(result.changesLeader == (result.leader != explanation.ways[0].cause))
        #expect(result.changesUrgency == (result.urgency != explanation.urgency.urgency))
      }
    }
    // The appraisals of suggestions, which share no code with the results, say the same of them.
    var alone = CaseBatch(model: model)
    alone.append(case: index, of: cases)
    let appraisals = Suggester(scorer: scorer).appraise(alone, posteriors: scorer.score(alone))[0]
    for item in plan.open {
      guard let finding = item.step.finding,
        let appraisal = appraisals.first(where: { $0.finding == finding })
      else { continue }
      for answer in appraisal.changes {
        let result = item.results[answer.state]
        #expect(isClose(result.probability, to: answer.probability, within: 1e-6))
        #expect(result.leader == answer.leader && result.urgency == answer.urgency)
      }
    }
  }
}
