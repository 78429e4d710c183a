import Testing

/// A file whose header is wrong: no case of it can be read, and every fault is told.
@Suite struct HeaderTests {
  /// What each wrong header gets: where, and in which words.
  static let wrong: [(text: String, place: String, words: [String])] = [
    ("", "1:1", ["empty", "expected a header row with id"]),
    ("\u{FEFF}", "1:1", ["empty", "expected a header row with id"]),
    ("sign,age\npresent,17\n", "1:1", ["no column \"id\"", "expected"]),
    ("id,sign,age,sign\na,present,17,present\n", "1:13", ["\"sign\"", "twice"]),
    ("id,sign,id\na,present,a\n", "1:9", ["\"id\"", "twice"]),
    ("id,sgin\na,present\n", "1:4", ["unknown column \"sgin\"", "did you mean \"sign\"?"]),
    ("id,diagnoses\na,strain\n", "1:4", ["\"diagnoses\"", "did you mean \"diagnosis\"?"]),
    ("id,\"sign\na,present\n", "1:4", ["quote", "never closed"]),
    ("id,si\"gn\na,present\n", "1:6", ["quote inside a cell"]),
    ("id,\"sign\"x\na,present\n", "1:10", ["text after the closing quote", "expected a comma"]),
  ]

  @Test(arguments: wrong, ["score", "validate", "evaluate"])
  func `a wrong header ends the run with its place and what was expected`(
    header: (text: String, place: String, words: [String]), verb: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": header.text])
    let outcome = try await folder.dorsal(verb, "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("cases.csv:\(header.place): "))
    for word in header.words { #expect(outcome.errors.contains(word)) }
  }

  @Test func `every fault of a header is told at once`() async throws {
    let folder = try WorkingFolder(["cases.csv": "sing,aeg,site,site\npresent,17,leg,leg\n"])
    let outcome = try await folder.dorsal("score", "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("cases.csv:1:1: unknown column \"sing\""))
    #expect(outcome.errors.contains("cases.csv:1:6: unknown column \"aeg\""))
    #expect(outcome.errors.contains("cases.csv:1:15: the column \"site\" stands twice"))
    #expect(outcome.errors.contains("no column \"id\""))
  }

  @Test(arguments: ["score", "validate", "evaluate"])
  func `a header without cases is bad data`(verb: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\n"])
    let outcome = try await folder.dorsal(verb, "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("cases.csv: no cases; expected at least one row"))
  }

  @Test func `an unknown column may be ignored and then changes nothing`() async throws {
    let folder = try WorkingFolder([
      "plain.csv": "id,sign\na,present\nb,absent\n",
      "more.csv": "note,id,sgin,sign,sgin\nx,a,1,present,\"y,z\"\n,b,,absent,\n",
    ])
    let plain = try await folder.dorsal("score", "plain.csv")
    let more = try await folder.dorsal("score", "more.csv", "--ignore-unknown-columns")
    #expect(plain.status == 0)
    #expect(more.status == 0)
    #expect(more.output == plain.output)
    #expect(plain.lines.count == 3)
  }
}
