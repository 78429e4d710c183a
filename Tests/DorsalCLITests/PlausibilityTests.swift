import Testing

/// Combinations of findings that cannot be.
@Suite struct PlausibilityTests {
  private static let rules = """
    rule,kind,finding,state,basis,source,note
    old_with_sign,impossible,age,old,definition,,The old have no sign.
    old_with_sign,impossible,sign,present,definition,,The old have no sign.
    leg,outside,site,leg,published,smith2001,Legs are not in it.

    """

  /// The small model with a table of rules.
  private static func folder(_ rules: String, _ files: [String: String]) throws -> WorkingFolder {
    let folder = try WorkingFolder(files)
    try folder.write(rules, to: SmallModel.folder + "/plausibility.csv")
    return folder
  }

  @Test func `cases that cannot be are scored and told`() async throws {
    let cases = "id,sign,age,site\na,present,60,leg\nb,absent,60,back\nc,,70,leg\nd,present,99,\n"
    let folder = try Self.folder(Self.rules, ["cases.csv": cases])
    let plain = try WorkingFolder(["cases.csv": cases])
    for verb in ["score", "validate"] {
      let told = try await folder.dorsal(verb, "cases.csv", "--summary", "summary.json")
      #expect(told.status == 0)
      #expect(told.output == (try await plain.dorsal(verb, "cases.csv")).output)
      #expect(told.errors.contains("warning: cases that cannot be: old_with_sign 2 (line 2)\n"))
      #expect(
        told.errors.contains("warning: cases that the model is not made for: leg 2 (line 2)\n"))
      let summary = try JSON.object(try folder.read("summary.json"))
      let found = try #require(summary["implausible"] as? [[String: Any]])
      #expect(found.map { $0["count"] as? Int } == [2, 2])
    }
    // A repeated id is no case, whatever it says.
    let twice = try await folder.dorsal(
      "validate", "-", input: "id,sign,age\na,no,20\na,yes,80\n")
    #expect(!twice.errors.contains("cannot be:"))
  }

  /// P(sign) is 0.25 and P(old) 0.25 by the tables, so that 625 of 10,000 would have both.
  @Test func `simulation never draws them and keeps the probabilities`() async throws {
    let folder = try Self.folder(Self.rules, [:])
    for options in [["--correlation", "0"], ["--misspecify"]] {
      let drawn = try await folder.start(
        ["simulate", "--count", "10000", "--seed", "3", "--quiet"] + options
      ).outcome()
      let rows = PlainCSV.rows(drawn.output)
      let header = try #require(rows.first)
      let sign = try #require(header.firstIndex(of: "sign"))
      let age = try #require(header.firstIndex(of: "age"))
      #expect(
        rows.dropFirst().allSatisfy { $0[sign] != "present" || (Double($0[age]) ?? 99) < 50 })
      // Level: 5 standard deviations of a binomial share.
      if options[0] == "--correlation" {
        let diagnosis = try #require(header.firstIndex(of: "diagnosis"))
        let strain = rows.dropFirst().filter { $0[diagnosis] == "strain" }
        for share in [
          Double(strain.count { $0[sign] == "present" }) / Double(strain.count),
          Double(strain.count { (Double($0[age]) ?? 0) >= 50 }) / Double(strain.count),
        ] { #expect(abs(share - 0.25) < 5 * (0.25 * 0.75 / Double(strain.count)).squareRoot()) }
      }
    }
  }

  @Test func `the shipped model draws no pregnant men`() async throws {
    let folder = try WorkingFolder(model: nil)
    let drawn = try await folder.dorsal(
      "simulate", "--count", "3000", "--quiet", "--model", Repository.model)
    let rows = PlainCSV.rows(drawn.output)
    let columns = ["sex", "pregnancy", "age", "abnormal_prostate"].compactMap(rows[0].firstIndex)
    try #require(columns.count == 4)
    let cells = rows.dropFirst().map { row in columns.map { row[$0] } }
    #expect(cells.count { $0[1] == "present" } > 10)
    #expect(!cells.contains { $0[0] == "male" && $0[1] == "present" })
    #expect(!cells.contains { (Double($0[2]) ?? 0) >= 55 && $0[1] == "present" })
    #expect(!cells.contains { $0[0] == "female" && $0[3] == "present" })
  }

  @Test(arguments: [
    ("x,impossible,age,old,definition,,why\n", ":2:1: \"x\" has one condition"),
    ("x,never,age,old,definition,,why\n", ":2:3: "),
    ("x,outside,aeg,old,definition,,why\n", ":2:11: "),
    ("x,outside,age,ancient,definition,,why\n", ":2:15: unknown state of age \"ancient\""),
    ("x,outside,age,old,hearsay,,why\n", ":2:19: "),
    ("x,outside,age,old,published,,why\n", ":2:29: a published rule without a source"),
    ("x,outside,age,old,definition,,\n", ":2:31: "),
    ("x,outside,setting,emergency,definition,,why\n", ":2:11: the setting is no finding"),
    (
      "x,impossible,age,old,definition,,why\nx,impossible,age,young,definition,,why\n",
      ":3:14: \"x\" has two conditions on one finding"
    ),
    (
      "x,impossible,age,old,definition,,why\nx,impossible,sign,present,assumed,,why\n",
      ":3:1: the rows of \"x\" differ"
    ),
  ])
  func `a wrong rule is told with its place`(rows: String, words: String) async throws {
    let folder = try Self.folder("rule,kind,finding,state,basis,source,note\n" + rows, [:])
    let outcome = try await folder.dorsal("model", "check")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("plausibility.csv" + words), "\(outcome.errors)")
  }

  @Test func `the rules are no part of the checksum`() async throws {
    let folder = try Self.folder(Self.rules, [:])
    let plain = try WorkingFolder()
    #expect(
      try await folder.dorsal("model", "check").output == plain.dorsal("model", "check").output)
  }
}
