import Foundation
import Testing

/// What `dorsal fit` makes of the columns of a table of which nothing is known before.
@Suite struct FitColumnTests {
  /// A table of so many rows, every other with the one and the other cause.
  private static func table(
    _ columns: String, rows: Int = 40, _ cells: (Int) -> String
  ) -> String {
    "id,diagnosis,\(columns)\n"
      + (0..<rows).map { "p\($0),\($0 % 2 == 0 ? "strain" : "fracture"),\(cells($0))\n" }.joined()
  }

  private static func findings(_ folder: WorkingFolder) throws -> [String: [String]] {
    Dictionary(
      PlainCSV.rows(try folder.read("m/findings.csv")).dropFirst().map { ($0[0], $0) }
    ) { first, _ in first }
  }

  /// One row in ten has a number above 0, and only fractures do.
  @Test func `a column whose numbers are mostly the least one is cut above it`() async throws {
    let folder = try WorkingFolder([
      "table.csv": Self.table("troponin,sex", rows: 200) { row in
        "\(row % 20 == 1 ? 20 + row : 0),\(row % 3 == 0 ? "m" : "f")"
      }
    ])
    let outcome = try await folder.dorsal("fit", "table.csv", "--output", "m", "--recoded", "r.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let troponin = try #require(try Self.findings(folder)["troponin"])
    #expect(troponin[2] == "number")
    // The least number above 0.
    #expect(troponin[4] == "21")
    #expect(troponin[5] == "below_21;21_and_above")
    let scored = try await folder.score("r.csv", "--model", "m")
    #expect(scored.cell("cause_1", of: "p21") == "fracture")
    // Where there are enough of the others, they are cut too: 84 of 500, into four of 21.
    let many = try WorkingFolder([
      "table.csv": Self.table("count,sex", rows: 500) { row in
        "\(row % 6 == 1 ? 1000 + row : 0),\(row % 3 == 0 ? "m" : "f")"
      }
    ])
    _ = try await many.dorsal("fit", "table.csv", "--output", "m")
    #expect(try Self.findings(many)["count"]?[4] == "1001;1127;1253;1379")
  }

  @Test func `0 and 1 are no and yes however they are written`() async throws {
    let folder = try WorkingFolder([
      "table.csv": Self.table("rash") { row in row % 8 == 1 ? "1.0" : row % 5 == 0 ? "" : "0.0" }
    ])
    let outcome = try await folder.dorsal("fit", "table.csv", "--output", "m", "--recoded", "r.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rash = try #require(try Self.findings(folder)["rash"])
    #expect(rash[2] == "binary")
    #expect(rash[5] == "absent;present")
    let recoded = PlainCSV.rows(try folder.read("r.csv"))
    #expect(recoded[2] == ["p1", "fracture", "present"])
    #expect(recoded[3] == ["p2", "strain", "absent"])
    #expect(recoded[1] == ["p0", "strain", ""])
  }

  @Test(arguments: ["NA", "n/a", "NULL", "NaN", "None", "?", ".", "-", "unknown", "Missing"])
  func `a word for unknown among numbers is no state`(word: String) async throws {
    let folder = try WorkingFolder([
      "table.csv": Self.table("age") { row in row == 5 ? word : "\(20 + row)" }
    ])
    let outcome = try await folder.dorsal("fit", "table.csv", "--output", "m")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("\"age\""))
    #expect(outcome.errors.contains("\"\(word)\""))
    #expect(outcome.errors.contains("--unknown"))
    #expect(try folder.names() == ["table.csv"])
    let named = try await folder.dorsal("fit", "table.csv", "--output", "m", "--unknown", word)
    #expect(named.status == 0, "\(named.errors)")
    #expect(try Self.findings(folder)["age"]?[2] == "number")
  }

  @Test func `a word for unknown is neither a state among words nor a cause`() async throws {
    let folder = try WorkingFolder([
      "words.csv": Self.table("side") { ["left", "right", "NA"][$0 % 3] },
      "causes.csv": Self.table("side") { $0 % 3 == 0 ? "left" : "right" }
        .replacing("p7,fracture", with: "p7,n/a"),
      "none.csv": Self.table("trauma") { ["none", "minor", "major"][$0 % 3] },
    ])
    let words = try await folder.dorsal("fit", "words.csv", "--output", "m")
    #expect(words.status == 65)
    #expect(words.errors.contains("the column \"side\" has the value \"NA\""))
    let causes = try await folder.dorsal("fit", "causes.csv", "--output", "m")
    #expect(causes.status == 65)
    #expect(causes.errors.contains("the column \"diagnosis\" has the value \"n/a\""))
    // Among words none is one of them.
    let none = try await folder.dorsal("fit", "none.csv", "--output", "m")
    #expect(none.status == 0, "\(none.errors)")
    #expect(try Self.findings(folder)["trauma"]?[5] == "major;minor;none")
  }

  @Test func `a decimal comma is told`() async throws {
    let folder = try WorkingFolder([
      "table.csv": Self.table("haemoglobin") { "\"\(12 + $0 % 3),\($0 % 10)\"" }
    ])
    let outcome = try await folder.dorsal("fit", "table.csv", "--output", "m")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("the column \"haemoglobin\" has numbers with a decimal comma"))
    #expect(outcome.errors.contains("expected a decimal point"))
  }

  @Test func `names and dates of patients stay out of the model`() async throws {
    let folder = try WorkingFolder([
      "table.csv": Self.table("patient,seen,mrn,chart,visit,side", rows: 20) { row in
        "Patient \(row),\(1 + row % 9).11.2026,\(row),\(700_100 + 37 * row),Visitor \(row / 2),"
          + (row % 3 == 0 ? "left" : "right")
      }
    ])
    let outcome = try await folder.dorsal("fit", "table.csv", "--output", "m")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("the column \"patient\" has another text in nearly every row"))
    #expect(outcome.errors.contains("the column \"seen\" has dates"))
    #expect(outcome.errors.contains("the column \"mrn\" names records, and was left out"))
    // What may be a finding is taken, and told with what leaves it out.
    #expect(outcome.errors.contains("to leave these out: --ignore chart,visit\n"))
    for name in ["chart", "visit"] {
      #expect(
        outcome.errors.split(separator: "\n").contains {
          $0.contains("the column \"\(name)\" ") && $0.contains("--ignore")
        }, "\(name)")
    }
    #expect(Set(try Self.findings(folder).keys) == ["setting", "chart", "visit", "side"])
    // Neither as they stand nor as parts of ids, in no file that was written.
    let written = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/m")
    #expect(Set(written).isSuperset(of: ["model.json", "findings.csv", "likelihoods.csv"]))
    for name in written {
      let text = try folder.read("m/\(name)")
      #expect(!text.contains(/[Pp]atient[ _]?\d/), "\(name)")
      #expect(!text.contains(/\d[._]11[._]2026/), "\(name)")
    }
  }

  /// Twenty patients come twice, so that numbers of their records are half as many as rows.
  @Test func `numbers and names of records are told where visits repeat`() async throws {
    let folder = try WorkingFolder([
      "table.csv": Self.table("chart,zip,physician,age,side") { row in
        "\(52_000 + 31 * (row / 2)),\(20_095 + row % 2),\(["A", "B"][row % 2]),\(30 + row / 2),"
          + (row % 3 == 0 ? "left" : "right")
      }
    ])
    let outcome = try await folder.dorsal("fit", "table.csv", "--output", "m", "--ignore", "side")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("the column \"chart\" has 20 different whole numbers in 40 rows"))
    for name in ["zip", "physician"] {
      #expect(outcome.errors.contains("the column \"\(name)\" became a finding, and its name is"))
    }
    #expect(!outcome.errors.contains("the column \"age\""))
    #expect(outcome.errors.contains("to leave these out: --ignore side,chart,zip,physician\n"))
    let without = try await folder.dorsal(
      "fit", "table.csv", "--output", "n", "--ignore", "side,chart,zip,physician")
    #expect(without.status == 0, "\(without.errors)")
    #expect(!without.errors.contains("--ignore"))
  }

  /// Every name that the shipped synonyms know as an id, and no other.
  @Test func `what synonyms know as an id is left out unless edges are given`() async throws {
    let synonyms = PlainCSV.rows(
      try String(contentsOfFile: Repository.model + "/synonyms.csv", encoding: .utf8))
    let names = synonyms.dropFirst().filter { $0[1] == "id" }.map { $0[0] }
    #expect(names.count > 10)
    let folder = try WorkingFolder([
      "table.csv": Self.table(names.joined(separator: ",") + ",Case ID,side") { row in
        names.map { _ in "\(row)" }.joined(separator: ",") + ",\(row),"
          + (row % 3 == 0 ? "left" : "right")
      }
    ])
    let outcome = try await folder.dorsal(
      "fit", "table.csv", "--output", "m", "--edges", "pid=7;9")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(Set(try Self.findings(folder).keys) == ["setting", "pid", "side"])
    for name in names + ["Case ID"] where name != "pid" {
      #expect(outcome.errors.contains("the column \"\(name)\" names records, and was left out"))
    }
  }

  @Test func `visits need a column that says whose they are`() async throws {
    let folder = try WorkingFolder([
      "table.csv": Self.table("side") { $0 % 3 == 0 ? "left" : "right" }
        .replacing("id,diagnosis", with: "mrn,diagnosis")
    ])
    let outcome = try await folder.dorsal("fit", "table.csv", "--output", "m", "--visits")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("table.csv: --visits needs a column \"id\""))
    #expect(outcome.errors.contains("the column \"mrn\" names records"))
    #expect(try folder.names() == ["table.csv"])
    #expect(try await folder.dorsal("fit", "table.csv", "--output", "m").status == 0)
  }

  /// The cell stands in the third column of the sixth row, which is line 7: `p5,fracture,`.
  @Test(arguments: [
    ("<3", "has numbers and the bound \"<3\""), (">= 100", "has numbers and the bound \">= 100\""),
    ("NA", "has numbers and the word \"NA\""),
  ])
  func `a cell that is no number is told with its place`(
    cell: String, words: String
  ) async throws {
    // More different numbers than are kept.
    for rows in [40, 600] {
      let folder = try WorkingFolder([
        "own.csv": Self.table("crp", rows: rows) { $0 == 5 ? cell : "\(20 + $0)" }
      ])
      let outcome = try await folder.dorsal("fit", "own.csv", "--output", "m")
      #expect(outcome.status == 65)
      #expect(
        outcome.errors.contains("own.csv:7:13: the column \"crp\" \(words)"), "\(outcome.errors)")
      #expect(outcome.errors.contains("--unknown"))
      let named = try await folder.dorsal("fit", "own.csv", "--output", "m", "--unknown", cell)
      #expect(named.status == 0, "\(named.errors)")
    }
  }

  @Test func `two words for one state are told, the second with its place`() async throws {
    let folder = try WorkingFolder([
      "own.csv": Self.table("side") { ["left", "right", "mid"][$0 % 3] }
        .replacing("p9,fracture,left", with: "p9,fracture,Left")
    ])
    let outcome = try await folder.dorsal("fit", "own.csv", "--output", "m")
    #expect(outcome.status == 65)
    // Capitals stand before small letters: of the two the second is the one of the first row.
    #expect(
      outcome.errors.contains(
        "own.csv:2:11: the column \"side\" has the values \"Left\" and \"left\", which would both be "
          + "the state \"left\""), "\(outcome.errors)")
  }

  @Test func `a table in another dialect gives the same model`() async throws {
    let table = Self.table("crp") { row in "\(row).5" }
    let folder = try WorkingFolder([
      "plain.csv": table,
      "semicolon.csv": table.replacing(",", with: ";").replacing(".5", with: ",5"),
      "tab.csv": table.replacing(",", with: "\t"), "returns.csv": table.replacing("\n", with: "\r"),
    ])
    #expect(try await folder.shell("gzip -c plain.csv > packed.csv").status == 0)
    let files = ["plain", "semicolon", "tab", "returns", "packed"]
    var models: Set<String> = []
    for name in files {
      let outcome = try await folder.dorsal("fit", "\(name).csv", "--output", name, "--name", "m")
      #expect(outcome.status == 0, "\(name) \(outcome.errors)")
      models.insert(
        try folder.read(name + "/findings.csv")
          + folder.read(name + "/likelihoods.csv").replacing(
            /local[a-z0-9_]*/, with: ""))
    }
    #expect(models.count == 1)
  }
}
