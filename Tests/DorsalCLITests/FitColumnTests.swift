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
      "table.csv": Self.table("patient,seen,mrn,visit,side", rows: 20) { row in
        "Patient \(row),\(1 + row % 9).11.2026,\(700_100 + 37 * row),Visitor \(row / 2),"
          + (row % 3 == 0 ? "left" : "right")
      }
    ])
    let outcome = try await folder.dorsal("fit", "table.csv", "--output", "m")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("the column \"patient\" has another text in nearly every row"))
    #expect(outcome.errors.contains("the column \"seen\" has dates"))
    // What may be a finding is taken, and told with what leaves it out.
    for name in ["mrn", "visit"] {
      #expect(
        outcome.errors.split(separator: "\n").contains {
          $0.contains("the column \"\(name)\" ") && $0.contains("--ignore")
        }, "\(name)")
    }
    #expect(Set(try Self.findings(folder).keys) == ["setting", "mrn", "visit", "side"])
    // Neither as they stand nor as parts of ids, in no file that was written.
    let written = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/m")
    #expect(Set(written).isSuperset(of: ["model.json", "findings.csv", "likelihoods.csv"]))
    for name in written {
      let text = try folder.read("m/\(name)")
      #expect(!text.contains(/[Pp]atient[ _]?\d/), "\(name)")
      #expect(!text.contains(/\d[._]11[._]2026/), "\(name)")
    }
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
