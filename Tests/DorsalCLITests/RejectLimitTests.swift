import Testing

/// How a run ends in which rows were rejected.
@Suite struct RejectLimitTests {
  /// Four rows, one of which is rejected.
  private static let cases =
    "id,sign,diagnosis\na,present,tumour\nb,perhaps,strain\nc,absent,strain\nd,,unlisted\n"

  @Test(arguments: ["score", "validate", "evaluate", "suggest", "explain --id a"])
  func `rejected rows have a status of their own`(verb: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases, "none.csv": "id,sign\na,perhaps\n"])
    let words = verb.split(separator: " ").map(String.init)
    func status(_ file: String, _ options: String...) async throws -> Int32 {
      try await folder.start([words[0], file] + words.dropFirst() + options).outcome().status
    }
    #expect(try await status("cases.csv") == 3)
    #expect(try await status("none.csv") == 65)
    for limit in ["1", "2", "25%", "0.25", "100%"] {
      #expect(try await status("cases.csv", "--max-rejects", limit) == 0, "\(limit)")
    }
    for limit in ["0", "24.9%", "0.2"] {
      #expect(try await status("cases.csv", "--max-rejects", limit) == 65, "\(limit)")
    }
    for limit in ["-1", "many", "1.5", "101%", "%", ""] {
      #expect(try await status("cases.csv", "--max-rejects=" + limit) == 64, "\(limit)")
    }
    // A limit does not make a file without a case that can be read a good one.
    #expect(try await status("none.csv", "--max-rejects", "5") == 65)
  }

  @Test func `with too many rejected rows no output is kept but the reasons are`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases, "out.csv": "old\n"])
    let refused = try await folder.dorsal(
      "score", "cases.csv", "--output", "out.csv", "--rejects", "why.csv", "--max-rejects", "0")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("1 of 4 rows rejected, more than --max-rejects 0"))
    #expect(try folder.read("out.csv") == "old\n")
    #expect(try folder.read("why.csv").contains("3,3,b,sign,perhaps,"))
    let kept = try await folder.dorsal(
      "score", "cases.csv", "--output", "out.csv", "--rejects", "why.csv", "--max-rejects", "1")
    #expect(kept.status == 0)
    #expect(PlainCSV.rows(try folder.read("out.csv")).map(\.[0]) == ["id", "a", "c", "d"])
    #expect(kept.errors.contains("1 of 4 rows rejected, 3 scored"))
  }
}
