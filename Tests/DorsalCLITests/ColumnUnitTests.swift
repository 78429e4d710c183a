import Testing

/// Columns that name their unit, and numbers of which only a bound is known.
@Suite struct ColumnUnitTests {
  /// Published factors: 1 g/dL is 10 g/L; 1 mg/dL of creatinine is 88.4 umol/L and of calcium
  /// 0.2495 mmol/L; 1 mmol/L of haemoglobin is 16.11 g/L (SI conversion tables of the AMA manual
  /// and NPU). The values lie beside and on the edges of the shipped model.
  private static let pairs: [(header: String, cells: [(theirs: String, own: String)])] = [
    (
      "haemoglobin[g/dL]",
      [("14.5", "145"), ("12", "120"), ("11.99", "119.9"), ("10.0", "100"), ("9.99", "99.9")]
    ),
    ("haemoglobin[mmol/L]", [("9", "145"), ("7.4", "119"), ("6.2", "99.9")]),
    ("creatinine[mg/dL]", [("1.2", "106"), ("1.25", "110.5"), ("2.3", "203")]),
    ("calcium[mg/dL]", [("10.6", "2.645"), ("10.7", "2.67")]),
    (
      "white_cells[/uL]", [("11000", "11"), ("10999", "10.999"), ("3999", "3.999"), ("4000", "4")]
    ),
    ("white_cells[10*3/uL]", [("11", "11"), ("10.9", "10.9")]),
    ("crp[mg/dL]", [("1.0", "10"), ("0.99", "9.9"), ("5", "50"), ("10", "100")]),
    ("lipase[U/L limit=60]", [("45", "0.75"), ("60", "1"), ("179", "2.98"), ("180", "3")]),
    ("duration[wk]", [("2", "14"), ("1.9", "13.3"), ("6", "42")]),
    ("age[mo]", [("216", "18"), ("215", "17.9")]),
  ]

  @Test func `a column in another unit gives the same answers`() async throws {
    let folder = try WorkingFolder(model: nil)
    for (header, cells) in Self.pairs {
      let finding = String(header.prefix { $0 != "[" })
      let rows = cells.enumerated()
      try folder.write(
        "id,sex,\(header)\n" + rows.map { "p\($0),male,\($1.theirs)\n" }.joined(), to: "theirs.csv")
      try folder.write(
        "id,sex,\(finding)\n" + rows.map { "p\($0),male,\($1.own)\n" }.joined(), to: "own.csv")
      let theirs = try await folder.dorsal("score", "theirs.csv", "--model", Repository.model)
      let own = try await folder.dorsal("score", "own.csv", "--model", Repository.model)
      #expect(own.status == 0, "\(own.errors)")
      #expect(theirs.output == own.output, "\(header) \(theirs.errors)")
      // Each edge of the finding lies between two of its values, so that the answers differ.
      #expect(Set(own.lines.map { $0.split(separator: ",").dropFirst(2) }).count > 2)
      // A unit that is the model's own by another name is no news.
      #expect(theirs.errors.contains("\(finding) is in ") == (header != "white_cells[10*3/uL]"))
    }
  }

  @Test(arguments: [
    ("haemoglobin[foo]", "1:15: unknown unit \"foo\" of haemoglobin; expected mg/dL, g/dL"),
    ("calcium[g]", "1:11: the unit \"g\" is a mass; expected an amount in a volume"),
    ("crp[mmol/L]", "1:7: the unit \"mmol/L\" is an amount in a volume; expected a mass"),
    ("lipase[U/L]", "1:10: the unit \"U/L\" of lipase"),
    ("lipase[U/L limit=0]", "1:10: \"limit=0\" is no upper limit"),
    ("sex[g/L]", "1:7: the unit \"g/L\" for sex, which is no number"),
    ("crp[]", "1:7: unknown unit \"\" of crp"),
    ("crp,crp[mg/dL]", "1:8: the column \"crp\" stands twice"),
  ])
  func `a unit that a finding cannot have is an error with its place`(
    header: String, words: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,\(header)\na,1\n"], model: nil)
    for option in [[], ["--ignore-unknown-columns"]] {
      let outcome = try await folder.start(
        ["score", "cases.csv", "--model", Repository.model] + option
      ).outcome()
      #expect(outcome.status == 65)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("cases.csv:" + words), "\(outcome.errors)")
    }
  }

  @Test func `a value out of range names the unit in which it may be meant`() async throws {
    let folder = try WorkingFolder(
      ["cases.csv": "id,haemoglobin,white_cells,age\na,14.5,7500,400\n"], model: nil)
    let outcome = try await folder.dorsal("score", "cases.csv", "--model", Repository.model)
    #expect(outcome.errors.contains("(g/L); is it in g/dL? Then call it haemoglobin[g/dL]\n"))
    #expect(outcome.errors.contains("is it in /uL? Then call it white_cells[/uL]\n"))
    #expect(outcome.errors.contains("expected a number from 0 to 120 (years)\n"))
  }

  /// 0.9 mg/dL of creatinine are normal, and 0.9 umol/L cannot be; less than nothing can be in no unit.
  @Test(arguments: [
    (
      "creatinine", "0.9",
      "creatinine 1 (\"0.9\"), is it in mg/dL? Then call it creatinine[mg/dL]\n"
    ),
    ("creatinine", "-1", "creatinine 1 (\"-1\")\n"),
    ("creatinine", "low", "creatinine 1 (\"low\")\n"),
    ("creatinine[mg/dL]", "80", "creatinine 1 (\"80\")\n"),
  ])
  func `a value taken as unknown names its likely unit too`(
    column: String, value: String, words: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,\(column)\na,\(value)\n"], model: nil)
    let outcome = try await folder.dorsal(
      "score", "cases.csv", "--on-bad-value", "unknown", "--summary", "s.json", "--model",
      Repository.model)
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasSuffix("cannot be read taken as unknown: " + words))
    let summary = try JSON.object(try folder.read("s.json"))
    let counts = try #require(summary["bad_values_taken_as_unknown"] as? [[String: Any]])
    #expect(counts[0]["likely_unit"] as? String == (words.contains("is it in") ? "mg/dL" : nil))
  }

  /// The edges of age in the small model are 18 and 50, its range 0 to 120.
  @Test(arguments: [
    ("<18", "17"), ("<5", "5"), ("<=17.9", "17"), ("≤ 17", "17"), (">50", "51"), (">=50", "50"),
    ("≥50", "50"), ("> 60", "60"), (" =>50", "50"),
    ("<=18", ""), ("<50", ""), (">49.9", ""), (">18", ""), ("<120", ""), (">=0", ""),
  ])
  func `a bound gives the state that it proves`(bound: String, value: String) async throws {
    let folder = try WorkingFolder([
      "bound.csv": "id,age\na,\(bound)\n",
      "bound.jsonl": #"{"id":"a","findings":{"age":"\#(bound)"}}"#,
      "value.csv": "id,age\na,\(value)\n",
    ])
    let plain = try await folder.dorsal("score", "value.csv")
    for file in ["bound.csv", "bound.jsonl"] {
      let outcome = try await folder.dorsal("score", file)
      #expect(outcome.output == plain.output)
      #expect(
        outcome.errors.contains(
          value.isEmpty
            ? "1 cell with a bound that proves no state taken as unknown: age 1"
            : "1 cell with a bound taken as the state that it proves: age 1"), "\(outcome.errors)")
    }
    #expect(try await folder.score("bound.csv", "--strict").rejects.count == 1)
  }

  @Test(arguments: ["<", "<<5", "<5<", "< five", "<-1", ">121", "<1e999", "5>"])
  func `what is no bound is rejected`(cell: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,age\na,\(cell)\nb,20\n"])
    let scored = try await folder.score("cases.csv")
    #expect(scored.ids == ["b"])
    #expect(scored.rejects.count == 1)
  }

  @Test func `a bound may have a decimal comma and a unit`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id;age[mo]\na;<216\nb;\"<215,5\"\nc;>=600,0\n"])
    let plain = try WorkingFolder(["cases.csv": "id,age\na,17\nb,17\nc,50\n"])
    let scored = try await folder.score("cases.csv")
    #expect(scored.outcome.output == (try await plain.score("cases.csv")).outcome.output)
  }

  @Test func `bad values are unknown on request and counted by finding`() async throws {
    let folder = try WorkingFolder([
      "bad.csv": "id,sign,age,site\na,perhaps,400,leg\nb,yes,old,foot\nc,no,17,back\n",
      "plain.csv": "id,sign,age,site\na,,,leg\nb,yes,,\nc,no,17,back\n",
      "bad.jsonl": """
      {"id":"a","findings":{"sign":7,"age":400,"site":"leg"}}
      {"id":"b","findings":{"sign":true,"age":"old","site":true}}
      {"id":"c","findings":{"sign":false,"age":17,"site":"back"}}

      """,
    ])
    let plain = try await folder.dorsal("score", "plain.csv")
    for file in ["bad.csv", "bad.jsonl"] {
      #expect(try await folder.score(file).ids == ["c"])
      for option in [[], ["--strict"]] {
        let outcome = try await folder.start(
          ["score", file, "--on-bad-value", "unknown", "--summary", "summary.json"] + option
        ).outcome()
        #expect(outcome.status == 0)
        #expect(outcome.output == plain.output)
        #expect(
          outcome.errors.contains(
            "4 cells that cannot be read taken as unknown: age 2 (\"400\"), sign 1"))
      }
    }
    let summary = try JSON.object(try folder.read("summary.json"))
    let counts = try #require(summary["bad_values_taken_as_unknown"] as? [[String: Any]])
    #expect(counts.map { $0["field"] as? String } == ["age", "sign", "site"])
    #expect(counts.map { $0["count"] as? Int } == [2, 1, 1])
  }
}
