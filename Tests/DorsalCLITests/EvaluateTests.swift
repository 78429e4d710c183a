import Foundation
import Testing

/// `dorsal evaluate`: rankings and probabilities against diagnoses.
@Suite struct EvaluateTests {
  /// By hand, strain, tumour, unlisted: a 1/3, 1/2, 1/6; b 2/3, 1/6, 1/6; c 1/2, 1/4, 1/4.
  private static let cases = """
    id,diagnosis,sign,site
    a,tumour,present,
    b,strain,,leg
    c,tumour,,
    d,unlisted,,
    e,,present,

    """

  private static func measures(_ object: [String: Any]) throws -> [String: [String: Any]] {
    let list = try #require(object["measures"] as? [[String: Any]])
    return Dictionary(
      list.compactMap { measure in (measure["name"] as? String).map { ($0, measure) } },
      uniquingKeysWith: { first, _ in first })
  }

  @Test func `figures are what the posteriors give by hand`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal("evaluate", "cases.csv", "--json")
    #expect(outcome.status == 0)
    let object = try JSON.object(outcome.output)
    #expect(object["cases"] as? Int == 5)
    #expect(object["labelled"] as? Int == 4)
    #expect(object["covered"] as? Int == 3)
    let measures = try Self.measures(object)
    let expected: [(name: String, value: Double, cases: Int)] = [
      // The ranks of the diagnoses are 1, 1, 2.
      ("top_1", 2 / 3, 3), ("top_3", 1, 3), ("top_5", 1, 3),
      ("mean_reciprocal_rank", (1 + 1 + 0.5) / 3, 3),
      // Their probabilities are 1/2, 2/3, 1/4, with the product 1/12.
      ("log_loss", log(12) / 3, 3),
      ("brier", (7.0 / 18 + 1.0 / 6 + 7.0 / 8) / 3, 3),
      // Tumours are the emergencies; the case outside the model is led by strain.
      ("emergencies_top_3", 1, 2), ("unlisted_top_1", 0, 1),
    ]
    for (name, value, cases) in expected {
      let measure = try #require(measures[name])
      #expect(isNear(measure["value"] as? Double, value, within: 1e-6))
      #expect(measure["cases"] as? Int == cases)
      let lower = try #require(measure["lower"] as? Double)
      let upper = try #require(measure["upper"] as? Double)
      #expect(lower <= value + 1e-6 && value <= upper + 1e-6 && lower < upper)
    }
    // Of 27 samples of three cases one holds the best alone and one the worst: 3.7% each, so that
    // the percentiles are those.
    for (name, lower, upper) in [
      ("log_loss", log(1.5), log(4)), ("mean_reciprocal_rank", 0.5, 1.0),
    ] {
      #expect(isNear(measures[name]?["lower"] as? Double, lower, within: 1e-6))
      #expect(isNear(measures[name]?["upper"] as? Double, upper, within: 1e-6))
    }
    // Wilson's interval of 2 of 3, by his formula.
    let z = 1.959964
    let centre = (2.0 / 3 + z * z / 6) / (1 + z * z / 3)
    let half = z * sqrt(2.0 / 27 + z * z / 36) / (1 + z * z / 3)
    #expect(isNear(measures["top_1"]?["lower"] as? Double, centre - half, within: 1e-5))
    #expect(isNear(measures["top_1"]?["upper"] as? Double, centre + half, within: 1e-5))
  }

  @Test func `each diagnosis has its own figures`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal("evaluate", "cases.csv", "--json")
    let rows = try #require(try JSON.object(outcome.output)["causes"] as? [[String: Any]])
    #expect(rows.map { $0["cause"] as? String } == ["strain", "tumour"])
    #expect(rows.map { $0["cases"] as? Int } == [1, 2])
    #expect(rows.map { $0["top_1"] as? Int } == [1, 1])
    #expect(rows.map { $0["top_3"] as? Int } == [1, 2])
    // 2/3; and the mean of 1/2 and 1/4.
    #expect(isNear(rows[0]["mean_probability"] as? Double, 2.0 / 3, within: 1e-6))
    #expect(isNear(rows[1]["mean_probability"] as? Double, 3.0 / 8, within: 1e-6))
    #expect(isNear(rows[1]["mean_reciprocal_rank"] as? Double, 3.0 / 4, within: 1e-6))
  }

  @Test func `either of two diagnoses is right`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,diagnosis\na,tumour|strain\n"])
    let outcome = try await folder.dorsal("evaluate", "cases.csv", "--json")
    #expect(outcome.status == 0)
    let measures = try Self.measures(try JSON.object(outcome.output))
    #expect(measures["top_1"]?["value"] as? Double == 1)
    #expect(isNear(measures["log_loss"]?["value"] as? Double, log(4.0 / 3), within: 1e-6))
  }

  @Test func `the text has the figures in percent`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal("evaluate", "cases.csv")
    #expect(outcome.status == 0)
    #expect(outcome.lines.contains("5 cases, 4 with a diagnosis, 3 of them in the model"))
    let first = try #require(outcome.lines.first { $0.hasPrefix("diagnosis ranked first") })
    #expect(first.contains(" 66.7% "))
    // ln 12 / 3 is 0.8283.
    let loss = try #require(outcome.lines.first { $0.hasPrefix("log loss") })
    #expect(loss.contains(" 0.828 "))
  }

  @Test func `rejected rows are told and the others are evaluated`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases + "f,tumor,,\na,strain,,\n"])
    let outcome = try await folder.dorsal("evaluate", "cases.csv", "--json")
    #expect(outcome.status == 3)
    #expect(try JSON.object(outcome.output)["cases"] as? Int == 5)
    #expect(outcome.errors.contains("cases.csv:7:3: diagnosis \"tumor\""))
    #expect(outcome.errors.contains("cases.csv:8:1: id \"a\""))
    #expect(outcome.errors.contains("2 of 7 rows rejected"))
  }

  @Test(arguments: ["id,sign\na,present\n", "id,diagnosis\na,\n"])
  func `a file without diagnoses is bad data`(text: String) async throws {
    let folder = try WorkingFolder(["cases.csv": text])
    let outcome = try await folder.dorsal("evaluate", "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("no case has a diagnosis; expected a column \"diagnosis\""))
  }

  @Test func `the same seed gives the same intervals`() async throws {
    let arguments = [
      "evaluate", Repository.vignettes, "--json", "--model", Repository.model, "--bootstrap", "100",
    ]
    let folder = try WorkingFolder()
    let first = try await folder.start(arguments).outcome()
    let again = try await folder.start(arguments + ["--seed", "1"]).outcome()
    let other = try await folder.start(arguments + ["--seed", "2"]).outcome()
    #expect(first.status == 0)
    #expect(again.output == first.output)
    #expect(other.output != first.output)
    let values = try [first, other].map { outcome in
      try Self.measures(try JSON.object(outcome.output)).mapValues { $0["value"] as? Double }
    }
    #expect(values[0] == values[1])
  }
}
