import DorsalNumerics
import Foundation
import TestSupport
import Testing

/// `dorsal fit` and `dorsal model diff`.
@Suite(.releaseOnly) struct FitTests {
  private static let cases = """
    id,diagnosis,sign,age,site
    a,tumour,present,70,chest
    b,tumour,present,,
    c,strain,absent,30,leg
    d,strain,,40,leg

    """

  @Test func `an updated model is checked, cites its file and differs where it was counted`()
    async throws
  {
    let folder = try WorkingFolder(["clinic.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "fit", "clinic.csv", "--prior-model", SmallModel.folder, "--output", "local", "--date",
      "2026-03-01", "--counts-alone", "--model-weight", "1", "--force")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("4 cases counted"))
    let check = try await folder.dorsal("model", "check", "local")
    #expect(check.status == 0)
    #expect(try folder.names() == ["clinic.csv", "local"])
    let sums = try await folder.shell("sha256sum clinic.csv | cut -d' ' -f1")
    let sources = PlainCSV.rows(try folder.read("local/sources.csv"))
    let source = try #require(sources.last)
    #expect(source[0] == "local_clinic_2026_03_01")
    #expect(source[1].contains("clinic.csv, 4 cases"))
    #expect(source[2] == "sha256:" + sums.output.trimmingCharacters(in: .newlines))
    // sign given tumour: 0.75 of n 40, two of two.
    let row = try #require(
      PlainCSV.rows(try folder.read("local/likelihoods.csv")).first {
        $0[..<3] == ["sign", "present", "tumour"]
      })
    #expect(isNear(Double(row[3]), 32.0 / 42, within: 1e-12))
    #expect(row[4] == "42")
    #expect(row[5] == "derived")
    let difference = try await folder.dorsal(
      "model", "diff", SmallModel.folder, "local", "--json")
    #expect(difference.status == 0)
    let changes = try #require(
      try JSON.object(difference.output)["changes"] as? [[String: Any]])
    let ratios = changes.compactMap { $0["log_ratio"] as? Double }.map(abs)
    #expect(ratios == ratios.sorted(by: >))
    let sign = try #require(
      changes.first { $0["subject"] as? String == "sign" && $0["cause"] as? String == "tumour" })
    // Absent moved more than present: from 1/4 to 10/42.
    #expect(sign["state"] as? String == "absent")
    #expect(isNear(sign["to"] as? Double, 10.0 / 42, within: 1e-12))
    #expect(!changes.contains { $0["subject"] as? String == "emergency" })
    let text = try await folder.dorsal("model", "diff", SmallModel.folder, "local", "--top", "1")
    #expect(text.output.contains("... and \(changes.count - 1) more"))
  }

  @Test func `a model from nothing scores the table it came from`() async throws {
    var text = "name,verdict,fever,side,weight\n"
    for index in 0..<60 {
      let isDisc = index % 3 != 0
      text += "n\(index),\(isDisc ? "Disc" : "Other Thing"),\(index % 2 == 0 ? "yes" : "no"),"
      text += "\(isDisc ? "Left" : "Right side"),\(50 + index)\n"
    }
    let folder = try WorkingFolder(["table.csv": text], model: nil)
    let outcome = try await folder.dorsal(
      "fit", "table.csv", "--label", "verdict", "--ignore", "name", "--output", "fresh",
      "--recoded", "cases.csv", "--calibration", "calibration.json", "--method", "temperature",
      "--cuts", "3", "--edges", "weight=70")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try await folder.dorsal("model", "check", "fresh").status == 0)
    let scored = try await folder.score(
      "cases.csv", "--model", "fresh", "--calibration", "calibration.json")
    #expect(scored.outcome.status == 0, "\(scored.outcome.errors)")
    #expect(scored.rows.count == 60)
    // The side tells them apart.
    #expect(scored.cell("cause_1", of: "row_1") == "other_thing")
    #expect(scored.cell("cause_1", of: "row_2") == "disc")
    let findings = PlainCSV.rows(try folder.read("fresh/findings.csv"))
    #expect(findings.map { $0[0] } == ["id", "setting", "fever", "side", "weight"])
    #expect(findings[4][5] == "below_70;70_and_above")
  }

  /// Two findings that say the same, of which one alone decides: 1 from nothing, 0 upon a prior
  /// model is what evidence is drawn to none by.
  @Test func `evidence of a fit from nothing is drawn to none`() async throws {
    var text = "id,diagnosis,sign,site\n"
    for index in 0..<80 {
      let isTumour = index % 4 == 0
      text += "p\(index),\(isTumour ? "tumour" : "strain"),"
      text += "\((index % 5 == 0) != isTumour ? "present" : "absent"),"
      text += "\(index % 3 == 0 ? "back" : "leg")\n"
    }
    let folder = try WorkingFolder(["table.csv": text])
    for (arguments, shrinkage) in [
      ([], 1.0), (["--prior-model", SmallModel.folder, "--force"], 0),
    ] {
      let name = "fit\(Int(shrinkage))"
      let outcome = try await folder.start(
        [
          "fit", "table.csv", "--output", name, "--calibration", name + ".json", "--method",
          "evidence",
        ] + arguments
      ).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let file = try JSON.object(try folder.read(name + ".json"))
      #expect((file["options"] as? [String: Any])?["shrinkage"] as? Double == shrinkage)
      let scored = try await folder.score(
        "table.csv", "--model", name, "--calibration", name + ".json")
      #expect(scored.outcome.status == 0, "\(scored.outcome.errors)")
    }
  }

  /// Patients of whom the sign says the contrary of what the model thinks: half of them have it
  /// under strain and none under tumour. What the fit changes is told, and helps on other patients.
  @Test func `a fit tells before and after, and helps where the model is wrong`() async throws {
    func cases(_ name: String, _ count: Int) -> String {
      "id,diagnosis,sign\n"
        + (0..<count).map {
          "\(name)\($0),\($0 % 3 == 0 ? "tumour" : "strain"),"
            + "\($0 % 3 != 0 && $0 % 2 == 0 ? "present" : "absent")\n"
        }.joined()
    }
    let folder = try WorkingFolder([
      "clinic.csv": cases("p", 120), "others.csv": cases("q", 90),
    ])
    let fit = try await folder.dorsal(
      "fit", "clinic.csv", "--prior-model", SmallModel.folder, "--output", "local")
    #expect(fit.status == 0, "\(fit.errors)")
    for text in [
      "120 cases, each by a fit to the other 4 folds", "weight of the prior model: ",
      "emergencies in the first 3, of 40", "The fit is better by ",
    ] {
      #expect(fit.errors.contains(text), "\(fit.errors)")
    }
    func logLoss(_ model: String) async throws -> Double {
      let outcome = try await folder.dorsal(
        "evaluate", "others.csv", "--model", model, "--bootstrap", "0")
      let line = try #require(outcome.lines.first { $0.hasPrefix("log loss (nats)") })
      return try #require(line.split(separator: " ").compactMap { Double($0) }.first)
    }
    let coin = 0.6931  // a half for either of the two causes, whatever the findings
    #expect(try await logLoss("local") < coin)
    #expect(try await logLoss(SmallModel.folder) > coin)
  }

  @Test func `a fit to too few cases writes nothing without force`() async throws {
    var text = "id,diagnosis,sign,age,site\n"
    for index in 0..<12 {
      let cause = ["strain", "strain", "tumour", "unlisted"][index % 4]
      text += "p\(index),\(cause),\(index % 5 == 0 ? "present" : "absent"),\(20 + index),leg\n"
    }
    let folder = try WorkingFolder(["cases.csv": text])
    let refused = try await folder.dorsal(
      "fit", "cases.csv", "--prior-model", SmallModel.folder, "--output", "local")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("too few to tell"), "\(refused.errors)")
    #expect(refused.errors.contains("--force writes it all the same"))
    #expect(try folder.names() == ["cases.csv"])
    let forced = try await folder.dorsal(
      "fit", "cases.csv", "--prior-model", SmallModel.folder, "--output", "local", "--force")
    #expect(forced.status == 0, "\(forced.errors)")
    #expect(try await folder.dorsal("model", "check", "local").status == 0)
  }

  /// Cases of which nothing is known, with the very shares that the model has: what a fold's counts
  /// say of the others is chance alone, and has to cost.
  @Test func `a fit of enough cases that costs log loss writes nothing`() async throws {
    let causes = ["strain", "strain", "tumour", "unlisted"]
    let text =
      "id,diagnosis,sign,age,site\n"
      + (0..<48).map { "p\($0),\(causes[$0 % 4]),,,\n" }.joined()
    let folder = try WorkingFolder(["cases.csv": text])
    let fit = try await folder.dorsal(
      "fit", "cases.csv", "--prior-model", SmallModel.folder, "--output", "local")
    #expect(fit.status == 65)
    #expect(fit.errors.contains("log loss worse by"), "\(fit.errors)")
    #expect(!fit.errors.contains("too few"))
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test(arguments: ["0", "-1", "nan", "1e9"])
  func `a weight that is no weight is refused`(weight: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "fit", "cases.csv", "--prior-model", SmallModel.folder, "--output", "local",
      "--model-weight=\(weight)")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("expected a number above 0"), "\(outcome.errors)")
  }

  /// Diagnoses are drawn without a look at the findings, so that nothing can be learned. A correction
  /// that is judged on cases that its evidence was fitted to would find that it helps all the same.
  @Test(.releaseOnly, arguments: [1, 2, 3] as [UInt64])
  func `a correction of the evidence learns nothing from noise`(seed: UInt64) async throws {
    var random = SplitMix64(seed: seed)
    var text = "id," + (0..<20).map { "x\($0)" }.joined(separator: ",") + ",diagnosis\n"
    for row in 0..<80 {
      let cells = (0..<20).map { _ in Bool.random(using: &random) ? "yes" : "no" }
      text += "c\(row)," + cells.joined(separator: ",")
      text += Bool.random(using: &random) ? ",p\n" : ",q\n"
    }
    let folder = try WorkingFolder(["noise.csv": text])
    let outcome = try await folder.dorsal(
      "fit", "noise.csv", "--output", "local", "--calibration", "c.json", "--method", "evidence",
      "--date", "2026-01-01")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let told = outcome.output + outcome.errors
    #expect(told.contains("No evidence that it helps: worse by"), "\(told)")
    // What is written can be read.
    let scored = try await folder.dorsal(
      "score", "noise.csv", "--model", "local", "--calibration", "c.json")
    #expect(scored.status == 0, "\(scored.errors)")
  }

  @Test func `the least whole number is a number like others`() async throws {
    // Its magnitude is one more than that of the greatest.
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let rows = (0..<12).map { row in
      "r\(row),\(row < 6 ? "-9223372036854775808" : "5"),\(row % 2 == 0 ? "p" : "q")\n"
    }
    try folder.write("id,x,diagnosis\n" + rows.joined(), to: "least.csv")
    let outcome = try await folder.dorsal(
      "fit", "least.csv", "--edges", "x=-9223372036854775808;1", "--output", "local")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try await folder.dorsal("model", "check", "local").status == 0)
  }

  @Test func `a fit leaves nothing behind where it fails`() async throws {
    let folder = try WorkingFolder([
      "bad.csv": "id,diagnosis,sign\na,strane,present\n", "cases.csv": Self.cases,
      "none.csv": "id,sign\na,present\n",
    ])
    let bad = try await folder.dorsal(
      "fit", "bad.csv", "--prior-model", SmallModel.folder, "--output", "local")
    #expect(bad.status == 65)
    #expect(bad.errors.contains("did you mean \"strain\"?"))
    let none = try await folder.dorsal(
      "fit", "none.csv", "--prior-model", SmallModel.folder, "--output", "local")
    #expect(none.status == 65)
    #expect(none.errors.contains("no case has one diagnosis"))
    let there = try await folder.dorsal(
      "fit", "cases.csv", "--prior-model", SmallModel.folder, "--output", "Models")
    #expect(there.status == 73)
    #expect(there.errors.contains("exists already"))
    let above = try await folder.dorsal(
      "fit", "cases.csv", "--prior-model", SmallModel.folder, "--output", "no/local")
    #expect(above.status == 73)
    let mixed = try await folder.dorsal(
      "fit", "cases.csv", "--prior-model", SmallModel.folder, "--output", "local", "--cuts", "3")
    #expect(mixed.status == 64)
    #expect(try folder.names() == ["bad.csv", "cases.csv", "none.csv"])
  }

  @Test func `rows that cannot be read are told and the others are fitted`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases + "e,strain,maybe,,\na,strain,,,\n"])
    let outcome = try await folder.dorsal(
      "fit", "cases.csv", "--prior-model", SmallModel.folder, "--force", "--output", "local")
    #expect(outcome.status == 3)
    #expect(outcome.errors.contains("2 of 6 rows rejected"))
    #expect(outcome.errors.contains("4 cases counted"))
    #expect(try await folder.dorsal("model", "check", "local").status == 0)
  }
}
