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
