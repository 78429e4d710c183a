import Testing

/// An id that stands twice: the first case keeps it, the others are rejected.
@Suite struct RepeatedIDTests {
  private static let cases = "sign,id\npresent,a\nabsent,b\nabsent,a\n,c\n,\"a\"\n,B\n"

  @Test func `score takes the first case of an id`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let scored = try await folder.score("cases.csv", "--all")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a", "b", "c", "B"])
    #expect(scored.rowsOut == 6)
    #expect(scored.rejects.map { $0[0] } == ["4", "6"])
    #expect(scored.outcome.errors.contains("2 of 6 rows rejected, 4 scored"))
    for reject in scored.rejects {
      #expect(reject[2...4] == ["a", "id", "a"])
      #expect(reject[5].contains("line 2"))
    }
    // The first case has the sign: 3/4 of 3/2.
    #expect(isNear(scored.number("tumour", of: "a"), 0.5, within: printedProbability))
  }

  @Test func `validate finds a repeated id however far apart the two are`() async throws {
    // More rows than a block holds.
    let rows = (0..<40_000).map { "case-\($0),present\n" }.joined()
    let folder = try WorkingFolder(["cases.csv": "id,sign\n" + rows + "case-0,absent\n"])
    let outcome = try await folder.dorsal("validate", "cases.csv")
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("cases.csv:40002:1: id \"case-0\": "))
    #expect(outcome.output.contains("line 2 "))
    #expect(outcome.errors.contains("1 of 40001 rows"))
  }

  @Test func `an id of a rejected row is still free`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,presnt\na,present\n"])
    let scored = try await folder.score("cases.csv")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a"])
    #expect(scored.rejects.map { $0[0] } == ["2"])
  }
}
