import Dorsal
import Foundation
import HTTPTypes
import Testing

@Suite struct AnswerTests {
  /// The shipped examples, a case a line.
  private static func examples() throws -> [String] {
    try String(contentsOfFile: Caller.root + "/Data/examples.jsonl", encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  /// What the tool writes for them: the same path from a file to its answers.
  private static func toolLines(interval: Double? = nil, top: Int) async throws -> [String] {
    let scorer = Scorer(try Caller.model.get())
    var parts = AnswerParts()
    parts.top = top
    parts.intervals = interval.map { CredibleIntervals(scorer: scorer, level: $0) }
    var reader = try CaseFileReader(
      source: MemoryByteSource(try examples().joined(separator: "\n")), file: "examples",
      model: scorer.model)
    var output: [UInt8] = []
    _ = try await CohortScoring(
      RankingRows(scorer: scorer, parts: parts, format: .jsonl), threads: 1
    ).run(&reader, output: { output += $0 }, reject: { Issue.record("\($0)") })
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func `cases are answered as the tool answers them, byte for byte`() async throws {
    let caller = try Caller()
    let expected = try await Self.toolLines(interval: 0.95, top: 3)
    let query = "/v1/score?top=3&interval=0.95"
    for (line, answer) in zip(try Self.examples(), expected) {
      let one = try await caller.post(query, line)
      #expect(one.text == answer + "\n")
    }
    let list = try await caller.post(query, "[" + Self.examples().joined(separator: ",\n") + "]")
    #expect(list.text == "[" + expected.joined(separator: ",") + "]\n")
    let stream = try await caller.post(
      query, Self.examples().joined(separator: "\n"), type: "application/x-ndjson")
    #expect(stream.text == expected.joined(separator: "\n") + "\n")
  }

  /// Six significant digits, by another formatter of other numbers than the service's.
  @Test func `probabilities are those of the library with six significant digits`() async throws {
    let scorer = Scorer(try Caller.model.get())
    let caller = try Caller()
    for line in try Self.examples() {
      let given = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let findings = try #require(given["findings"] as? [String: Any])
      var values: [String: FindingValue] = [
        "setting": .state(try #require(given["setting"] as? String))
      ]
      for (name, value) in findings {
        let finding = scorer.model.findings[try #require(scorer.model.index(ofFinding: name))]
        values[name] =
          switch finding.kind {
          case .number: .number(try #require(value as? Double))
          case .binary: .state(try #require(value as? Bool) ? "present" : "absent")
          case .category: .state(try #require(value as? String))
          }
      }
      var batch = scorer.makeBatch()
      try batch.append("x", values)
      let expected = scorer.answers(for: batch, top: 80)[0]
      let answer = try await caller.post("/v1/score?top=80", line)
      let ranking = try #require(answer.object["ranking"] as? [[String: Any]])
      #expect(ranking.map { $0["cause"] as? String } == expected.ranking.map(\.cause.id))
      for (ranked, own) in zip(ranking, expected.ranking) {
        let text = String(format: "%.5e", own.probability)
        #expect(
          (ranked["probability"] as? NSNumber).map { String(format: "%.5e", $0.doubleValue) }
            == text)
      }
      #expect(answer.object["urgency"] as? String == expected.urgency.rawValue)
    }
  }

  @Test(arguments: [1, 7, 64, 1000])
  func `a stream is answered alike however it is cut`(size: Int) async throws {
    let caller = try Caller()
    let bytes = Array(
      (try Self.examples().joined(separator: "\n") + "\n\n{\"id\":\"\u{e9}\"}\n[]\n").utf8)
    let headers: HTTPFields = [.contentType: "application/x-ndjson"]
    let whole = try await caller.send(.post, "/v1/score", headers, parts: [bytes])
    let parts = stride(from: 0, to: bytes.count, by: size).map {
      Array(bytes[$0..<min($0 + size, bytes.count)])
    }
    let cut = try await caller.send(.post, "/v1/score", headers, parts: parts)
    #expect(cut.text == whole.text)
    #expect(whole.text.split(separator: "\n").count == 8)
    let last = try #require(whole.text.split(separator: "\n").last)
    // Behind six cases and a blank line.
    #expect(last.contains("expected an object for each case") && last.contains("\"line\":9"))
  }

  @Test func `a case that cannot be read has its faults in its place`() async throws {
    let answer = try await Caller().post(
      "/v1/score",
      """
      [{"id":"a"},
       {"id":"b","findings":{"age":400}}, {"id":"c","findings":{"feber":true}},
       {"id":"a"}, {"id":"d"}]
      """)
    #expect(answer.status == 200)
    let list = answer.list.compactMap { $0 as? [String: Any] }
    #expect(list.map { $0["id"] as? String } == ["a", "b", "c", "a", "d"])
    #expect(list.map { $0["ranking"] != nil } == [true, false, false, false, true])
    let age = try #require((list[1]["faults"] as? [[String: Any]])?.first)
    #expect(age["finding"] as? String == "age")
    #expect(age["value"] as? String == "400")
    #expect(age["expected"] as? String == "a number from 0 to 120 (years)")
    #expect(age["line"] as? Int == 2)
    #expect(age["column"] as? Int == 30)
    let unknown = try #require((list[2]["faults"] as? [[String: Any]])?.first)
    #expect((unknown["detail"] as? String)?.contains("fever") == true)
  }

  @Test func `an explanation leads with the cause and the probability of the ranking`() async throws
  {
    let caller = try Caller()
    for line in try Self.examples().prefix(2) {
      let ranked = try await caller.post("/v1/score?top=1", line)
      let why = try await caller.post("/v1/explain?top=2&interval=0.9", line)
      let causes = try #require(why.object["causes"] as? [[String: Any]])
      let first = try #require((ranked.object["ranking"] as? [[String: Any]])?.first)
      #expect(causes.count == 2)
      #expect(causes[0]["cause"] as? String == first["cause"] as? String)
      let (left, right) = (causes[0]["probability"] as? Double, first["probability"] as? Double)
      // The one in double precision, the other with six digits of a float.
      let (own, other) = (try #require(left), try #require(right))
      #expect(abs(own - other) < 2e-6)
      let terms = try #require(causes[0]["contributions"] as? [[String: Any]])
      #expect(terms.count == why.object["findings_known"] as? Int)
    }
    let line = try Self.examples()[0]
    let page = try await caller.post("/v1/explain", line, [.accept: "text/html,*/*;q=0.8"])
    #expect(page.headers[.contentType] == "text/html; charset=utf-8")
    #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
    #expect(page.text.hasPrefix("<!"))
    let text = try await caller.post("/v1/explain", line, [.accept: "text/plain"])
    #expect(text.text.contains("gardener"))
  }
}
