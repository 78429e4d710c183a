import Testing

/// Cells that cannot be read: the row is rejected with place, value and reason, and its
/// neighbours are scored.
@Suite struct CellTests {
  /// A cell, the reason's words, and which finding it stands for.
  struct Wrong: Sendable {
    let finding: String
    let cell: String
    let words: [String]

    init(_ finding: String, _ cell: String, _ words: String...) {
      (self.finding, self.cell, self.words) = (finding, cell, words)
    }
  }

  private static let age = "expected a number from 0 to 120 (years)"

  static let wrong: [Wrong] = [
    Wrong("sign", "presnt", "unknown state", "absent or present", "did you mean \"present\"?"),
    Wrong("sign", "2", "unknown state", "absent or present"),
    Wrong("site", "legs", "unknown state", "back, chest, leg", "did you mean \"leg\"?"),
    Wrong("setting", "emergancy", "unknown state", "did you mean \"emergency\"?"),
    Wrong("diagnosis", "tumor", "unknown cause", "did you mean \"tumour\"?"),
    Wrong("diagnosis", "M54.5", "unknown cause \"M54.5\"", "an ICD-10 code is read with a mapping"),
    Wrong("diagnosis", "strain|c79", "unknown cause \"c79\"", "ICD-10", "--map"),
    Wrong("diagnosis", "strain|tumor", "unknown cause \"tumor\"", "did you mean \"tumour\"?"),
    Wrong("age", "x12", "not a number", age), Wrong("age", "17x", "not a number", age),
    Wrong("age", "0x10", "not a number", age), Wrong("age", "1e", "not a number", age),
    Wrong("age", "--1", "not a number", age), Wrong("age", "1 000", "not a number", age),
    Wrong("age", "+", "not a number", age), Wrong("age", "inf", "not a number", age),
    Wrong("age", "-Infinity", "not a number", age), Wrong("age", "nan(1)", "not a number", age),
    Wrong("age", "17,5", "not a number", "decimal point"),
    Wrong("age", "young", "name of a state", age),
    Wrong("age", "121", "out of range", age), Wrong("age", "120.001", "out of range", age),
    Wrong("age", "-1", "out of range", age), Wrong("age", "1e400", "out of range", age),
    Wrong("age", "-1e400", "out of range", age),
  ]

  /// Cells that only `--strict` rejects.
  static let strictlyWrong: [Wrong] = [
    Wrong("sign", "1.0", "unknown state", "absent or present"),
    Wrong("sign", "Y", "unknown state", "absent or present"),
    Wrong("sign", " present", "unknown state", "absent or present"),
    Wrong("site", "Leg", "unknown state", "back, chest, leg"),
    Wrong("site", "unknown", "unknown state", "leave the cell empty"),
    Wrong("diagnosis", "NA", "unknown cause"),
    Wrong("age", " 17", "not a number", age), Wrong("age", "17 ", "not a number", age),
    Wrong("age", "NaN", "not a number", "leave the cell empty"),
    Wrong("age", "NA", "not a number", "leave the cell empty"),
    Wrong("age", ".", "not a number", "leave the cell empty"),
  ]

  @Test(arguments: wrong.map { ($0, []) } + (wrong + strictlyWrong).map { ($0, ["--strict"]) })
  func `a cell that cannot be read rejects its row and no other`(
    wrong: Wrong, options: [String]
  ) async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id,\(wrong.finding)\nfirst,\nbad one,\"\(wrong.cell)\"\nlast,\n"
    ])
    let scored = try await folder.score(["cases.csv"] + options)
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["first", "last"])
    #expect(scored.rowsOut == 3)
    let reject = try #require(scored.rejects.first)
    #expect(reject[...4] == ["3", "9", "bad one", wrong.finding, wrong.cell])
    for word in wrong.words { #expect(reject[5].contains(word)) }
    #expect(scored.outcome.errors.contains("cases.csv: 1 of 3 rows rejected, 2 scored"))
  }

  @Test func `without a file for them rejected rows go to standard error`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign,age\na,presnt,200\nb,absent,20\n"])
    let outcome = try await folder.dorsal("score", "cases.csv")
    #expect(outcome.status == 3)
    #expect(outcome.lines.count == 2)
    let errors = outcome.errors.split(separator: "\n")
    #expect(errors.count == 3)
    #expect(errors[0].hasPrefix("cases.csv:2:3: sign \"presnt\": unknown state; expected absent"))
    #expect(errors[1].hasPrefix("cases.csv:2:10: age \"200\": out of range; expected a number"))
  }

  @Test(arguments: [
    ("b,present", "2 cells; expected 3"), ("b", "1 cells; expected 3"),
    ("b,present,17,", "4 cells; expected 3"), ("b,present,17,leg,x", "5 cells; expected 3"),
    (",,x,,,,,,,", "10 cells; expected 3"),
  ])
  func `a row with the wrong number of cells is rejected`(row: String, words: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign,age\na,present,17\n\(row)\nc,absent,\n"])
    let scored = try await folder.score("cases.csv")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a", "c"])
    #expect(scored.rowsOut == 3)
    let reject = try #require(scored.rejects.first)
    #expect(reject[0] == "3")
    #expect(reject[5].contains(words))
  }

  @Test func `a case without an id is rejected`() async throws {
    let folder = try WorkingFolder(["cases.csv": "sign,id\npresent,\nabsent,\"\"\nabsent,c\n"])
    let scored = try await folder.score("cases.csv")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["c"])
    #expect(scored.rejects.map { $0[0] } == ["2", "3"])
    #expect(scored.rejects.map { $0[1] } == ["9", "8"])
    #expect(scored.rejects.allSatisfy { $0[3] == "id" && $0[5].contains("empty; expected") })
  }

  @Test func `blank lines are no rows`() async throws {
    let folder = try WorkingFolder(["cases.csv": "\nid,sign\n\n\na,present\n\r\nb,x\n\n"])
    let scored = try await folder.score("cases.csv")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a"])
    #expect(scored.rejects.map { $0[0] } == ["7"])
  }

  /// Ages and the posterior of a tumour: the age multiplies 1/4 by 3/2, 1/4 or 2, and
  /// 3/4 stay for the other causes.
  static let ages: [(age: String, tumour: Double)] = [
    ("0", 1.0 / 3), ("-0", 1.0 / 3), ("17.999999", 1.0 / 3), ("18", 1.0 / 13),
    ("18.0", 1.0 / 13), ("1.8e1", 1.0 / 13), ("+18", 1.0 / 13), ("49.999999", 1.0 / 13),
    ("50", 0.4), ("50.000001", 0.4), ("120", 0.4), ("0.5E+2", 0.4),
  ]

  @Test(arguments: ages)
  func `a number on an edge belongs to the upper state`(age: String, tumour: Double) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,age\na,\(age)\n"])
    let scored = try await folder.score("cases.csv", "--all")
    #expect(scored.outcome.status == 0)
    #expect(isNear(scored.number("tumour", of: "a"), tumour, within: printedProbability))
  }

  @Test func `binary findings take the usual words`() async throws {
    let present = ["present", "yes", "YES", "true", "True", "1"]
    let absent = ["absent", "no", "No", "false", "FALSE", "0"]
    let rows = (present + absent).enumerated().map { "\($0),\($1)" }
    let folder = try WorkingFolder(["cases.csv": "id,sign\n" + rows.joined(separator: "\n")])
    let scored = try await folder.score("cases.csv", "--all")
    #expect(scored.outcome.status == 0)
    // Present multiplies the tumour's 1/4 by 3; absent by 0.25 / 0.75.
    for (index, word) in (present + absent).enumerated() {
      let tumour = present.contains(word) ? 0.5 : 0.1
      #expect(isNear(scored.number("tumour", of: "\(index)"), tumour, within: printedProbability))
    }
  }
}
