import Testing

/// `dorsal validate`: what is wrong with a case file, without scoring it.
@Suite struct ValidateTests {
  private static let faulty = """
    id,sign,age
    a,present,17
    b,presnt,200
    a,absent,
    c,absent
    d,absent,120

    """

  @Test func `a file that can be read is well`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\nb,\n"])
    let outcome = try await folder.dorsal("validate", "cases.csv")
    #expect(outcome.status == 0)
    #expect(outcome.output == "cases.csv: 2 cases can be read, 0 rows cannot\n")
    #expect(outcome.errors.isEmpty)
  }

  @Test func `everything wrong is told with its place`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.faulty])
    let outcome = try await folder.dorsal("validate", "cases.csv")
    #expect(outcome.status == 3)
    let lines = outcome.lines
    #expect(lines.count == 5)
    for (line, beginning) in zip(
      lines,
      [
        "cases.csv:3:3: sign \"presnt\": unknown state; expected absent or present",
        "cases.csv:3:10: age \"200\": out of range; expected a number from 0 to 120",
        "cases.csv:4:1: id \"a\": ", "cases.csv:5:3: \"absent\": 2 cells; expected 3",
        "cases.csv: 2 cases can be read, 3 rows cannot",
      ])
    {
      #expect(line.hasPrefix(beginning))
    }
    #expect(outcome.errors.contains("cases.csv: 3 of 5 rows cannot be read"))
  }

  @Test func `the answer as JSON has the same`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.faulty])
    let outcome = try await folder.dorsal("validate", "cases.csv", "--json")
    #expect(outcome.status == 3)
    let object = try JSON.object(outcome.output)
    #expect(object["cases"] as? Int == 2)
    let rejected = try #require(object["rejected"] as? [[String: Any]])
    #expect(rejected.map { $0["line"] as? Int } == [3, 4, 5])
    #expect(rejected.map { $0["id"] as? String } == ["b", "a", "c"])
    let reasons = try #require(rejected[0]["reasons"] as? [[String: Any]])
    #expect(reasons.map { $0["column"] as? Int } == [3, 10])
    #expect(reasons.map { $0["field"] as? String } == ["sign", "age"])
    #expect(reasons.map { $0["value"] as? String } == ["presnt", "200"])
  }

  @Test func `validate rejects the rows that score rejects`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.faulty])
    let scored = try await folder.score("cases.csv")
    let outcome = try await folder.dorsal("validate", "cases.csv", "--json")
    let rejected = try #require(try JSON.object(outcome.output)["rejected"] as? [[String: Any]])
    #expect(scored.rejects.map { Int($0[0]) } == rejected.map { $0["line"] as? Int })
    #expect(scored.rowsOut == 5)
  }
}
