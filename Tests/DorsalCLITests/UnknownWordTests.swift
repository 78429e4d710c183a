import Testing

/// Words that mean unknown, and what was read told at the end.
@Suite struct UnknownWordTests {
  @Test func `a word that is a state is the state`() async throws {
    var model = SmallModel()
    model.replace("back;chest;leg", with: "none;chest;leg", in: "findings.csv")
    model.replace("site,back,", with: "site,none,", in: "likelihoods.csv")
    let folder = try WorkingFolder(
      ["cases.csv": "id,site\na,none\nb,NONE\nc,NA\nd,\n"], model: model)
    let scored = try await folder.score("cases.csv", "--unknown", "none,NA")
    #expect(scored.outcome.status == 0)
    #expect(scored.rows.map { $0[4] } == ["1", "1", "0", "0"])
    #expect(scored.outcome.errors.contains("1 cell NA taken as unknown: site 1\n"))
    #expect(scored.outcome.errors.contains("1 cell read in another spelling: site 1 (\"NONE\")"))
  }

  @Test func `own words stand in place of the usual ones`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id,sign,age\na,U,9\nb,present,u\nc,present,90\nd,NA,17\n"
    ])
    let scored = try await folder.score("cases.csv", "--unknown", "U,9")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a", "b", "c"])
    #expect(scored.rows.map { $0[4] } == ["0", "1", "2"])
    #expect(scored.rejects.map { $0[2] } == ["d"])
    #expect(scored.outcome.errors.contains("1 cell 9 taken as unknown: age 1\n"))
    #expect(scored.outcome.errors.contains("1 cell U taken as unknown: sign 1\n"))
    let none = try await folder.score("cases.csv", "--unknown", "")
    #expect(none.ids == ["c"])
  }

  @Test func `words are unknown in JSON too`() async throws {
    let folder = try WorkingFolder([
      "cases.jsonl": """
      {"id":"a","setting":"NA","findings":{"sign":"N\\/A","age":"nan","site":"leg"}}
      {"id":"b","findings":{"sign":1.0,"age":17,"site":"LEG"},"diagnosis":"unknown"}
      {"id":"c","findings":{"age":"17"}}

      """,
      "plain.jsonl": """
      {"id":"a","findings":{"site":"leg"}}
      {"id":"b","findings":{"sign":true,"age":17,"site":"leg"}}

      """,
    ])
    let scored = try await folder.score("cases.jsonl")
    let plain = try await folder.dorsal("score", "plain.jsonl")
    #expect(scored.outcome.output == plain.output)
    #expect(plain.lines.count == 3)
    #expect(scored.rejects.map { $0[2] } == ["c"])
    for word in ["NA", "N/A", "nan", "unknown"] {
      #expect(scored.outcome.errors.contains("1 cell \(word) taken as unknown"))
    }
    let strict = try await folder.score("cases.jsonl", "--strict")
    #expect(strict.rejects.map { $0[2] } == ["a", "b", "c"])
  }

  @Test(arguments: ["validate", "explain --id b", "suggest --id b", "suggest", "evaluate"])
  func `every verb reads them and says so`(command: String) async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id,sign,age,diagnosis\na,present,17,strain\nb,NA,20,tumour\n",
      "plain.csv": "id,sign,age,diagnosis\na,present,17,strain\nb,,20,tumour\n",
    ])
    let words = command.split(separator: " ").map(String.init)
    func run(_ file: String, _ more: [String] = []) async throws -> Outcome {
      try await folder.start([words[0], file] + words.dropFirst() + more).outcome()
    }
    let plain = try await run("plain.csv")
    let read = try await run("cases.csv")
    #expect(read.status == plain.status)
    #expect(
      read.output.replacing("cases.csv", with: "") == plain.output.replacing("plain.csv", with: ""))
    #expect(read.errors.contains("cases.csv: 1 cell NA taken as unknown: sign 1\n"))
    #expect(!plain.errors.contains("taken as unknown"))
    let own = try await run("cases.csv", ["--unknown", "x"])
    #expect(own.status == (command.contains("--id") ? 65 : 3))
    #expect(own.errors.contains("\"NA\"") || own.output.contains("\"NA\""))
  }

  @Test func `the summary says what was read`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": """
      id,sign,age,note
      a,present,NA,x
      b,perhaps,20,
      ,,,
      c,Yes,30,
      d,1.0,400,
      d,maybe,NA,
      a,absent,17,

      """
    ])
    for verb in ["score", "validate", "evaluate"] {
      let outcome = try await folder.dorsal(
        verb, "cases.csv", "--ignore-unknown-columns", "--summary", "summary.json")
      // No case has a diagnosis to evaluate.
      #expect(outcome.status == (verb == "evaluate" ? 65 : 3))
      #expect(outcome.errors.contains("cases.csv: 1 cell NA taken as unknown: age 1\n"))
      // The row of the other spelling was rejected for its age, and that of the other NA too.
      #expect(!outcome.errors.contains("another spelling"))
      #expect(outcome.errors.contains("cases.csv: 1 row of nothing but delimiters passed over\n"))
      let object = try JSON.object(try folder.read("summary.json"))
      #expect(object["rows"] as? Int == 6)
      #expect(object["cases"] as? Int == 2)
      #expect(object["rejected"] as? Int == 4)
      #expect(object["empty_rows"] as? Int == 1)
      let columns = try #require(object["columns"] as? [String: [String]])
      #expect(
        columns == [
          "used": ["sign", "age"], "ignored": ["note"], "never_seen": ["setting", "site"],
        ])
      let shares = try #require(object["known_share"] as? [String: Double])
      #expect(shares == ["setting": 0, "sign": 1, "age": 0.5, "site": 0])
      let words = try #require(object["taken_as_unknown"] as? [[String: Any]])
      #expect(words.map { $0["word"] as? String } == ["NA"])
      #expect(words.map { $0["field"] as? String } == ["age"])
      #expect(words.map { $0["count"] as? Int } == [1])
      let faults = try #require(object["faults"] as? [[String: Any]])
      #expect(faults.map { $0["field"] as? String } == ["sign", "age", "id"])
      #expect(faults.map { $0["count"] as? Int } == [2, 1, 1])
      #expect(
        faults.map { $0["reason"] as? String } == [
          "unknown state", "out of range", "the id was used on line N already",
        ])
      let examples = faults.compactMap { $0["example"] as? [String: Any] }
      #expect(examples.map { $0["line"] as? Int } == [3, 6, 8])
      #expect(examples.map { $0["value"] as? String } == ["perhaps", "400", "a"])
    }
  }

  @Test func `no summary goes where another file stands`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"])
    for place in ["cases.csv", "-"] {
      let outcome = try await folder.dorsal("score", "cases.csv", "--summary", place)
      #expect(outcome.status == 64)
      #expect(try folder.read("cases.csv") == "id\na\n")
    }
  }

  /// Cells that stand for something, for nothing, and for what cannot be read.
  private static let cells = [
    "present", "ABSENT", "1.0", "NA", "", " ", "none", "t", "0", "?", "maybe", "2", "\"yes\"",
    "\"-\"", " no ", "x\"y",
  ]

  @Test(arguments: [",", ";", "\t", "|"], ["1", "3"])
  func `rows in are rows out and rows rejected`(delimiter: String, threads: String) async throws {
    var random: UInt64 = 7
    func next(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }
    var lines = ["id\(delimiter)sign\(delimiter)site"]
    var (rows, empty) = (0, 0)
    for row in 0..<20_000 {
      if next(50) == 0 {
        lines.append([delimiter + delimiter, delimiter, delimiter + " " + delimiter][next(3)])
        empty += 1
      } else {
        let (sign, site) = (Self.cells[next(Self.cells.count)], ["leg", "Back", "na"][next(3)])
        lines.append("\(row)\(delimiter)\(sign)\(delimiter)\(site)")
        rows += 1
      }
    }
    let folder = try WorkingFolder(["cases.csv": lines.joined(separator: "\n") + "\n"])
    let scored = try await folder.score(
      "cases.csv", "--threads", threads, "--summary", "summary.json")
    #expect(scored.rows.count + scored.rejects.count == rows)
    #expect(Set(scored.ids + scored.rejects.map { $0[2] }).count > rows * 9 / 10)
    // All others are a value of the finding, or a word for unknown.
    for reject in scored.rejects {
      #expect(["maybe", "2"].contains(reject[4]) || reject[5].contains("a quote"))
    }
    let object = try JSON.object(try folder.read("summary.json"))
    #expect(object["rows"] as? Int == rows)
    #expect(object["empty_rows"] as? Int == empty)
    #expect(object["cases"] as? Int == scored.rows.count)
  }
}
