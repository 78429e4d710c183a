import Foundation
import Testing

/// `dorsal evaluate` by columns that are no findings: subgroups, weights, patients; and rules.
@Suite struct EvaluateColumnsTests {
  private static let cases = """
    id,diagnosis,sign,ward,w,patient
    a,tumour,present,10,2,p1
    b,strain,,9,1,p1
    c,tumour,,9,1,p2
    d,unlisted,absent,,1,p3
    e,,present,10,x,
    f,strain,absent,"a ""b"", c",0,p2

    """

  private static func measure(_ object: [String: Any], _ name: String) throws -> [String: Any] {
    let list = try #require(object["measures"] as? [[String: Any]])
    return try #require(list.first { $0["name"] as? String == name })
  }

  private static func evaluate(_ folder: WorkingFolder, _ arguments: String...) async throws
    -> [String: Any]
  {
    let outcome = try await folder.start(["evaluate", "cases.csv", "--json"] + arguments).outcome()
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSON.object(outcome.output)
  }

  @Test func `subgroups are by any column, numbers by size and the unknown last`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let object = try await Self.evaluate(
      folder, "--by", "ward,sign", "--ignore-unknown-columns")
    let groups = try #require(object["subgroups"] as? [[String: Any]])
    let names = groups.map { "\($0["finding"] ?? "")=\($0["state"] as? String ?? "?")" }
    #expect(
      names == [
        "sign=absent", "sign=present", "sign=?", "ward=9", "ward=10", "ward=a \"b\", c", "ward=?",
      ])
    #expect(groups.suffix(4).map { $0["cases"] as? Int } == [2, 1, 1, 1])
    let text = try await folder.dorsal(
      "evaluate", "cases.csv", "--by", "ward", "--ignore-unknown-columns", "--report", "page.html")
    #expect(text.output.contains("ward = unknown"))
    #expect(try folder.read("page.html").contains("ward = a &quot;b&quot;, c"))
  }

  /// By hand: P(diagnosis) of a is 1/2, of b, c and d the priors but for the sign.
  @Test func `weights are read from a column`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let object = try await Self.evaluate(folder, "--weight", "w", "--ignore-unknown-columns")
    // Of a, b, c the model has the diagnosis; f weighs nothing.
    #expect(object["covered"] as? Int == 3)
    let loss = (2 * log(2.0) + log(2.0) + log(4.0)) / 4
    #expect(isNear(try Self.measure(object, "log_loss")["value"] as? Double, loss, within: 1e-6))
    // a leads with its tumour and b with its strain.
    #expect(isNear(try Self.measure(object, "top_1")["value"] as? Double, 0.75, within: 1e-6))
    let weighting = try #require(object["weighting"] as? [String: Any])
    #expect(weighting["column"] as? String == "w")
    #expect(weighting["weightless"] as? Int == 1)
    #expect(isNear(weighting["effective_cases"] as? Double, 25 / 7.0, within: 1e-6))
  }

  @Test func `patients are in a column, or have one id`() async throws {
    let visits = Self.cases.replacingOccurrences(of: "b,strain", with: "a,strain")
    let folder = try WorkingFolder(["cases.csv": Self.cases, "visits.csv": visits])
    let object = try await Self.evaluate(
      folder, "--patients", "patient", "--ignore-unknown-columns")
    #expect((object["weighting"] as? [String: Any])?["patients"] as? Int == 3)
    let refused = try await folder.dorsal("evaluate", "visits.csv", "--ignore-unknown-columns")
    #expect(refused.status == 3)
    let taken = try await folder.dorsal(
      "evaluate", "visits.csv", "--ignore-unknown-columns", "--visits")
    #expect(taken.status == 0)
    #expect(taken.errors.contains("1 rows are further visits of an id"))
    #expect(taken.output.contains("cases of 4 patients; bootstrap samples are of patients"))
  }

  /// Two patients have two labelled cases each, so that samples are of patients; weights make samples
  /// of cases, and neither does a column of patients who come once.
  @Test(arguments: [
    ([], "Wilson's for shares; otherwise 40 bootstrap samples of the cases (seed 7)"),
    (["--bootstrap", "0"], "Wilson's for shares; other figures have none"),
    (
      ["--patients", "patient"],
      "40 bootstrap samples of the patients, each with all of their cases (seed 7), for shares too"
    ),
    (["--weight", "w"], "40 bootstrap samples of the cases (seed 7), for shares too"),
    (
      ["--weight", "w", "--bootstrap", "0"],
      "Wilson's for shares, for as many cases that count alike as say as much; other figures have none"
    ),
    (
      ["--patients", "id"],
      "Wilson's for shares; otherwise 40 bootstrap samples of the cases (seed 7)"
    ),
  ])
  func `the foot says how intervals were found`(options: [String], words: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let arguments =
      ["evaluate", "cases.csv", "--ignore-unknown-columns", "--seed", "7"]
      + (options.contains("--bootstrap") ? [] : ["--bootstrap", "40"]) + options
    let shown = try await folder.start(arguments + ["--report", "page.html"]).outcome()
    #expect(shown.lines.contains { $0.hasPrefix("Intervals: " + words) }, "\(shown.output)")
    let page = try folder.read("page.html")
    // What is said before methods are named and linked to.
    let beginning = words.prefix { $0 != "(" && $0 != ";" && $0 != "'" }
    #expect(page.contains("<li>Intervals: " + beginning))
    let object = try JSON.object(
      try await folder.start(arguments + ["--json"]).outcome().output)
    #expect((object["intervals"] as? String)?.hasPrefix("Intervals: " + words) == true)
    // A share that was not resampled has no percentiles.
    let methods = try #require(object["measures"] as? [[String: Any]]).filter {
      ($0["name"] as? String)?.hasPrefix("top_") == true
    }.map { $0["interval"] as? String }
    #expect(!methods.isEmpty)
    if !words.contains("for shares too") { #expect(methods.allSatisfy { $0 == "wilson" }) }
  }

  @Test func `figures of red flags say that they count cases`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    for (options, isSaid) in [(["--patients", "patient"], true), ([], false)] {
      let shown = try await folder.start(
        ["evaluate", "cases.csv", "--ignore-unknown-columns", "--rules"] + options
      ).outcome()
      #expect(shown.output.contains("Figures of red flags count every case alike") == isSaid)
    }
  }

  @Test func `a column that is asked for need not be known to the model`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id,diagnosis,ward,w,p\na,strain,x,1,1\nb,tumour,y,2,1\n"
    ])
    let outcome = try await folder.dorsal(
      "evaluate", "cases.csv", "--by", "ward", "--weight", "w", "--patients", "p")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    let other = try await folder.dorsal("evaluate", "cases.csv", "--by", "ward")
    #expect(other.status == 65)
    #expect(other.errors.contains("unknown column \"w\""))
  }

  private static func file(_ column: String, _ values: [String]) -> String {
    "id,diagnosis,\(column)\n"
      + values.enumerated().map {
        "c\($0.offset),\($0.offset % 2 == 0 ? "strain" : "tumour"),\($0.element)\n"
      }
      .joined()
  }

  @Test(arguments: [
    (
      ["--weight", "w"], ["1", "-1"], 65,
      "cases.csv:3:1: \"-1\" in the column \"w\"; expected 0, or a number from 1e-12 to 1e12"
    ),
    (["--weight", "w"], ["1", "heavy"], 65, "cases.csv:3:1: \"heavy\""),
    (["--weight", "w"], ["", "1"], 65, "cases.csv:2:1: no weight in the column \"w\""),
    (["--weight", "w"], ["nan", "1"], 65, "cases.csv:2:1: no weight"),
    (["--weight", "w"], ["inf", "1"], 65, "\"inf\""),
    (["--weight", "w"], ["1e300", "1"], 65, "\"1e300\""),
    (["--weight", "w"], ["0", "0.0"], 65, "every weight of the column \"w\" is 0"),
    (["--weight", "v"], ["1", "1"], 65, "cases.csv:1:1: no column \"v\""),
    (["--by", "ww"], ["1", "1"], 65, "no column \"ww\""),
    (["--by", "sing"], ["1", "1"], 65, "no column \"sing\"; did you mean \"sign\"?"),
    (["--patients", "v"], ["1", "1"], 65, "no column \"v\""),
    (
      ["--by", "w"], (0..<51).map { "\($0)" }, 65,
      "the column \"w\" has more than 50 values, the first \"0\", \"1\", \"2\""
    ),
    (["--by", "w"], (0..<5000).map { "x\($0)" }, 65, "the column \"w\" has more than 50 values"),
    (["--by", "w,"], ["1", "1"], 64, "--by: a name is empty"),
    (["--weight", ""], ["1", "1"], 64, "--weight: the column has an empty name"),
    (["--visits", "--patients", "w"], ["1", "1"], 64, "--visits and --patients both"),
  ])
  func `columns that are not what they are asked for as are refused`(
    arguments: [String], values: [String], status: Int32, words: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file("w", values)])
    let outcome = try await folder.start(
      ["evaluate", "cases.csv", "--ignore-unknown-columns", "--report", "page.html"] + arguments
    ).outcome()
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test func `of many faults of rows the first are told and the others counted`() async throws {
    let values = [String](repeating: "", count: 25)
    let folder = try WorkingFolder(["cases.csv": Self.file("w", values)])
    let outcome = try await folder.dorsal("evaluate", "cases.csv", "--weight", "w")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("cases.csv:11:1: no weight in the column \"w\""))
    #expect(!outcome.errors.contains("cases.csv:12:"))
    #expect(outcome.errors.contains("\ncases.csv: and 15 more faults\n"))
  }

  @Test func `fifty values are subgroups`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": Self.file("w", (0..<100).map { "v\($0 % 50)" })
    ])
    let object = try await Self.evaluate(folder, "--by", "w", "--bootstrap", "0")
    #expect((object["subgroups"] as? [[String: Any]])?.count == 50)
  }

  @Test func `a column that stands twice is refused`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,diagnosis,w,w\na,strain,1,2\n"])
    let outcome = try await folder.dorsal(
      "evaluate", "cases.csv", "--weight", "w", "--ignore-unknown-columns")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("cases.csv:1:16: the column \"w\" stands twice"))
  }

  @Test func `NDJSON has no columns of its own, and findings all the same`() async throws {
    let folder = try WorkingFolder([
      "cases.jsonl": #"{"id": "a", "diagnosis": "strain", "findings": {"sign": "present"}}"# + "\n"
    ])
    let refused = try await folder.dorsal("evaluate", "cases.jsonl", "--by", "ward")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("\"ward\" is no finding"))
    let taken = try await folder.dorsal("evaluate", "cases.jsonl", "--by", "sign")
    #expect(taken.status == 0)
  }

  @Test func `rules are told where they are asked for`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let object = try await Self.evaluate(folder, "--rules", "--ignore-unknown-columns")
    let rules = try #require(object["rules"] as? [[String: Any]])
    #expect(rules.map { $0["rule"] as? String } == [nil, "sign"])
    // a and e have the sign; a is a tumour that nothing else makes urgent.
    #expect((rules[1]["holds"] as? [String: Any])?["value"] as? Double == 2.0 / 6)
    #expect(rules[1]["decides"] as? Int == 2)
    let without = try #require(rules[1]["without"] as? [[String: Any]])
    #expect(without[0]["a"] as? Double == 0.5 && without[0]["b"] as? Double == 0)
    #expect(try await Self.evaluate(folder, "--ignore-unknown-columns")["rules"] is NSNull)
    let text = try await folder.dorsal(
      "evaluate", "cases.csv", "--rules", "--ignore-unknown-columns", "--report", "page.html")
    #expect(text.output.contains("red flags: what each does"))
    #expect(try folder.read("page.html").contains("<h2>Red flags</h2>"))
  }

  @Test func `plain sentences stand before the figures`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "evaluate", "cases.csv", "--ignore-unknown-columns", "--report", "page.html")
    #expect(
      outcome.lines[0] == "In 75.0% of 4 cases the diagnosis is first, in 100.0% among the first 3."
    )
    #expect(outcome.lines[1].hasPrefix("Of 2 emergencies 50.0% are given urgent or emergency"))
    #expect(
      outcome.lines[3]
        == "4 cases are few: the intervals are wide, and figures of single causes say little.")
    let page = try folder.read("page.html")
    #expect(page.contains(outcome.lines[0]))
    let nothing = try WorkingFolder(["cases.csv": "id,diagnosis\na,unlisted\n"])
    let outside = try await nothing.dorsal("evaluate", "cases.csv")
    #expect(outside.status == 0)
    #expect(outside.lines[0].hasPrefix("No case has a diagnosis that the model has"))
  }
}
