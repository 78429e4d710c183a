import Foundation
import Testing

/// `dorsal score --coexisting`.
@Suite struct CoexistingTests {
  /// In primary care strain 1/2, tumour 1/4, unlisted 1/4, and both 1/2 x 1/4 x 2 = 1/4, over
  /// their sum 5/4. The sign multiplies tumour by 3, and so both, where it is a noisy-or.
  @Test func `columns stand behind the others, with the numbers reckoned by hand`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,\nb,yes\n"])
    let scored = try await folder.score("cases.csv", "--coexisting", "--top", "2")
    #expect(scored.outcome.status == 0)
    #expect(
      scored.answerColumns == [
        "cause_1", "probability_1", "cause_2", "probability_2", "present_1",
        "present_probability_1", "present_2", "present_probability_2", "together_1",
        "together_probability_1", "left_out_at_most",
      ])
    #expect(scored.cell("present_1", of: "a") == "strain")
    #expect(scored.cell("present_2", of: "a") == "tumour")
    #expect(scored.cell("together_1", of: "a") == "strain+tumour")
    // Printed to six digits, of numbers that are off by less than 1e-6.
    let near = 2e-6
    for (column, expected) in [
      ("present_probability_1", 0.6), ("present_probability_2", 0.4),
      ("together_probability_1", 0.2), ("left_out_at_most", 0),
    ] {
      let number = try #require(scored.number(column, of: "a"))
      #expect(abs(number - expected) < near)
    }
    // 1/2, 3/4, 1/4, 3/4 over 9/4: tumour 2/3, strain 5/9, both 1/3.
    #expect(scored.cell("present_1", of: "b") == "tumour")
    for (column, expected) in [
      ("present_probability_1", 2.0 / 3), ("present_probability_2", 5.0 / 9),
      ("together_probability_1", 1.0 / 3),
    ] {
      let number = try #require(scored.number(column, of: "b"))
      #expect(abs(number - expected) < near)
    }
    let plain = try await folder.score("cases.csv", "--top", "2")
    #expect(plain.rows.map { Array($0) } == scored.rows.map { Array($0.prefix(10)) })
  }

  @Test func `with all causes each has a column`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"])
    let scored = try await folder.score("cases.csv", "--coexisting", "--all", "--groups")
    #expect(
      scored.header.suffix(6) == [
        "present_strain", "present_tumour", "present_unlisted", "together_1",
        "together_probability_1", "left_out_at_most",
      ])
    #expect(scored.rows.allSatisfy { $0.count == scored.header.count })
  }

  @Test func `JSON has the same in a member of its own`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,\nb,yes\n"])
    let csv = try await folder.score("cases.csv", "--coexisting")
    let json = try await folder.dorsal("score", "cases.csv", "--coexisting", "--format", "jsonl")
    #expect(json.status == 0)
    for line in json.lines {
      let object = try JSON.object(line)
      let id = try #require(object["id"] as? String)
      let coexisting = try #require(object["coexisting"] as? [String: Any])
      #expect(coexisting["up_to"] as? Int == 2)
      let present = try #require(coexisting["present"] as? [[String: Any]])
      #expect(present.count == 3)
      for (place, cause) in present.enumerated() {
        #expect(cause["cause"] as? String == csv.cell("present_\(place + 1)", of: id))
        #expect(
          cause["probability"] as? Double
            == csv.number("present_probability_\(place + 1)", of: id))
      }
      let together = try #require(coexisting["together"] as? [[String: Any]])
      #expect(together.map { $0["causes"] as? [String] } == [["strain", "tumour"]])
      #expect(
        together.first?["probability"] as? Double == csv.number("together_probability_1", of: id))
      #expect(
        coexisting["left_out_at_most"] as? Double == csv.number("left_out_at_most", of: id))
    }
  }

  @Test func `triples are in the shipped model's answer with up to three`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,age,site\na,70,low_back\n"])
    let two = try await folder.score(
      "cases.csv", "--coexisting", "--model", Repository.model, "--top", "1")
    let three = try await folder.score(
      "cases.csv", "--coexisting", "--up-to", "3", "--model", Repository.model, "--top", "1")
    let bounds = [two, three].compactMap { $0.number("left_out_at_most", of: "a") }
    try #require(bounds.count == 2)
    #expect(bounds[1] < bounds[0])
    #expect(three.header == two.header)
  }

  @Test(arguments: [["--coexisting", "--up-to", "4"], ["--coexisting", "--up-to", "1"]])
  func `other numbers of causes are an error of usage`(arguments: [String]) async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"])
    let outcome = try await folder.start(["score", "cases.csv"] + arguments).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("expected 2 or 3"))
  }

  @Test func `up-to alone is an error of usage`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"])
    let outcome = try await folder.dorsal("score", "cases.csv", "--up-to", "3")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--up-to needs --coexisting"))
  }

  @Test func `a cause is shown with those it comes with`() async throws {
    let folder = try WorkingFolder()
    let shown = try await folder.dorsal("model", "show", "tumour")
    #expect(shown.status == 0)
    #expect(shown.lines.contains("with strain, odds times 2 (assumed)"))
  }

  @Test func `a bad association is told with its place, and nothing is scored`() async throws {
    var model = SmallModel()
    model.files["associations.csv"] = """
      cause,other_cause,odds_multiplier,basis,source,note
      strain,tumor,2,assumed,,
      strain,tumour,9,assumed,,

      """
    let folder = try WorkingFolder(["cases.csv": "id\na\n"], model: model)
    let outcome = try await folder.dorsal("score", "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    let file = SmallModel.folder + "/associations.csv"
    #expect(outcome.errors.contains("\(file):2:8: unknown cause \"tumor\""))
    #expect(
      outcome.errors.contains(
        "\(file):3:15: makes the prior of strain with tumour in primary_care "
          + "0.5 x 0.25 x 9 = 1.125; expected at most 1"))
  }
}
