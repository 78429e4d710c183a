import Testing

/// `--ignore-unknown-columns` says what it passes over.
@Suite struct IgnoredColumnTests {
  @Test(arguments: ["score", "validate", "suggest", "evaluate"])
  func `columns that are passed over are named`(verb: String) async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id,sgin,Age,site ,ward,diagnosis\na,present,67,leg,3B,tumour\n"
    ])
    let outcome = try await folder.dorsal(verb, "cases.csv", "--ignore-unknown-columns")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.hasPrefix("cases.csv: passed over: \"sgin\", \"Age\", \"site \", \"ward\"\n"))
    for (name, finding) in [("sgin", "sign"), ("Age", "age"), ("site ", "site")] {
      #expect(
        outcome.errors.contains(
          "warning: \"\(name)\" is passed over; did you mean \"\(finding)\"?"))
    }
    #expect(!outcome.errors.contains("warning: \"ward\""))
  }

  @Test func `members of NDJSON that are passed over are named once`() async throws {
    let line = #"{"id":"N","age":3,"ward":"3B","findings":{"sgin":"present","bed":"4"}}"#
    let folder = try WorkingFolder([
      "cases.jsonl": (1...5000).map {
        line.replacing("N", with: "\($0)") + "\n"
      }.joined()
    ])
    let outcome = try await folder.dorsal("score", "cases.jsonl", "--ignore-unknown-columns")
    #expect(outcome.status == 0)
    let lines = outcome.errors.split(separator: "\n")
    for name in ["age", "ward", "sgin", "bed"] {
      #expect(lines.count { $0 == "cases.jsonl: passed over: \"\(name)\"" } == 1, "\(name)")
    }
    #expect(lines.contains { $0.hasSuffix("\"sgin\" is passed over; did you mean \"sign\"?") })
    #expect(
      lines.contains { $0.hasSuffix("\"age\" is passed over; findings stand inside \"findings\"") })
    #expect(lines.count == 6)
  }

  @Test func `nothing is said where nothing is passed over`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n"])
    let outcome = try await folder.dorsal("score", "cases.csv", "--ignore-unknown-columns")
    #expect(outcome.errors.isEmpty)
  }
}
