import Dorsal
import Foundation
import Testing

@Suite struct DialogueTests {
  private func ask(_ caller: Caller, _ body: String, _ query: String = "") async throws -> [String:
    Any]
  {
    let answer = try await caller.post("/v1/suggest" + query, body)
    #expect(answer.status == 200)
    return answer.object
  }

  private func names(_ answer: [String: Any]) -> [String] {
    (answer["suggestions"] as? [[String: Any]] ?? []).compactMap { $0["finding"] as? String }
  }

  @Test func `a dialogue asks, then examines, then tests, and asks nothing twice`() async throws {
    let caller = try Caller()
    let model = try Caller.model.get()
    var known: [String: String] = [:]
    var turns: [Int] = []
    var asked: Set<String> = []
    let least = try #require(model.findings.compactMap(\.burden).min())
    for _ in 0..<40 {
      let findings = known.map { "\"\($0)\":\($1)" }.joined(separator: ",")
      let answer = try await ask(caller, "{\"id\":\"x\",\"findings\":{\(findings)}}", "?top=1")
      let next = try #require((answer["suggestions"] as? [[String: Any]])?.first)
      let name = try #require(next["finding"] as? String)
      #expect(asked.insert(name).inserted)
      let finding = model.findings[try #require(model.index(ofFinding: name))]
      #expect(next["states"] as? [String] == finding.states)
      #expect(next["kind"] as? String == finding.kind.rawValue)
      // As `DialogueOrderTests` of the library has it: asked, examined or as little a burden, tested.
      turns.append(
        finding.burden == least
          || !["tests", "examination", "neurology"].contains(finding.section)
          ? 0 : finding.section == "tests" ? 2 : 1)
      // The answer that is least alarming, or the lowest number.
      known[name] =
        finding.kind == .number
        ? "\(finding.range?.lowerBound ?? 0)" : "\"\(finding.states[0])\""
    }
    // As long as asking tells 0.02 bits nothing is examined, and as long as examining does no test
    // is proposed. An answer may make what was worth less worth asking, so that turns come again.
    #expect(Set(turns) == [0, 1, 2])
    let first = [0, 1, 2].compactMap { turns.firstIndex(of: $0) }
    #expect(first == first.sorted() && first.first == 0, "\(turns)")
  }

  @Test func `what is skipped is not asked for, and the rest keeps its order`() async throws {
    let caller = try Caller()
    let body = "{\"id\":\"x\",\"findings\":{\"age\":70,\"site\":\"thoracic\"}}"
    for order in ["dialogue", "interview", "value", "information"] {
      let all = names(try await ask(caller, body, "?top=1000&by=\(order)"))
      let skip = [all[0], all[3]]
      let rest = names(
        try await ask(caller, body, "?top=1000&by=\(order)&skip=" + skip.joined(separator: ",")))
      #expect(rest == all.filter { !skip.contains($0) })
      let tests = names(try await ask(caller, body, "?top=1000&by=\(order)&only=tests,history"))
      let model = try Caller.model.get()
      #expect(
        tests
          == all.filter { name in
            ["tests", "history"].contains(model.findings[model.index(ofFinding: name) ?? 0].section)
          })
    }
  }

  /// What the page has in front: the same order as `dorsal ask`.
  @Test func `an interview begins with who and where, and goes on to danger signs`() async throws {
    let caller = try Caller()
    let answer = try await ask(caller, "{\"id\":\"x\",\"findings\":{}}", "?top=1000&by=interview")
    let suggestions = try #require(answer["suggestions"] as? [[String: Any]])
    let turns = suggestions.compactMap { $0["turn"] as? String }
    #expect(turns.count == suggestions.count)
    #expect(Array(names(answer).prefix(4)) == ["age", "sex", "site", "onset"])
    #expect(turns.prefix(4).allSatisfy { $0 == "first" } && turns[4] == "danger_sign")
    let signs = zip(names(answer), turns).filter { $0.1 == "danger_sign" }.map(\.0)
    #expect(signs == Array(names(answer)[4..<4 + signs.count]))
    #expect(signs.contains("saddle_anaesthesia") && signs.contains("weight_loss"))
    let later = try await ask(caller, "{\"id\":\"x\",\"findings\":{}}", "?top=5")
    #expect(
      (later["suggestions"] as? [[String: Any]] ?? []).allSatisfy {
        !["first", "danger_sign"].contains($0["turn"] as? String ?? "")
      })
  }

  @Test func `the order by value is that of the tool`() async throws {
    let scorer = Scorer(try Caller.model.get())
    var batch = scorer.makeBatch()
    try batch.append("x", ["age": 70, "site": "thoracic"])
    let expected = scorer.suggestions(for: 0, of: batch).appraisals.map {
      scorer.model.findings[$0.finding].id
    }
    let answer = try await ask(
      Caller(), "{\"id\":\"x\",\"findings\":{\"age\":70,\"site\":\"thoracic\"}}",
      "?top=1000&by=value")
    #expect(names(answer) == expected)
  }
}
