import Foundation
import Testing

/// The answers of `dorsal score` as JSON, one object a line.
@Suite struct ScoreJSONTests {
  private static let cases =
    "id,setting,sign,age,site\na,,present,,leg\n\"b \"\"\u{E9}\"\"\",emergency,,,\nc,,,20,\n"

  @Test func `every line is an object with the numbers of the CSV`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let csv = try await folder.score("cases.csv")
    let all = try await folder.score("cases.csv", "--all")
    let json = try await folder.dorsal("score", "cases.csv", "--format", "jsonl", "--all")
    #expect(json.status == 0)
    #expect(json.lines.count == 3)
    #expect(csv.rows.count == 3)
    for (line, row) in zip(json.lines, csv.rows) {
      let object = try JSON.object(line)
      #expect(object["id"] as? String == row[0])
      #expect(object["setting"] as? String == row[1])
      #expect(
        object["findings_known"] as? Int
          == csv.cell("findings_known", of: row[0]).flatMap { Int($0) })
      let ranking = try #require(object["ranking"] as? [[String: Any]])
      let answer = csv.answer(row)
      try #require(answer.count == 6)
      #expect(ranking.map { $0["cause"] as? String } == [answer[0], answer[2], answer[4]])
      let printed = [answer[1], answer[3], answer[5]].map(Double.init)
      #expect(ranking.map { $0["probability"] as? Double } == printed)
      let posteriors = try #require(object["posteriors"] as? [String: Double])
      #expect(Set(posteriors.keys) == ["strain", "tumour", "unlisted"])
      for (cause, probability) in posteriors {
        #expect(all.number(cause, of: row[0]) == probability)
      }
      let disclaimer = try #require(object["disclaimer"] as? String)
      #expect(disclaimer.contains("does not diagnose"))
    }
  }

  @Test func `top limits the ranking`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal("score", "cases.csv", "--format", "jsonl", "--top", "2")
    #expect(outcome.status == 0)
    let ranking = try #require(try JSON.object(outcome.lines[0])["ranking"] as? [[String: Any]])
    // By hand 1/2, 3/8, 1/8.
    #expect(ranking.map { $0["cause"] as? String } == ["strain", "tumour"])
    #expect(try JSON.object(outcome.lines[0])["posteriors"] == nil)
  }

  @Test(arguments: [SmallModel.folder, Repository.model])
  func `the model is named by its card and the checksum of its files`(model: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"])
    let sum = try await folder.shell(
      "cd \"\(model)\" && cat \(SmallModel.fileNames.joined(separator: " ")) | sha256sum")
    let digest = try #require(sum.output.split(separator: " ").first)
    #expect(digest.count == 64)
    let card = try await folder.shell("cat \"\(model)/model.json\"")
    let outcome = try await folder.dorsal(
      "score", "cases.csv", "--format", "jsonl", "--model", model)
    #expect(outcome.status == 0)
    let named = try #require(try JSON.object(outcome.output)["model"] as? [String: Any])
    #expect(named["name"] as? String == (try JSON.object(card.output)["name"] as? String))
    #expect(named["version"] as? String == (try JSON.object(card.output)["version"] as? String))
    #expect(named["prior_weight"] as? Double == 1)
    #expect(named["checksum"] as? String == "sha256:\(digest)")
  }
}
