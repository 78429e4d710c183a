import Foundation
import Testing

/// `--prior-weight` and `--misfit`, as the tool answers to them.
@Suite struct PriorWeightTests {
  private static let file = "id,setting,sign,age,site\nnothing,,,,\nsign,,present,,\n"

  /// The priors 1/2, 1/4 and 1/4 of `SmallModel`, by their square roots √2 : 1 : 1.
  @Test func `score raises the priors to the power and says so`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file])
    let scored = try await folder.score("cases.csv", "--all", "--prior-weight", "0.5")
    #expect(scored.outcome.status == 0)
    let sum = 2.0.squareRoot() + 2
    for (cause, root) in [("strain", 2.0.squareRoot()), ("tumour", 1), ("unlisted", 1)] {
      #expect(isNear(scored.number(cause, of: "nothing"), root / sum, within: printedProbability))
    }
    #expect(scored.header.last == "prior_weight")
    #expect(scored.cell("prior_weight", of: "sign") == "0.5")
  }

  @Test func `ranked answers end with the weight on every row`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file])
    let scored = try await folder.score("cases.csv", "--prior-weight", "0")
    #expect(scored.outcome.status == 0)
    #expect(scored.header.last == "prior_weight")
    #expect(scored.rows.allSatisfy { $0.count == scored.header.count && $0.last == "0" })
  }

  @Test(arguments: ["1.5", "-0.1", "nan", "much"])
  func `a weight outside 0 to 1 is refused`(weight: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file])
    let scored = try await folder.score("cases.csv", "--prior-weight=\(weight)")
    #expect(scored.outcome.status == 64)
    #expect(scored.outcome.errors.contains("--prior-weight"))
    #expect(scored.outcome.output.isEmpty)
  }

  private static let labelled =
    "id,diagnosis,sign,age,site\na,strain,absent,,back\n"
    + (1...20).map { "s\($0),strain,absent,3\($0 % 10),back\nt\($0),tumour,present,60,chest\n" }
    .joined()
  private static let diary = "patient,date,time,pain\np,2026-01-01,08:00,5\n"

  /// Every verb that takes the option, in each of its formats.
  private static let commands = [
    "score cases.csv", "score cases.csv --all", "score cases.csv --format jsonl",
    "score cases.csv --format arrow", "explain cases.csv --id a", "explain cases.csv --id a --json",
    "explain cases.csv --id a --html answer", "suggest cases.csv", "suggest cases.csv --json",
    "suggest cases.csv --id a", "suggest cases.csv --id a --json", "evaluate cases.csv",
    "evaluate cases.csv --json", "evaluate cases.csv --report answer", "diary diary.csv --weekly",
    "diary diary.csv --weekly --json", "calibrate cases.csv --force --folds 2",
    "compare Models/back-pain Models/back-pain cases.csv",
    "compare Models/back-pain Models/back-pain cases.csv --json",
  ]

  /// 0.6875 stands in none of these answers of itself and is exact in binary.
  @Test(arguments: commands)
  func `every verb that scores shows the weight, and none where it is 1`(
    command: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.labelled, "diary.csv": Self.diary])
    let words = command.split(separator: " ").map(String.init)
    let option = words[0] == "compare" ? "--prior-weight-b" : "--prior-weight"
    func answer(_ weight: String) async throws -> String {
      let outcome = try await folder.start(words + [option, weight]).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      return words.last == "answer" ? try folder.read("answer") : outcome.output
    }
    let (weighed, full) = (try await answer("0.6875"), try await answer("1"))
    // Columns of Arrow are binary, but the model stands in the schema as JSON.
    let names = ["prior_weight", "prior weight"]
    #expect(names.contains { weighed.contains($0) } && weighed.contains("0.6875"))
    #expect(!full.contains("0.6875"))
  }

  @Test(arguments: [
    "score cases.csv", "explain cases.csv --id a", "suggest cases.csv", "evaluate cases.csv",
    "diary diary.csv --weekly", "calibrate cases.csv", "ask",
  ])
  func `every verb refuses a weight outside 0 to 1`(command: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.labelled, "diary.csv": Self.diary])
    for weight in ["1.5", "-0.1", "nan"] {
      let words = command.split(separator: " ").map(String.init)
      let outcome = try await folder.start(words + ["--prior-weight=\(weight)"]).outcome()
      #expect(outcome.status == 64, "\(weight)")
      #expect(outcome.errors.contains("--prior-weight"))
      #expect(outcome.output.isEmpty)
    }
  }

  /// The cells of every row stand under their names.
  @Test func `rows of suggest end with the weight`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.labelled])
    let outcome = try await folder.dorsal(
      "suggest", "cases.csv", "--top", "2", "--prior-weight", "0.6875")
    let rows = PlainCSV.rows(outcome.output)
    #expect(rows.count == 42)
    #expect(rows[0].last == "prior_weight")
    #expect(rows.dropFirst().allSatisfy { $0.count == rows[0].count && $0.last == "0.6875" })
  }

  @Test func `misfit has two columns, empty where nothing is known`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file])
    let scored = try await folder.score("cases.csv", "--misfit")
    #expect(scored.outcome.status == 0)
    #expect(scored.header.suffix(2) == ["misfit", "misfit_share"])
    #expect(scored.cell("misfit", of: "nothing")?.isEmpty == true)
    let share = try #require(scored.number("misfit_share", of: "sign"))
    #expect(share > 0 && share <= 1)
  }
}
