import Testing

/// A warning where cases are judged by what was fitted to them.
@Suite struct OwnFileTests {
  private static func table(label: String, yes: String) -> String {
    "id,\(label),sign\n"
      + (0..<40).map {
        "p\($0),\($0 % 2 == 0 ? "strain" : "tumour"),\($0 % 3 == 0 ? yes : "absent")\n"
      }.joined()
  }

  /// With and without words of its own: the cases in the words of the model are another file.
  @Test(arguments: ["present", "very much"])
  func `a model is not judged by its own file without a word`(yes: String) async throws {
    let folder = try WorkingFolder([
      "table.csv": Self.table(label: "diagnosis", yes: yes),
      "other.csv": Self.table(label: "diagnosis", yes: "present").replacing("p1,", with: "q1,"),
    ])
    let fit = try await folder.dorsal(
      "fit", "table.csv", "--output", "m", "--recoded", "cases.csv", "--calibration", "c.json",
      "--method", "temperature")
    #expect(fit.status == 0, "\(fit.errors)")
    let own = "the model was fitted to this file"
    let calibrated = try await folder.dorsal(
      "calibrate", "cases.csv", "--model", "m", "--method", "temperature", "--output", "d.json")
    #expect(calibrated.status == 0)
    #expect(calibrated.errors.contains("cases.csv: warning: " + own))
    let evaluated = try await folder.dorsal(
      "evaluate", "cases.csv", "--model", "m", "--bootstrap", "0")
    #expect(evaluated.status == 0)
    #expect(evaluated.errors.contains(own))
    // Honest figures are those of the fit itself.
    #expect(!fit.errors.contains(own))
    if yes == "present" {
      let others = try await folder.dorsal(
        "evaluate", "other.csv", "--model", "m", "--bootstrap", "0")
      #expect(others.status == 0)
      #expect(others.errors.isEmpty)
      let twice = try await folder.dorsal(
        "fit", "table.csv", "--prior-model", "m", "--output", "n")
      #expect(twice.errors.contains("its cases count twice"))
    }
    for file in ["c.json", "d.json"] {
      let used = try await folder.dorsal(
        "evaluate", "cases.csv", "--model", "m", "--calibration", file, "--bootstrap", "0")
      #expect(used.status == 0, "\(used.errors)")
      #expect(used.errors.contains("the calibration was fitted to this file"))
    }
  }

  @Test func `a calibration knows the file that it was fitted to`() async throws {
    let text = Self.table(label: "diagnosis", yes: "present")
    let folder = try WorkingFolder(["cases.csv": text, "others.csv": text + "r,strain,present\n"])
    let made = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "temperature", "--output", "c.json")
    #expect(made.status == 0)
    #expect(!made.errors.contains("warning"))
    let sum = try await folder.shell("sha256sum cases.csv | cut -d' ' -f1")
    let fitted = try JSON.object(try folder.read("c.json"))["fitted_on"] as? [String: Any]
    #expect(fitted?["checksum"] as? String == "sha256:" + sum.output.dropLast())
    for (file, warns) in [("cases.csv", true), ("others.csv", false)] {
      let outcome = try await folder.dorsal(
        "evaluate", file, "--calibration", "c.json", "--bootstrap", "0")
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("the calibration was fitted to this file") == warns)
    }
  }
}
