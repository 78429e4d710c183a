import Testing

/// Cases as JSON, one object a line.
@Suite struct NDJSONTests {
  @Test func `cases get the same answers in either format`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": """
      id,diagnosis,setting,sign,age,site
      a,tumour,emergency,present,50,leg
      b,,,absent,17.5,
      7,strain|tumour,,,,back
      d,,,,,

      """,
      "cases.jsonl": """
      {"id": "a", "diagnosis": "tumour", "setting": "emergency",
      """ + #" "findings": {"sign": true, "age": 5e1, "site": "leg"}}"# + "\n" + """

          {"findings":{"sign":"absent","age":17.5,"site":null},"id":"b"}
        {"id": 7, "diagnosis": "str\\u0061in\\u007ctumour", "findings": {"s\\u0069te": "b\\u0061ck"}}\r
        {"id": "d", "diagnosis": null, "findings": {}}
        """,
    ])
    let csv = try await folder.dorsal("score", "cases.csv", "--all")
    let json = try await folder.dorsal("score", "cases.jsonl", "--all")
    #expect(csv.status == 0)
    #expect(csv.lines.count == 5)
    #expect(json.status == 0)
    #expect(json.output == csv.output)
  }

  /// A line, the column of what is wrong with it, and the reason's words.
  struct Wrong: Sendable {
    let line: String
    let column: Int
    let words: [String]

    init(_ line: String, _ column: Int, _ words: String...) {
      (self.line, self.column, self.words) = (line, column, words)
    }
  }

  /// Columns were counted by hand: `{"id":"b","findings":{` has 22 bytes.
  static let wrong: [Wrong] = [
    // Truncated: the fault is where the line ends.
    Wrong(#"{"id":"b","findings":{"sign":tr"#, 32, "ends early", "expected true"),
    Wrong(#"{"id":"b","findings":{"sign":true"#, 34, "ends early", "closing bracket"),
    Wrong(#"{"id":"b","findings""#, 21, "ends early", "expected a colon"),
    Wrong(#"{"id":"b","findings":"#, 22, "ends early", "expected a JSON value"),
    Wrong(#"{"id":"b"#, 7, "ends early", "never closed"),
    Wrong(#"{"#, 2, "ends early", "expected a key"),
    // Not JSON.
    Wrong(#"{"id":"b"} x"#, 12, "text after the end"),
    Wrong(#"{"id":"b",}"#, 11, "expected a key in quotes"),
    Wrong(#"{'id':'b'}"#, 2, "expected a key in quotes"),
    Wrong(#"{"id":"b","findings":{"age":017}}"#, 29, "leading zero"),
    Wrong(#"{"id":"b","findings":{"age":NaN}}"#, 29, "expected a JSON value"),
    Wrong(#"{"id":"b","findings":{"age":1.}}"#, 31, "expected a digit"),
    Wrong(#"{"id":"\x62"}"#, 8, "an escape that JSON does not have"),
    Wrong("{\"id\":\"b\tb\"}", 9, "control character"),
    // Keys that stand twice.
    Wrong(#"{"id":"b","id":"b"}"#, 11, "\"id\"", "twice"),
    Wrong(#"{"id":"b","findings":{"age":20,"age":20}}"#, 32, "\"age\"", "twice"),
    Wrong(#"{"id":"b","findings":{"age":null,"\u0061ge":20}}"#, 34, "\"age\"", "twice"),
    Wrong(#"{"id":"b","findings":{},"findings":{"age":20}}"#, 25, "\"findings\"", "twice"),
    Wrong(
      #"{"id":"b","setting":"emergency","findings":{"setting":"emergency"}}"#, 45, "\"setting\"",
      "twice"),
    // Names that are not known.
    Wrong(#"{"id":"b","findings":{"sgin":true}}"#, 23, "unknown finding", "did you mean \"sign\"?"),
    Wrong(#"{"id":"b","finding":{}}"#, 11, "unknown member", "did you mean \"findings\"?"),
    Wrong(#"{"id":"b","age":20}"#, 11, "unknown member", "inside \"findings\""),
    Wrong(#"{"findings":{}}"#, 1, "no member \"id\""),
    // Values of the wrong kind.
    Wrong(#"{"id":"b","findings":{"age":"17"}}"#, 30, "a string", "a number from 0 to 120 (years)"),
    Wrong(#"{"id":"b","findings":{"age":"\u00317"}}"#, 30, "a string", "a number from 0 to 120"),
    Wrong(#"{"id":"b","diagnosis":"g\u006fut"}"#, 24, "unknown cause \"gout\""),
    Wrong(#"{"id":"b","findings":{"age":true}}"#, 29, "true or false", "a number from 0 to 120"),
    Wrong(#"{"id":"b","findings":{"age":[17]}}"#, 29, "an array", "a number from 0 to 120"),
    Wrong(#"{"id":"b","findings":{"age":1e400}}"#, 29, "out of range", "a number from 0 to 120"),
    Wrong(#"{"id":"b","findings":{"age":-1}}"#, 29, "out of range", "a number from 0 to 120"),
    Wrong(#"{"id":"b","findings":{"sign":2}}"#, 30, "unknown state", "absent or present"),
    Wrong(#"{"id":"b","findings":{"sign":""}}"#, 31, "a string", "absent or present"),
    Wrong(#"{"id":"b","findings":{"site":true}}"#, 30, "true or false", "back, chest, leg"),
    Wrong(#"{"id":"b","findings":{"site":{}}}"#, 30, "an object", "back, chest, leg"),
    Wrong(#"{"id":"b","findings":{"site":"legs"}}"#, 31, "unknown state", "did you mean \"leg\"?"),
    Wrong(#"{"id":"b","findings":[]}"#, 22, "an array", "expected an object"),
    Wrong(#"{"id":"b","findings":null}"#, 22, "null", "expected an object"),
    Wrong(#"{"id":"b","diagnosis":3}"#, 23, "a number", "expected a cause's id as a string"),
    Wrong(#"{"id":"b","diagnosis":"tumor"}"#, 24, "unknown cause", "did you mean \"tumour\"?"),
    Wrong(#"{"id":true}"#, 7, "true or false", "expected a string"),
    Wrong(#"{"id":null}"#, 7, "null", "expected a string"),
    Wrong(#"{"id":""}"#, 8, "the id is empty"),
    Wrong(#"["b"]"#, 1, "an array", "expected an object for each case"),
    Wrong(#""b""#, 2, "a string", "expected an object for each case"),
  ]

  @Test(arguments: wrong)
  func `a line that is no case is rejected and no other`(wrong: Wrong) async throws {
    let folder = try WorkingFolder([
      "cases.jsonl": "{\"id\":\"a\"}\n\(wrong.line)\n{\"id\":\"c\"}\n"
    ])
    let scored = try await folder.score("cases.jsonl")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a", "c"])
    #expect(scored.rowsOut == 3)
    let reject = try #require(scored.rejects.first)
    #expect(reject[...1] == ["2", "\(wrong.column)"])
    for word in wrong.words { #expect(reject[5].contains(word)) }
  }

  @Test func `a file that ends inside a case keeps the cases before`() async throws {
    let folder = try WorkingFolder(["cases.jsonl": "{\"id\":\"a\"}\n{\"id\":\"b\",\"find"])
    let scored = try await folder.score("cases.jsonl")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a"])
    #expect(scored.rejects.map { $0[...1] } == [["2", "11"]])
    #expect(try #require(scored.rejects.first)[5].contains("ends early"))
  }

  @Test(arguments: [("[", "]"), (#"{"x":"#, "}"), ("[", ""), (#"{"x":"#, "")])
  func `deep nesting is rejected like any other fault`(
    opening: String, closing: String
  ) async throws {
    let depth = 100_000
    let nested =
      String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
    let folder = try WorkingFolder([
      "cases.jsonl": "{\"id\":\"a\"}\n{\"id\":\"b\",\"findings\":\(nested)}\n{\"id\":\"c\"}\n"
    ])
    let scored = try await folder.score("cases.jsonl")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a", "c"])
    #expect(scored.rejects.map { $0[0] } == ["2"])
    #expect(try #require(scored.rejects.first)[5].contains("nested deeper than"))
  }

  @Test func `unknown names may be ignored and then change nothing`() async throws {
    let folder = try WorkingFolder([
      "plain.jsonl": #"{"id":"a","findings":{"sign":true}}"# + "\n",
      "more.jsonl": #"{"id":"a","x":[{"y":1}],"findings":{"z":{"sign":1},"sign":true}}"# + "\n",
    ])
    let plain = try await folder.dorsal("score", "plain.jsonl")
    let more = try await folder.dorsal("score", "more.jsonl", "--ignore-unknown-columns")
    #expect(plain.status == 0)
    #expect(more.status == 0)
    #expect(more.output == plain.output)
    #expect(plain.lines.count == 2)
  }
}
