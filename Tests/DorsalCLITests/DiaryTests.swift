import Foundation
import Testing

/// `dorsal diary`.
@Suite struct DiaryTests {
  private static let header = "patient,date,time,pain,activity,symptoms,began\n"
  private static let diary =
    header
    + (1...8).map { day in
      "\"a, b\",2026-03-0\(day),09:00,\(day),\(day % 2 == 0 ? "lifting" : "lying"),none,\n"
    }.joined() + "c,2026-03-05,21:00,4.5,,fever,\n"

  @Test func `case rows are a file that score takes`() async throws {
    let folder = try WorkingFolder(["d.csv": Self.diary])
    let rows = try await folder.dorsal("diary", "d.csv", "--model", Repository.model)
    #expect(rows.status == 0)
    #expect(
      rows.errors
        == "d.csv:10: note: one entry of c; its trend, duration and responses stay unknown\n")
    let table = PlainCSV.rows(rows.output)
    #expect(table.map(\.first) == ["id", "a, b", "c"])
    let header = table[0]
    func cell(_ column: String, _ row: Int) -> String? {
      header.firstIndex(of: column).map { table[row][$0] }
    }
    #expect(cell("duration", 1) == "7")
    #expect(cell("trend", 1) == "progressive")
    #expect(cell("severity", 1) == "8")
    #expect(cell("night_pain", 1) == "absent")
    // 2, 4, 6, 8 while lifting and 1, 3, 5, 7 while lying: the middle of the differences is 1.
    #expect(cell("movement_response", 1) == "worse")
    #expect(cell("fever", 2) == "present")
    #expect(cell("severity", 2) == "4.5")
    #expect(cell("duration", 2) == "")
    try folder.write(rows.output, to: "cases.csv")
    let scored = try await folder.score("cases.csv", "--model", Repository.model)
    #expect(scored.outcome.status == 0)
    #expect(scored.ids == ["a, b", "c"])
    let file = try await folder.dorsal(
      "diary", "-", "--model", Repository.model, "--output", "rows.csv", input: Self.diary)
    #expect(file.status == 0)
    #expect(file.output.isEmpty)
    #expect(try folder.read("rows.csv") == rows.output)
  }

  @Test func `weeks show how the ranking moved`() async throws {
    let folder = try WorkingFolder(["d.csv": Self.diary])
    let weekly = try await folder.dorsal(
      "diary", "d.csv", "--weekly", "--output", "weeks.csv", "--model", Repository.model)
    #expect(weekly.status == 0)
    #expect(weekly.output.contains("a, b/week-1"))
    #expect(weekly.output.contains("a, b/week-2  2026-03-08"))
    #expect(weekly.output.contains("7.00 (7.00 to 7.00)"))
    #expect(weekly.output.contains("does not diagnose"))
    let ids = PlainCSV.rows(try folder.read("weeks.csv")).map(\.first)
    #expect(ids == ["id", "a, b/week-1", "a, b/week-2", "c/week-1"])
    // The ranking is that of scoring the rows.
    let scored = try await folder.score("weeks.csv", "--model", Repository.model, "--top", "1")
    for id in ids.dropFirst().compactMap({ $0 }) {
      let cause = try #require(scored.cell("cause_1", of: id))
      let line = try #require(weekly.lines.first { $0.hasPrefix(id + " ") })
      #expect(line.contains(cause))
    }
  }

  @Test func `JSON has the entries behind each finding`() async throws {
    let folder = try WorkingFolder(["d.csv": Self.diary])
    let outcome = try await folder.dorsal("diary", "d.csv", "--json", "--model", Repository.model)
    #expect(outcome.status == 0)
    let object = try JSON.object(outcome.output)
    let cases = try #require(object["cases"] as? [[String: Any]])
    #expect(cases.map { $0["patient"] as? String } == ["a, b", "c"])
    let findings = try #require(cases[0]["findings"] as? [[String: Any]])
    let trend = try #require(findings.first { $0["finding"] as? String == "trend" })
    #expect(trend["value"] as? String == "progressive")
    let slope = try #require(trend["points_per_week"] as? Double)
    // Weeks are not exact as doubles.
    #expect(abs(slope - 7) < 1e-12)
    let entries = try #require(trend["entries"] as? [[String: Any]])
    #expect(entries.map { $0["line"] as? Int } == Array(2...9))
    #expect(entries.first?["when"] as? String == "2026-03-01 09:00")
    let fever = try #require(
      (cases[1]["findings"] as? [[String: Any]])?.first { $0["finding"] as? String == "fever" })
    #expect((fever["entries"] as? [[String: Any]])?.first?["line"] as? Int == 10)
    #expect((cases[1]["ranking"] as? [Any])?.count == 3)
  }

  @Test(arguments: [
    ("a,2026-03-02,08:00,1,,,\na,2026-03-01,08:00,1,,,\n", "d.csv:3:3: "),
    ("a,2026-03-02,08:00,1,,,\na,2026-03-02,08:00,1,,,\n", "d.csv:3:14: a second entry of a"),
    ("a,2026-03-02,08:00,10.5,,,\n", "d.csv:2:20: \"10.5\"; expected pain"),
    ("a,2026-03-02,08:00,1,,,\na,03.03.2026,08:00,1,,,\n", "d.csv:3:3: \"03.03.2026\""),
    ("", "no entries"),
  ])
  func `a bad diary is refused as a whole`(rows: String, fault: String) async throws {
    let folder = try WorkingFolder(["d.csv": Self.header + rows])
    let outcome = try await folder.dorsal("diary", "d.csv", "--output", "rows.csv")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(fault))
    #expect(try folder.names() == ["d.csv"])
  }

  @Test func `an empty file and a file that is none are told`() async throws {
    let folder = try WorkingFolder(["d.csv": ""])
    let empty = try await folder.dorsal("diary", "d.csv")
    #expect(empty.status == 65)
    #expect(empty.errors.contains("d.csv:1:1: the file is empty"))
    let none = try await folder.dorsal("diary", "other.csv")
    #expect(none.status == 66)
  }

  @Test func `the shipped example and the rules can be read`() async throws {
    let folder = try WorkingFolder(model: nil)
    let example = try await folder.dorsal(
      "diary", Repository.root + "/Data/diary.csv", "--weekly", "--model", Repository.model)
    #expect(example.status == 0)
    let rules = try await folder.dorsal("diary", "--rules")
    #expect(rules.status == 0)
    for word in ["Theil-Sen", "after_fatty_meal", "saddle_anaesthesia", "none"] {
      #expect(rules.output.contains(word))
    }
  }

  @Test(arguments: [["diary"], ["diary", "d.csv", "--rules"], ["diary", "d.csv", "--top", "0"]])
  func `wrong command lines are errors of usage`(arguments: [String]) async throws {
    let folder = try WorkingFolder(["d.csv": Self.diary])
    #expect(try await folder.start(arguments).outcome().status == 64)
  }
}
