import Foundation
import TestSupport
import Testing

/// `dorsal explain --calibration`.
@Suite(.releaseOnly) struct ExplainCalibratedTests {
  /// A folder with a case, and a calibration that takes the root of every posterior: the file of
  /// some fit, with a scale of 0.5 put in.
  private static func folder(
    _ cases: String, model: SmallModel = SmallModel()
  ) async throws -> WorkingFolder {
    var labelled = "id,diagnosis,sign,age,site\n"
    for index in 0..<40 {
      let sign = index % 3 == 0 ? "present" : "absent"
      labelled += "p\(index),\(["strain", "tumour", "unlisted"][index % 3]),\(sign),30,leg\n"
    }
    let folder = try WorkingFolder(["labelled.csv": labelled, "cases.csv": cases], model: model)
    let fit = try await folder.dorsal(
      "calibrate", "labelled.csv", "--method", "temperature", "--force")
    #expect(fit.status == 0, "\(fit.errors)")
    let file = fit.output.replacing(/"scale": [0-9.e-]+/) { _ in "\"scale\": 0.5" }
    #expect(file.contains("\"scale\": 0.5"))
    try folder.write(file, to: "c.json")
    return folder
  }

  /// Strain, tumour and unlisted have 0.5, 0.375 and 0.125, whose roots are 0.7071, 0.6124 and
  /// 0.3536 and sum to 1.6730: 42.3%, 36.6% and 21.1%.
  @Test func `the calibration is a term of its own`() async throws {
    let folder = try await Self.folder("id,sign,age,site\na,present,,leg\n")
    let outcome = try await folder.dorsal(
      "explain", "cases.csv", "--id", "a", "--calibration", "c.json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.contains { $0.hasSuffix("calibrated (temperature)") })
    #expect(lines.contains { $0.hasPrefix("1 Strain 42.3% 50.0% 50.0%") })
    #expect(lines.contains { $0.hasPrefix("2 Tumour 36.6% 37.5% 25.0%") })
    // Odds of 0.4226 are -1.4 decibans, of 0.5 none; of 0.3660 -2.4, of 0.375 -2.2.
    let strain = try #require(lines.firstIndex { $0.hasSuffix("(strain)") })
    let tumour = try #require(lines.firstIndex { $0.hasSuffix("(tumour)") })
    let unlisted = try #require(lines.firstIndex { $0.hasSuffix("(unlisted)") })
    let first = lines[strain..<tumour]
    // In ratios 0.4226 / 0.5774 = 0.732 and 0.3660 / 0.6340 = 0.577.
    #expect(first.contains("0.732 -1.4 calibration (temperature)"))
    #expect(first.contains("0.732 -1.4 posterior odds, that is 42.3%"))
    #expect(lines[tumour..<unlisted].contains("0.577 -2.4 posterior odds, that is 36.6%"))
    #expect(outcome.output.contains("could change of the uncalibrated probabilities:"))
    // Printed terms add up to the printed sum.
    for part in [lines[strain..<tumour], lines[tumour..<unlisted]] {
      let tenths = part.compactMap { line -> Int? in
        guard let word = line.split(separator: " ").dropFirst().first,
          "+-".contains(word.first ?? " ")
        else {
          return nil
        }
        return Int(word.replacing(".", with: ""))
      }
      #expect(tenths.dropLast().reduce(0, +) == tenths.last)
    }
  }

  /// Without the sign the tumour has 0.25 / 3 of 0.8333, that is 0.1; its root over the sum of the
  /// roots is 0.193. Letting a tumour alone costs 20 and seeing someone urgently 3, so the model's
  /// own posteriors give self-care (2.9) and the calibrated ones urgent (3, after 4.7).
  @Test func `urgency and probabilities are those of score`() async throws {
    var model = SmallModel()
    model.replace(
      "self_care,*,1,assumed,,\n",
      with: "self_care,*,1,assumed,,\nself_care,tumour,20,assumed,,\n", in: "losses.csv")
    model.replace(
      "routine,*,2,assumed,,\n", with: "routine,*,2,assumed,,\nroutine,tumour,20,assumed,,\n",
      in: "losses.csv")
    let folder = try await Self.folder("id,sign,age,site\na,absent,,\n", model: model)
    func explained(_ arguments: String...) async throws -> [String: Any] {
      let outcome = try await folder.start(
        ["explain", "cases.csv", "--id", "a", "--json"] + arguments
      ).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try JSON.object(outcome.output)
    }
    let plain = try await explained()
    #expect(plain["urgency"] as? String == "self_care")
    #expect(plain["calibration"] == nil)
    let object = try await explained("--calibration", "c.json")
    #expect(object["urgency"] as? String == "urgent")
    #expect((object["calibration"] as? [String: String]) == ["method": "temperature"])
    let scored = try await folder.score("cases.csv", "--all", "--calibration", "c.json")
    #expect(scored.cell("urgency", of: "a") == "urgent")
    let causes = try #require(object["causes"] as? [[String: Any]])
    let own = try #require(plain["causes"] as? [[String: Any]])
    #expect(causes.count == 3)
    for cause in causes {
      let name = try #require(cause["cause"] as? String)
      func number(_ key: String) throws -> Double { try #require(cause[key] as? Double) }
      // Six digits are printed by score.
      #expect(isNear(scored.number(name, of: "a"), try number("probability"), within: 1e-5))
      let before = own.first { $0["cause"] as? String == name }?["probability"] as? Double
      #expect(before == (try number("uncalibrated_probability")))
      let terms = try #require(cause["contributions"] as? [[String: Any]])
        .compactMap { $0["decibans"] as? Double }.reduce(0, +)
      let sum =
        try number("prior_decibans") + terms + number("others_decibans")
        + number("calibration_decibans")
      #expect(isNear(sum, try number("posterior_decibans"), within: 1e-9))
      let p = try number("probability")
      #expect(isNear(10 * log10(p / (1 - p)), try number("posterior_decibans"), within: 1e-9))
    }
    let groups = try #require(object["groups"] as? [String: Double])
    #expect(isNear(groups["neoplasm"], 0.193, within: 5e-4))
  }

  @Test func `the page shows both probabilities`() async throws {
    let folder = try await Self.folder("id,sign,age,site\na,present,,leg\n")
    let outcome = try await folder.dorsal(
      "explain", "cases.csv", "--id", "a", "--calibration", "c.json", "--html", "page.html")
    #expect(outcome.status == 0)
    let text = PageText(try folder.read("page.html")).texts.joined()
    for part in [
      "calibrated (temperature)", "uncalibrated", "42.3%", "50.0%", "calibration (temperature)",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func `what cannot be used is told`() async throws {
    let folder = try await Self.folder("id,sign,age,site\na,present,,leg\n")
    func run(_ arguments: String...) async throws -> Outcome {
      let outcome = try await folder.start(["explain", "cases.csv", "--id", "a"] + arguments)
        .outcome()
      #expect(outcome.output.isEmpty)
      return outcome
    }
    #expect(try await run("--calibration", "c.json", "--interval", "0.9").status == 64)
    #expect(try await run("--calibration", "none.json").status == 66)
    var other = SmallModel()
    other.replace(
      "sign,present,tumour,0.75", with: "sign,present,tumour,0.7", in: "likelihoods.csv")
    try other.write(to: folder.path + "/other")
    let refused = try await run("--calibration", "c.json", "--model", "other")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("made for the model small 1.2"))
  }
}
