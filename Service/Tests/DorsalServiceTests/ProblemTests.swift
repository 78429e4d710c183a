import DorsalService
import Foundation
import HTTPTypes
import Testing

@Suite struct ProblemTests {
  private static let members: Set = ["type", "title", "status", "detail", "faults"]

  /// Looks at what all problems have in common.
  private func check(
    _ answer: Caller.Answer, _ status: Int, _ kind: String,
    _ place: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: place)
    #expect(
      answer.headers[.contentType] == "application/problem+json", sourceLocation: place)
    #expect(answer.object["status"] as? Int == status, sourceLocation: place)
    #expect(
      answer.object["type"] as? String == "urn:dorsal:problem:" + kind, sourceLocation: place)
    #expect((answer.object["detail"] as? String)?.isEmpty == false, sourceLocation: place)
    #expect(Set(answer.object.keys).isSubset(of: Self.members), sourceLocation: place)
  }

  struct BadBody: CustomTestStringConvertible, Sendable {
    let name: String
    let body: String
    let status: Int
    let kind: String
    var finding: String?
    var value: String?
    var expected: String?
    var testDescription: String { name }
  }

  static let bad: [BadBody] = [
    BadBody(name: "nothing", body: "", status: 400, kind: "syntax"),
    BadBody(name: "no JSON", body: "id=1", status: 400, kind: "syntax"),
    BadBody(name: "two texts", body: "{\"id\":\"a\"} {}", status: 400, kind: "syntax"),
    BadBody(name: "cut off", body: "{\"id\":\"a\"", status: 400, kind: "syntax"),
    BadBody(
      name: "deep", body: String(repeating: "[", count: 100_000), status: 400, kind: "syntax"),
    BadBody(
      name: "deep inside a finding",
      body: "{\"id\":\"a\",\"findings\":{\"age\":" + String(repeating: "{\"a\":", count: 50_000),
      status: 400, kind: "syntax"),
    BadBody(name: "half a pair", body: #"{"id":"\ud800"}"#, status: 400, kind: "syntax"),
    BadBody(
      name: "no id", body: "{}", status: 422, kind: "case", finding: "id"),
    BadBody(
      name: "an empty id", body: "{\"id\":\"\"}", status: 422, kind: "case", finding: "id",
      expected: "a text"),
    BadBody(
      name: "a key twice", body: "{\"id\":\"a\",\"id\":\"b\"}", status: 422, kind: "case",
      finding: "id"),
    BadBody(
      name: "a finding twice", body: "{\"id\":\"a\",\"findings\":{\"age\":3,\"age\":4}}",
      status: 422, kind: "case", finding: "age"),
    BadBody(
      name: "an unknown member", body: "{\"id\":\"a\",\"name\":\"b\"}", status: 422, kind: "case",
      finding: "name"),
    BadBody(
      name: "an unknown finding", body: "{\"id\":\"a\",\"findings\":{\"feber\":true}}",
      status: 422, kind: "case", finding: "feber"),
    BadBody(
      name: "an unknown state", body: "{\"id\":\"a\",\"findings\":{\"sex\":\"man\"}}",
      status: 422, kind: "case", finding: "sex", value: "man", expected: "one of female, male"),
    BadBody(
      name: "another spelling", body: "{\"id\":\"a\",\"findings\":{\"sex\":\"Male\"}}",
      status: 422, kind: "case", finding: "sex", value: "Male", expected: "one of female, male"),
    BadBody(
      name: "a huge number", body: "{\"id\":\"a\",\"findings\":{\"age\":1e999}}",
      status: 422, kind: "case", finding: "age", value: "1e999"),
    BadBody(
      name: "many digits",
      body: "{\"id\":\"a\",\"findings\":{\"age\":" + String(repeating: "9", count: 5000) + "}}",
      status: 422, kind: "case", finding: "age"),
    BadBody(
      name: "out of range", body: "{\"id\":\"a\",\"findings\":{\"age\":-1}}", status: 422,
      kind: "case", finding: "age", value: "-1", expected: "a number from 0 to 120 (years)"),
    BadBody(
      name: "a number as a text", body: "{\"id\":\"a\",\"findings\":{\"age\":\"67\"}}",
      status: 422, kind: "case", finding: "age", value: "67",
      expected: "a number from 0 to 120 (years)"),
    BadBody(
      name: "an unknown setting", body: "{\"id\":\"a\",\"setting\":\"moon\"}", status: 422,
      kind: "case", finding: "setting", value: "moon"),
    BadBody(
      name: "a text", body: "\"a\"", status: 422, kind: "case"),
  ]

  @Test(arguments: bad) func `a bad body is told with its place`(bad: BadBody) async throws {
    let caller = try Caller()
    for path in ["/v1/score", "/v1/explain", "/v1/suggest"] {
      let answer = try await caller.post(path, bad.body)
      check(answer, bad.status, bad.kind)
      let fault = try #require(answer.faults.first)
      #expect(fault["line"] as? Int == 1)
      #expect(fault["column"] as? Int ?? 0 >= 1)
      #expect(fault["finding"] as? String == bad.finding)
      if let value = bad.value { #expect(fault["value"] as? String == value) }
      if let expected = bad.expected { #expect(fault["expected"] as? String == expected) }
    }
  }

  @Test func `a body that is no UTF-8 is told with its byte`() async throws {
    let answer = try await Caller().send(
      .post, "/v1/score", [.contentType: "application/json"],
      parts: [Array("{\"id\":\"".utf8) + [0xFF] + Array("\"}".utf8)])
    check(answer, 400, "syntax")
    #expect(answer.faults.first?["column"] as? Int == 8)
  }

  @Test func `a hundred thousand unknown findings are told in part`() async throws {
    let names = (0..<100_000).map { "\"unknown_finding_\($0)\":1" }.joined(separator: ",")
    let caller = try Caller()
    let answer = try await caller.post("/v1/score", "{\"id\":\"a\",\"findings\":{\(names)}}")
    check(answer, 422, "case")
    #expect(answer.faults.count == 51)
    #expect(answer.faults.last?["detail"] as? String == "and 99950 more faults of this row")
    // Fifty of them have a name that was meant: each costs a look at all findings.
    #expect(answer.faults.allSatisfy { ($0["detail"] as? String ?? "").utf8.count < 1000 })
  }

  @Test func `a body too long is refused, by what it says and by what it is`() async throws {
    let caller = try Caller { $0.limits.bodyBytes = 1000 }
    let long = [UInt8](repeating: UInt8(ascii: " "), count: 700)
    let type: HTTPFields = [.contentType: "application/json"]
    check(try await caller.send(.post, "/v1/score", type, parts: [long, long]), 413, "too-large")
    var said = type
    said[.contentLength] = "1001"
    check(try await caller.send(.post, "/v1/score", said), 413, "too-large")
    let lines = try Caller { $0.limits.lineBytes = 100 }
    let stream = try await lines.send(
      .post, "/v1/score", [.contentType: "application/x-ndjson"],
      parts: [Array("{\"id\":\"a\"}\n".utf8), long])
    let last = try #require(stream.text.split(separator: "\n").last)
    #expect(stream.text.split(separator: "\n").count == 2)
    #expect(last.contains("urn:dorsal:problem:too-large"))
  }

  @Test func `an array has so many cases and no more`() async throws {
    let caller = try Caller { $0.limits.cases = 3 }
    func cases(_ count: Int) -> String {
      "[" + (0..<count).map { "{\"id\":\($0)}" }.joined(separator: ",") + "]"
    }
    #expect(try await caller.post("/v1/score", cases(3)).list.count == 3)
    check(try await caller.post("/v1/score", cases(4)), 413, "too-many-cases")
    #expect(try await caller.post("/v1/score", "[]").text == "[]\n")
    check(try await caller.post("/v1/explain", "[{\"id\":\"a\"}]"), 422, "case")
  }

  @Test(arguments: [
    "", "text/plain", "application/x-www-form-urlencoded", "application/jsonx",
    "application/json; charset=latin1", "multipart/form-data; boundary=x",
  ])
  func `another content type is refused`(type: String) async throws {
    let caller = try Caller()
    let answer = try await caller.post("/v1/score", "{\"id\":\"a\"}", type: type)
    check(answer, 415, "content-type")
    #expect(answer.faults.first?["parameter"] as? String == "Content-Type")
    check(
      try await caller.post("/v1/score", "{\"id\":\"a\"}", [.contentEncoding: "gzip"]), 415,
      "content-type")
    check(
      try await caller.post("/v1/explain", "{\"id\":\"a\"}", type: "application/x-ndjson"), 415,
      "content-type")
  }

  @Test(arguments: [
    "top=0", "top=x", "top=", "top", "top=1001", "top=1&top=2", "interval=0.42", "interval=1",
    "tops=3", "%00=1",
  ])
  func `a parameter that cannot be is told`(query: String) async throws {
    let answer = try await Caller().post("/v1/score?" + query, "{\"id\":\"a\"}")
    check(answer, 400, "parameter")
    #expect(answer.faults.first?["expected"] != nil)
  }

  @Test func `parameters of a dialogue name what the model has`() async throws {
    let caller = try Caller()
    for query in [
      "by=luck", "by=value,luck", "by=value,information", "only=moon", "skip=feber", "skip=age,",
      "skip=setting",
    ] {
      check(
        try await caller.post("/v1/suggest?" + query, "{\"id\":\"a\"}"), 400, "parameter")
    }
  }

  @Test(arguments: [
    "/../Package.swift", "/..%2f..%2fetc/passwd", "/%2e%2e/LICENCE", "//etc/passwd", "/Page/",
    "/page/../openapi.json", "/v1", "/v1/score/", "/v1/model/../../openapi.json", "/.git/config",
    "/v2/score",
  ])
  func `there is nothing at other paths`(path: String) async throws {
    check(try await Caller().get(path), 404, "not-found")
  }

  @Test func `another method is refused with those that there are`() async throws {
    let caller = try Caller()
    let get = try await caller.get("/v1/score")
    check(get, 405, "method")
    #expect(get.headers[.allow] == "POST")
    let post = try await caller.post("/v1/model", "{}")
    check(post, 405, "method")
    #expect(post.headers[.allow] == "GET, HEAD")
    #expect(try await caller.send(.head, "/v1/model").status == 200)
  }

  @Test func `whoever comes when all is taken is told to come again`() async throws {
    let full = try Caller {
      $0.limits.requests = 0
      $0.limits.streams = 0
    }
    for (path, type) in [
      ("/v1/score", "application/json"), ("/v1/explain", "application/json"),
      ("/v1/score", "application/x-ndjson"), ("/v1/validate", "application/x-ndjson"),
    ] {
      let answer = try await full.post(path, "{\"id\":\"a\"}", type: type)
      check(answer, 503, "busy")
      #expect(answer.headers[.retryAfter] == "1")
    }
    #expect(try await full.get("/health").status == 200)
    let small = try Caller { $0.limits.bufferedBytes = 5 }
    check(try await small.post("/v1/score", "{\"id\":\"a\"}"), 503, "busy")
    // What was refused has given its room back.
    #expect(try await small.post("/v1/score", "[]").status == 200)
  }
}
