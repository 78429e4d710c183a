import Foundation
import Testing

/// Quotes and line ends as RFC 4180 has them, and files that break its rules.
@Suite struct QuotingTests {
  private static let plain = """
    id,setting,sign,age,site
    a,primary_care,present,17,back
    b,,,,
    c,emergency,absent,50.5,leg

    """

  /// The same file written in other ways.
  static let ways: [(name: String, write: @Sendable (String) -> String)] = [
    ("CRLF", { $0.replacingOccurrences(of: "\n", with: "\r\n") }),
    ("byte-order mark", { "\u{FEFF}" + $0 }),
    ("no last line end", { String($0.dropLast()) }),
    ("quotes", quoted),
    ("quotes without last line end", { String(quoted($0).dropLast()) }),
    ("all", { "\u{FEFF}" + quoted($0).replacingOccurrences(of: "\n", with: "\r\n") }),
  ]

  @Sendable private static func quoted(_ text: String) -> String {
    text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { "\"\($0)\"" }
        .joined(separator: ",") + "\n"
    }.joined()
  }

  @Test(arguments: ways.indices)
  func `a file gets the same answers however it is written`(way: Int) async throws {
    let text = Self.ways[way].write(Self.plain)
    #expect(text != Self.plain)
    let folder = try WorkingFolder(["plain.csv": Self.plain, "other.csv": text])
    let plain = try await folder.dorsal("score", "plain.csv")
    let other = try await folder.dorsal("score", "other.csv")
    #expect(plain.lines.count == 4)
    #expect(plain.status == 0)
    #expect(other.status == 0)
    #expect(other.output == plain.output)
  }

  @Test func `quotes and commas in an id come out as they went in`() async throws {
    let ids = ["say \"no\"", "a,b", "\"", " x ", "'"]
    let rows = ids.map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\",present\n" }
    let folder = try WorkingFolder(["cases.csv": "id,sign\n" + rows.joined()])
    let scored = try await folder.score("cases.csv", "--all")
    #expect(scored.outcome.status == 0)
    #expect(scored.ids.map { Array($0.utf8) } == ids.map { Array($0.utf8) })
    #expect(scored.rows.allSatisfy { $0.count == scored.header.count })
    let json = try await folder.dorsal("score", "cases.csv", "--format", "jsonl")
    let jsonIDs = try json.lines.map { line in
      try #require(try JSON.object(line)["id"] as? String)
    }
    #expect(jsonIDs.map { Array($0.utf8) } == ids.map { Array($0.utf8) })
  }

  @Test func `line numbers count the lines inside quotes`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "note,id,sign\n\"a\nb\nc\",x,present\n,d,presnt\n"
    ])
    let scored = try await folder.score("cases.csv", "--ignore-unknown-columns")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["x"])
    #expect(scored.rejects.map { $0[...1] } == [["5", "4"]])
  }

  /// Two quotes that belong to nothing: by RFC 4180 they make one cell of the rows between.
  @Test(arguments: [
    // In the first and the last column that is read.
    ("id,sign,age\n\"a,present,20\nb,,30\nc\",absent,40\nd,,50\n", "", ["b", "d"], ["2", "4"]),
    ("id,sign,age\na,present,\"20\nb,,30\nc,absent,40\"\nd,,50\n", "", ["b", "d"], ["2", "4"]),
    // In a column that nobody reads, where a text may go over lines.
    (
      "id,note,age\na,\"bad,20\nb,x\",30\nc,\"two\nlines, and so on\",40\nd,,50\n",
      "--ignore-unknown-columns", ["c", "d"], ["2", "3"]
    ),
    // With other columns in the rows between, so that the cells do not add up.
    ("id,sign\n\"a,present\nb\",present,\"x\"\nc,absent\n", "", ["c"], ["2", "3"]),
  ])
  func `a stray quote swallows no patients`(
    text: String, option: String, read: [String], rejected: [String]
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": text])
    let options = option.isEmpty ? [] : [option]
    let outcome = try await folder.start(
      ["score", "cases.csv", "--rejects", "rejects.csv"] + options
    ).outcome()
    #expect(outcome.status == (read.isEmpty ? 65 : 3))
    #expect(PlainCSV.rows(outcome.output).dropFirst().map(\.[0]) == read)
    let rejects = PlainCSV.rows(try folder.read("rejects.csv")).dropFirst()
    #expect(rejects.map(\.[0]) == rejected)
    #expect(rejects.first?.last?.contains("is a quote missing?") == true)
    // Every patient is accounted for.
    let lines = text.split(separator: "\n").count { $0.contains(",") } - 1
    #expect(read.count + rejected.count == lines - (option.isEmpty ? 0 : 1))
    let checked = try await folder.start(["validate", "cases.csv"] + options).outcome()
    #expect(checked.status == (read.isEmpty ? 65 : 3))
    let (cases, rows) = (
      read.count == 1 ? "1 case" : "\(read.count) cases",
      rejected.count == 1 ? "1 row" : "\(rejected.count) rows"
    )
    #expect(checked.output.contains("\(cases) can be read, \(rows) cannot"))
  }

  @Test func `a stray quote swallows no row of a table, a diary or a header`() async throws {
    let folder = try WorkingFolder([
      "table.csv": "id,diagnosis,sign\n\"a,x,yes\nb\",y,no\nc,x,no\nd,y,yes\n",
      "diary.csv":
        "patient,date,time,pain\n\"a,2026-01-01,08:00,3\nb\",2026-01-02,08:00,4\n",
      "header.csv": "id,\"note\na,x\nb,y\nc\",sign\nd,,present\n",
    ])
    let fit = try await folder.dorsal("fit", "table.csv", "--output", "local")
    #expect(fit.status == 65)
    #expect(fit.errors.contains("table.csv:2:1: the quoted cell goes over lines 2 to 3"))
    let diary = try await folder.dorsal("diary", "diary.csv")
    #expect(diary.status == 65)
    #expect(diary.errors.contains("diary.csv:2:1: the quoted cell goes over several lines"))
    let header = try await folder.dorsal("score", "header.csv", "--ignore-unknown-columns")
    #expect(header.status == 65)
    #expect(header.errors.contains("header.csv:1:1: the header goes over several lines"))
  }

  @Test(arguments: [
    ("b,\"present", "3:3", "a quote is opened here"),
    ("\"b,present", "3:1", "a quote is opened here"),
    ("b,pre\"sent", "3:6", "a quote inside a cell"),
    ("b,\"present\"x", "3:12", "text after the closing quote"),
    ("b,\"pre\"sent\"", "3:8", "text after the closing quote"),
    ("b,\"present\" ", "3:12", "text after the closing quote"),
  ])
  func `a row with a wrong quote is rejected and the rows behind it are scored`(
    row: String, place: String, words: String
  ) async throws {
    // Behind it stand rows with quotes of their own, or without.
    for behind in ["c,absent\nd,present\n", "c,\"absent\"\n\"d\",present\n"] {
      let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n\(row)\n\(behind)"])
      let outcome = try await folder.dorsal("score", "cases.csv")
      #expect(outcome.status == 3)
      #expect(PlainCSV.rows(outcome.output).dropFirst().map(\.[0]) == ["a", "c", "d"])
      #expect(outcome.errors.contains("cases.csv:\(place): "))
      #expect(outcome.errors.contains(words))
      #expect(outcome.errors.contains("1 of 4 rows rejected, 3 scored"))
    }
  }

  @Test func `an unclosed quote does not swallow a long file`() async throws {
    // More than fits into any block, and more than the longest record allowed.
    let folder = try WorkingFolder()
    _ = try await folder.shell(
      """
      awk 'BEGIN { print "id,sign"; print "bad,\\"present"
        for (i = 1; i <= 1200000; i++) print i ",present" }' > cases.csv
      """)
    let outcome = try await folder.shell(
      "\"$DORSAL\" score cases.csv --top 1 > answers.csv; status=$?; wc -l < answers.csv; "
        + "tail -n 1 answers.csv; exit $status")
    #expect(outcome.status == 3)
    try #require(outcome.lines.count == 2)
    #expect(outcome.lines[0] == "1200001")
    #expect(outcome.lines[1].hasPrefix("1200000,primary_care,"))
    #expect(outcome.lines[1].hasSuffix(",1,0.333,tumour,0.5"))
    #expect(outcome.errors.contains("cases.csv:2:"))
    #expect(outcome.errors.contains("1 of 1200001 rows rejected, 1200000 scored"))
  }
}
