import Foundation
import Testing

/// `dorsal suggest`: what to find out next.
///
/// In the small model, with nothing known in primary care (strain 1/2, tumour 1/4, unlisted
/// 1/4), the sign is present with 1/4 · 3/4 + 3/4 · 1/4 = 3/8. Its information is the entropy of
/// that less the one that is left when the cause is known, which is that of 1/4 for every cause.
@Suite struct SuggestTests {
  private static let cases = "id,sign,age,site\na,,,\nb,present,30,leg\n"
  private static let informationOfSign = entropy(3.0 / 8) - entropy(1.0 / 4)

  private static func entropy(_ p: Double) -> Double { -p * log2(p) - (1 - p) * log2(1 - p) }

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `JSON has the fields of a suggestion and a reason to stop`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal("suggest", "cases.csv", "--id", "a", "--json")
    #expect(outcome.status == 0)
    let answer = try Self.object(outcome.output)
    let suggestions = try #require(answer["suggestions"] as? [[String: Any]])
    #expect(Set(suggestions.compactMap { $0["finding"] as? String }) == ["sign", "age", "site"])
    let sign = try #require(suggestions.first { $0["finding"] as? String == "sign" })
    let bits = try #require(sign["information_bits"] as? Double)
    // A posterior in Float.
    #expect(abs(bits - Self.informationOfSign) < 1e-6)
    // Losses do not depend on the cause, so no answer changes the action; the rule makes the
    // case urgent when the sign is present.
    #expect(sign["value"] as? Double == 0)
    #expect(sign["value_per_cost"] is NSNull)
    #expect(abs((sign["chance_of_change"] as? Double ?? .nan) - 3.0 / 8) < 1e-6)
    #expect((sign["reason"] as? String)?.hasPrefix("present (37.5%) would") == true)
    let stop = try #require(answer["should_stop"] as? [String: Any])
    #expect(stop["value"] as? Bool == true)
    #expect((stop["reason"] as? String)?.isEmpty == false)
  }

  @Test func `a case with everything known has no suggestions`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal("suggest", "cases.csv", "--id", "b", "--json")
    let answer = try Self.object(outcome.output)
    #expect((answer["suggestions"] as? [Any])?.isEmpty == true)
    let stop = try #require(answer["should_stop"] as? [String: Any])
    #expect(stop["reason"] as? String == "every finding is known")
  }

  @Test func `a whole file gives a row a case in its order, as each case alone`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "suggest", "cases.csv", "--top", "2", "--by", "information")
    #expect(outcome.status == 0)
    let rows = PlainCSV.rows(outcome.output)
    #expect(
      rows[0] == [
        "id", "setting", "findings_known", "should_stop", "finding_1", "information_bits_1",
        "value_1", "value_per_cost_1", "chance_of_change_1", "finding_2", "information_bits_2",
        "value_2", "value_per_cost_2", "chance_of_change_2",
      ])
    #expect(rows.dropFirst().map(\.[0]) == ["a", "b"])
    #expect(rows[2] == ["b", "primary_care", "3", "true"] + Array(repeating: "", count: 10))
    let lines = try await folder.dorsal("suggest", "cases.csv", "--json", "--by", "information")
    #expect(lines.lines.count == 2)
    let alone = try await folder.dorsal(
      "suggest", "cases.csv", "--id", "a", "--json", "--by", "information")
    let (first, other) = (try Self.object(lines.lines[0]), try Self.object(alone.output))
    #expect(first as NSDictionary == other as NSDictionary)
    let names = (first["suggestions"] as? [[String: Any]])?.compactMap { $0["finding"] as? String }
    #expect(rows[1][4] == names?[0])
    #expect(rows[1][9] == names?[1])
  }

  @Test func `only limits the sections and knows their names`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "suggest", "cases.csv", "--id", "a", "--only", "history", "--json")
    let suggestions = try Self.object(outcome.output)["suggestions"] as? [[String: Any]]
    #expect(suggestions?.compactMap { $0["finding"] as? String } == ["age"])
    let wrong = try await folder.dorsal("suggest", "cases.csv", "--id", "a", "--only", "past")
    #expect(wrong.status == 64)
    #expect(
      wrong.errors.contains(
        "unknown section \"past\"; expected one of examination, history, pain"))
  }

  @Test func `bad input ends like that of other verbs`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,\nb,maybe\n"])
    let missing = try await folder.dorsal("suggest", "cases.csv", "--id", "c")
    #expect(missing.status == 65)
    let rejected = try await folder.dorsal("suggest", "cases.csv")
    #expect(rejected.status == 65)
    #expect(rejected.errors.contains("cases.csv:3:3:"))
    #expect(PlainCSV.rows(rejected.output).map(\.[0]) == ["id", "a"])
    let both = try await folder.dorsal("suggest", "cases.csv", "--json", "--format", "csv")
    #expect(both.status == 64)
  }

  /// By hand: the sign and its absence leave 1/2 and 1/10 to the tumour and 1/4, 3/10 to unlisted.
  @Test func `score tells what the unknown could change`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign,age,site\na,,30,leg\nb,present,30,leg\n"])
    let scored = try await folder.score("cases.csv", "--robustness", "--top", "1")
    #expect(scored.outcome.status == 0)
    #expect(
      Array(scored.header.suffix(6)) == [
        "could_lead", "leader_lowest", "leader_highest", "highest_urgency", "fewest_to_overturn",
        "robustness_method",
      ])
    // Known: strain 1/2 · 2, tumour 1/4 · 1/4, unlisted 1/4. The sign multiplies the tumour by
    // 3 or 1/3: strain has 1 of 1.4375 at the least and 1 of 1.2708 at the most.
    #expect(scored.cell("could_lead", of: "a") == "strain")
    let lowest = try #require(scored.number("leader_lowest", of: "a"))
    let highest = try #require(scored.number("leader_highest", of: "a"))
    // Six digits are written.
    #expect(abs(lowest - 1 / (1 + 0.1875 + 0.25)) < 1e-6)
    #expect(abs(highest - 1 / (1 + 0.0625 / 3 + 0.25)) < 1e-6)
    #expect(scored.cell("fewest_to_overturn", of: "a") == "")
    #expect(scored.cell("highest_urgency", of: "a") == "urgent")
    #expect(scored.cell("robustness_method", of: "a") == "exact")
    #expect(scored.cell("leader_lowest", of: "b") == scored.cell("leader_highest", of: "b"))
    let json = try await folder.dorsal("score", "cases.csv", "--robustness", "--format", "jsonl")
    let first = try Self.object(json.lines[0])
    let robustness = try #require(first["robustness"] as? [String: Any])
    #expect(robustness["method"] as? String == "exact")
  }

  @Test func `explain tells it as text, JSON and a page`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let text = try await folder.dorsal("explain", "cases.csv", "--id", "a")
    #expect(text.output.contains("what Strain rests on:"))
    #expect(text.output.contains("what the 3 unknown findings could change:"))
    let json = try await folder.dorsal("explain", "cases.csv", "--id", "a", "--json")
    let answer = try Self.object(json.output)
    let quality = try #require(answer["evidence_quality"] as? [String: Any])
    // Nothing is known but the prior, whose odds are 1, so there are no decibans to share.
    #expect(quality["cause"] as? String == "strain")
    #expect(answer["robustness"] is [String: Any])
    let ranking = try #require(answer["expected_ranking"] as? [String: Any])
    #expect((ranking["findings"] as? [String])?.count == 3)
    let page = try await folder.dorsal("explain", "cases.csv", "--id", "a", "--html", "a.html")
    #expect(page.status == 0)
    let html = try folder.read("a.html")
    #expect(html.contains("<h2>What the unknown could change</h2>"))
    #expect(html.contains("<h2>What the leading cause rests on</h2>"))
  }
}
