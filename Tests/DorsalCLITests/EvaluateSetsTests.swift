import Foundation
import TestSupport
import Testing

/// `dorsal evaluate --calibration FILE --coverage LEVEL`.
@Suite(.releaseOnly) struct EvaluateSetsTests {
  /// 400 simulated cases, of which some accept a second diagnosis and some have none, and the
  /// file of a calibration with sets.
  private static func folder() async throws -> WorkingFolder {
    let folder = try WorkingFolder([:])
    let simulated = try await folder.dorsal(
      "simulate", "--count", "400", "--seed", "5", "--missing", "0.4", "--output", "drawn.csv")
    #expect(simulated.status == 0, "\(simulated.errors)")
    var rows = PlainCSV.rows(try folder.read("drawn.csv"))
    let column = try #require(rows[0].firstIndex(of: "diagnosis"))
    for index in rows.indices.dropFirst() {
      if index % 7 == 0 { rows[index][column] = "" }
      if index % 11 == 0, !rows[index][column].isEmpty, rows[index][column] != "strain" {
        rows[index][column] += "|strain"
      }
    }
    try folder.write(rows.map { $0.joined(separator: ",") + "\n" }.joined(), to: "cases.csv")
    let calibrated = try await folder.dorsal(
      "calibrate", "drawn.csv", "--coverage", "0.8", "--output", "c.json")
    #expect(calibrated.status == 0, "\(calibrated.errors)")
    return folder
  }

  /// Counted from the sets that `score` writes.
  @Test func `coverage is that of the sets that score gives`() async throws {
    let folder = try await Self.folder()
    let scored = try await folder.score("cases.csv", "--calibration", "c.json", "--coverage", "0.8")
    #expect(scored.outcome.status == 0)
    let rows = PlainCSV.rows(try folder.read("cases.csv"))
    let column = try #require(rows[0].firstIndex(of: "diagnosis"))
    var (held, all, causes, byCause) = (0, 0, 0, [String: (held: Int, all: Int)]())
    for row in rows.dropFirst() where !row[column].isEmpty {
      let diagnoses = row[column].components(separatedBy: "|")
      let set = try #require(scored.cell("set", of: row[0])).components(separatedBy: "|")
      let isHeld = diagnoses.contains { set.contains($0) } ? 1 : 0
      all += 1
      held += isHeld
      causes += set.count
      let before = byCause[diagnoses[0], default: (0, 0)]
      byCause[diagnoses[0]] = (before.held + isHeld, before.all + 1)
    }
    #expect(held > 0 && held < all)

    let evaluated = try await folder.dorsal(
      "evaluate", "cases.csv", "--calibration", "c.json", "--coverage", "0.8", "--json",
      "--bootstrap", "0", "--report", "r.html")
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let coverage = try #require(
      try JSON.object(evaluated.output)["coverage"] as? [String: Any])
    #expect(coverage["stated"] as? Double == 0.8)
    let figure = try #require(coverage["held"] as? [String: Any])
    #expect(figure["cases"] as? Int == all)
    #expect(isNear(figure["value"] as? Double ?? -1, Double(held) / Double(all), within: 1e-12))
    #expect(
      isNear(coverage["mean_size"] as? Double ?? -1, Double(causes) / Double(all), within: 1e-12))
    #expect((coverage["sizes"] as? [Int])?.reduce(0, +) == all)
    let found = try #require(coverage["causes"] as? [[String: Any]])
    #expect(found.count == byCause.count)
    for row in found {
      let expected = try #require(byCause[row["cause"] as? String ?? ""])
      let own = try #require(row["held"] as? [String: Any])
      #expect(own["cases"] as? Int == expected.all)
      #expect(
        isNear(
          own["value"] as? Double ?? -1, Double(expected.held) / Double(expected.all),
          within: 1e-12))
    }
    #expect(try folder.read("r.html").contains("<h2>Prediction sets</h2>"))
  }

  @Test func `text has the sets, and without a coverage there are none`() async throws {
    let folder = try await Self.folder()
    let arguments = ["evaluate", "cases.csv", "--bootstrap", "0", "--calibration", "c.json"]
    let with = try await folder.start(arguments + ["--coverage", "0.8"]).outcome()
    #expect(with.status == 0)
    #expect(with.output.contains("prediction sets for a coverage of 80.0%"))
    let without = try await folder.start(arguments).outcome()
    #expect(without.status == 0 && !without.output.contains("prediction sets"))
    let json = try await folder.start(arguments + ["--json"]).outcome()
    #expect(try JSON.object(json.output)["coverage"] is NSNull)
    let refused = try await folder.dorsal("evaluate", "cases.csv", "--coverage", "0.8")
    #expect(refused.status == 64 && refused.errors.contains("needs --calibration"))
  }
}
