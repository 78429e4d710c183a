import Foundation
import TestSupport
import Testing

/// `dorsal calibrate`, and its files in `dorsal score`.
@Suite(.releaseOnly) struct CalibrateTests {
  /// 400 cases of the small model whose diagnosis says nothing of the sign, so that
  /// the model is too sure.
  private static func cases(_ count: Int = 400) -> String {
    var text = "id,diagnosis,sign,age,site\n"
    for index in 0..<count {
      let cause = ["strain", "tumour", "strain", "unlisted"][index % 4]
      let sign = index / 4 % 2 == 0 ? "present" : "absent"
      let site = ["back", "leg", "chest"][index / 8 % 3]
      text += "p\(index),\(cause),\(sign),\(20 + index % 60),\(site)\n"
    }
    return text
  }

  @Test(arguments: [
    "none", "temperature", "vector", "isotonic", "beta", "evidence", "prior-shift",
  ])
  func `a calibration is written, read and changes answers`(method: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    // The findings of these cases have not the shares that the model gives them, so that a prior
    // shift is refused; all others help and are kept.
    let force = method == "prior-shift" ? ["--force"] : []
    let outcome = try await folder.start(
      ["calibrate", "cases.csv", "--method", method, "--output", "calibration.json"] + force
    ).outcome()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    let file = try JSON.object(try folder.read("calibration.json"))
    #expect(file["method"] as? String == method)
    #expect(file["format_version"] as? Int == 1)
    #expect((file["model"] as? [String: Any])?["name"] as? String == "small")
    let fitted = try #require(file["fitted_on"] as? [String: Any])
    #expect(fitted["cases"] as? Int == 400)
    #expect((fitted["settings"] as? [String: Int]) == ["primary_care": 400])
    let figures = try #require(file["cross_fitted"] as? [String: Any])
    let before = try #require((figures["before"] as? [String: Any])?["log_loss"] as? Double)
    let after = try #require((figures["after"] as? [String: Any])?["log_loss"] as? Double)
    if ["temperature", "vector", "isotonic", "beta", "evidence"].contains(method) {
      #expect(after < before)
    }
    if method == "none" { #expect(after == before) }
    let plain = try await folder.score("cases.csv", "--all")
    let calibrated = try await folder.score(
      "cases.csv", "--all", "--calibration", "calibration.json")
    #expect(calibrated.header == plain.header)
    #expect((calibrated.rows == plain.rows) == (method == "none"))
    for row in calibrated.rows.prefix(20) {
      let sum = calibrated.answer(row).compactMap(Double.init).reduce(0, +)
      // Six digits are printed of each of three.
      #expect(isNear(sum, 1, within: 3e-6))
    }
  }

  /// What a patient says twice is said once: the gain is the same, and so is its standard error.
  @Test func `visits of one patient do not make a gain surer`() async throws {
    let lines = Self.cases(120).split(separator: "\n")
    let again = lines.dropFirst().flatMap { [$0, $0, $0, $0] }
    let folder = try WorkingFolder([
      "once.csv": lines.joined(separator: "\n") + "\n",
      "again.csv": ([lines[0]] + again).joined(separator: "\n") + "\n",
    ])
    func gain(_ name: String, _ more: [String]) async throws -> (mean: Double, error: Double) {
      let outcome = try await folder.start(
        [
          "calibrate", name + ".csv", "--method", "temperature", "--ridge", "0", "--force",
          "--output", name + ".json",
        ] + more
      ).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let file = try JSON.object(try folder.read(name + ".json"))
      let figures = try #require(file["cross_fitted"] as? [String: Any])
      return (
        try #require(figures["gain"] as? Double), try #require(figures["gain_error"] as? Double)
      )
    }
    let (once, again4) = (try await gain("once", []), try await gain("again", ["--visits"]))
    #expect(isNear(once.mean, again4.mean, within: 1e-9))
    #expect(isNear(once.error, again4.error, within: 1e-9))
  }

  @Test func `one patient does not tell whether a shift helps`() async throws {
    var lines = Self.cases(60).split(separator: "\n").map(String.init)
    for place in lines.indices.dropFirst(2) {
      var cells = lines[place].split(separator: ",", omittingEmptySubsequences: false)
      cells[1] = ""
      lines[place] = cells.joined(separator: ",")
    }
    let folder = try WorkingFolder(["cases.csv": lines.joined(separator: "\n") + "\n"])
    let outcome = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "prior-shift", "--pseudo-cases", "10", "--force",
      "--output", "c.json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let file = try JSON.object(try folder.read("c.json"))
    let figures = try #require(file["cross_fitted"] as? [String: Any])
    #expect(figures["gain"] is Double && figures["gain_error"] is NSNull)
    #expect(
      outcome.errors.contains("One patient with a diagnosis does not tell whether it helps."),
      "\(outcome.errors)")
  }

  /// Cases with the very shares that the model gives them: strain 3/8, tumour 1/4, unlisted 3/8. All
  /// cases together call for no change, and then cross-fitting cannot gain: with L and R the losses of
  /// a fold and of the rest with its penalty, r where R is least, and L + R least at no change n,
  /// L(r) >= (L + R)(n) - R(r) >= L(n).
  @Test func `a correction that does not help changes nothing, and says so`() async throws {
    var text = "id,diagnosis,setting,sign\n"
    for index in 0..<48 {
      let cause = [
        "strain", "tumour", "unlisted", "strain", "unlisted", "strain", "tumour", "unlisted",
      ]
      text += "p\(index),\(cause[index % 8]),emergency,absent\n"
    }
    let folder = try WorkingFolder(["cases.csv": text])
    var methods: [String: Bool] = [:]
    for method in ["temperature", "vector", "evidence"] {
      let outcome = try await folder.dorsal(
        "calibrate", "cases.csv", "--method", method, "--output", "c.json")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let file = try JSON.object(try folder.read("c.json"))
      let figures = try #require(file["cross_fitted"] as? [String: Any])
      let before = try #require((figures["before"] as? [String: Any])?["log_loss"] as? Double)
      let after = try #require((figures["after"] as? [String: Any])?["log_loss"] as? Double)
      let isKept = after < before
      methods[method] = isKept
      #expect(file["method"] as? String == (isKept ? method : "none"))
      #expect(file["asked_for"] as? String == method)
      #expect(file["refused"] as? String == (isKept ? nil : "no_gain"))
      #expect(outcome.errors.contains("changes nothing (--force") == !isKept)
      #expect(outcome.errors.contains(isKept ? "etter by " : "worse by "), "\(outcome.errors)")
      let plain = try await folder.score("cases.csv", "--all")
      let corrected = try await folder.score("cases.csv", "--all", "--calibration", "c.json")
      #expect((plain.rows == corrected.rows) == !isKept)
    }
    #expect(methods == ["temperature": false, "vector": false, "evidence": false])
  }

  /// Findings that are written down only where they are present: whatever the prevalences are, the
  /// model lets some be absent.
  @Test func `a shift that the findings refute changes nothing and names them`() async throws {
    var text = "id,sign,age\n"
    for index in 0..<300 {
      text += "p\(index),\(index % 4 == 0 ? "present" : ""),\(20 + index % 60)\n"
    }
    let folder = try WorkingFolder(["new.csv": text])
    let outcome = try await folder.dorsal(
      "calibrate", "new.csv", "--method", "prior-shift", "--output", "c.json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains("The findings disagree with the model whatever the prevalences are: ")
    )
    #expect(outcome.errors.contains("sign "))
    let file = try JSON.object(try folder.read("c.json"))
    #expect(file["method"] as? String == "none")
    #expect(file["refused"] as? String == "misfit")
    let forced = try await folder.dorsal(
      "calibrate", "new.csv", "--method", "prior-shift", "--force", "--output", "d.json")
    #expect(forced.status == 0)
    #expect(try JSON.object(try folder.read("d.json"))["method"] as? String == "prior-shift")
  }

  /// 400 cases whose diagnoses follow the sign less than the model thinks: on other cases of
  /// the same kind the calibrated posteriors have the smaller log loss.
  @Test func `evaluate judges calibrated posteriors`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases(), "later.csv": Self.cases(320)])
    _ = try await folder.dorsal("calibrate", "cases.csv", "--output", "c.json")
    func logLoss(_ arguments: String...) async throws -> Double {
      let outcome = try await folder.start(["evaluate", "later.csv", "--json"] + arguments)
        .outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let measures = try JSON.object(outcome.output)["measures"] as? [[String: Any]]
      let found = measures?.first { $0["name"] as? String == "log_loss" }?["value"] as? Double
      return try #require(found)
    }
    let plain = try await logLoss()
    let calibrated = try await logLoss("--calibration", "c.json")
    #expect(calibrated < plain)
  }

  /// The same seed, the same file, whatever the threads.
  @Test func `a calibration does not depend on threads`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    let arguments = ["calibrate", "cases.csv", "--coverage", "0.9", "--method"]
    for method in ["vector", "isotonic", "evidence"] {
      let one = try await folder.start(arguments + [method, "--threads", "1"]).outcome()
      let three = try await folder.start(arguments + [method, "--threads", "3"]).outcome()
      #expect(one.status == 0)
      #expect(one.output == three.output)
    }
  }

  @Test func `a prediction set is the last column and begins with the leading cause`() async throws
  {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    _ = try await folder.dorsal(
      "calibrate", "cases.csv", "--coverage", "0.8,0.9", "--output", "c.json")
    let scored = try await folder.score(
      "cases.csv", "--calibration", "c.json", "--coverage", "0.9", "--groups")
    #expect(scored.outcome.status == 0)
    #expect(scored.header.last == "set")
    for row in scored.rows {
      let set = row[row.count - 1].split(separator: "|").map(String.init)
      #expect(set.first == scored.cell("cause_1", of: row[0]))
      #expect(Set(set).count == set.count)
    }
    let smaller = try await folder.score(
      "cases.csv", "--calibration", "c.json", "--coverage", "0.8")
    func sizes(_ scored: Scored) -> Int {
      scored.rows.reduce(0) { $0 + $1[$1.count - 1].split(separator: "|").count }
    }
    #expect(sizes(smaller) < sizes(scored))
    let line = try #require(
      try await folder.dorsal(
        "score", "cases.csv", "--format", "jsonl", "--calibration", "c.json", "--coverage", "0.9"
      ).lines.first)
    let object = try JSON.object(line)
    #expect(object["coverage"] as? Double == 0.9)
    #expect((object["set"] as? [String])?.joined(separator: "|") == scored.rows[0].last)
    #expect((object["calibration"] as? [String: String]) == ["method": "vector"])
  }

  @Test func `exact coverage is in the file and makes sets that are no larger`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    var sizes: [Int] = []
    for (name, extra) in [("whole.json", []), ("exact.json", ["--exact-coverage"])] {
      let outcome = try await folder.start(
        ["calibrate", "cases.csv", "--coverage", "0.9", "--coverage-by-cause", "--output", name]
          + extra
      ).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try folder.read(name).contains("share_of_quantile") == !extra.isEmpty)
      #expect(try folder.read(name).contains("\"exact_coverage\": \(!extra.isEmpty)"))
      #expect(outcome.errors.contains("exact by a number drawn") == !extra.isEmpty)
      let scored = try await folder.score(
        "cases.csv", "--calibration", name, "--coverage", "0.9", "--coverage-by-cause")
      sizes.append(scored.rows.reduce(0) { $0 + $1[$1.count - 1].split(separator: "|").count })
    }
    #expect(sizes[1] < sizes[0])
    let alone = try await folder.dorsal("calibrate", "cases.csv", "--exact-coverage")
    #expect(alone.status == 64)
  }

  /// The sign says nothing here, which the file of `evidence` tells: what its states add takes
  /// back most of the model's evidence.
  @Test func `evidence is explained as a term and refused where it is too much`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    let outcome = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "evidence", "--shrinkage", "0.5", "--output", "c.json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("scale of the model's evidence"))
    let file = try JSON.object(try folder.read("c.json"))
    #expect((file["options"] as? [String: Any])?["shrinkage"] as? Double == 0.5)
    let added = (file["parameters"] as? [String: Any])?["added"] as? [String: Any]
    #expect(Set(added?.keys.map { $0 } ?? []) == ["sign", "age", "site"])
    let present = ((added?["sign"] as? [String: Any])?["present"] as? [String: Double])
    #expect((present?["tumour"] ?? 0) < (present?["strain"] ?? 0))
    let explained = try await folder.dorsal(
      "explain", "cases.csv", "--id", "p0", "--calibration", "c.json")
    #expect(explained.status == 0, "\(explained.errors)")
    #expect(explained.output.contains("calibration (evidence)"))
    let broken = try folder.read("c.json").replacing("\"sign\": {", with: "\"sing\": {")
    try folder.write(broken, to: "broken.json")
    let refused = try await folder.dorsal("score", "cases.csv", "--calibration", "broken.json")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("unknown finding \"sing\""))
    let free = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "evidence", "--ridge", "0")
    #expect(free.status == 65)
    #expect(free.errors.contains("expected a ridge above 0"))
  }

  @Test func `a set needs a calibration that has its coverage`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    _ = try await folder.dorsal("calibrate", "cases.csv", "--output", "plain.json")
    _ = try await folder.dorsal(
      "calibrate", "cases.csv", "--coverage", "0.9", "--output", "sets.json")
    func message(_ arguments: String...) async throws -> (Int32, String) {
      let outcome = try await folder.start(["score", "cases.csv"] + arguments).outcome()
      #expect(outcome.output.isEmpty)
      return (outcome.status, outcome.errors)
    }
    var found = try await message("--coverage", "0.9")
    #expect(found.0 == 64 && found.1.contains("needs --calibration"))
    found = try await message("--calibration", "plain.json", "--coverage", "0.9")
    #expect(found.0 == 65 && found.1.contains("plain.json: the calibration has no prediction sets"))
    found = try await message("--calibration", "sets.json", "--coverage", "0.95")
    #expect(found.0 == 65 && found.1.contains("only of 0.9"))
    found = try await message(
      "--calibration", "sets.json", "--coverage", "0.9", "--coverage-by-cause")
    #expect(found.0 == 65 && found.1.contains("--coverage-by-cause"))
    found = try await message("--calibration", "none.json")
    #expect(found.0 == 66 && found.1.contains("none.json: no such file"))
    found = try await message("--calibration", "cases.csv")
    #expect(found.0 == 65 && found.1.contains("cases.csv:1:1:"))
    found = try await message("--calibration", "plain.json", "--interval", "0.9")
    #expect(found.0 == 64)
  }

  @Test func `coverage is refused without enough cases, with the number`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases(30)])
    let outcome = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "none", "--coverage", "0.99", "--output", "c.json")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("cases.csv: a coverage of 0.99 needs at least 99 labelled"))
    let each = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "none", "--coverage", "0.9", "--coverage-by-cause",
      "--output", "c.json")
    #expect(each.status == 65)
    #expect(each.errors.contains("at least 9 cases of it"))
    #expect(each.errors.contains("tumour (8)"))
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test func `a calibration of another version of the model is refused`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    _ = try await folder.dorsal("calibrate", "cases.csv", "--output", "c.json")
    var other = SmallModel()
    other.replace(
      "sign,present,tumour,0.75", with: "sign,present,tumour,0.7", in: "likelihoods.csv")
    try other.write(to: folder.path + "/other")
    let outcome = try await folder.dorsal(
      "score", "cases.csv", "--model", "other", "--calibration", "c.json")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("made for the model small 1.2"))
    #expect(outcome.errors.contains("Calibrate again"))
  }

  @Test func `cases that cannot carry a calibration are told why`() async throws {
    let folder = try WorkingFolder([
      "none.csv": "id,sign\na,present\n", "one.csv": "id,diagnosis,sign\na,strain,present\n",
      "empty.csv": "id,diagnosis\n", "blind.csv": "id,diagnosis,sign\na,strain,\nb,tumour,\n",
      "label.csv": Self.cases(20) + "a,strane,present,,\n",
    ])
    func run(_ file: String, _ arguments: String...) async throws -> Outcome {
      try await folder.start(["calibrate", file] + arguments).outcome()
    }
    #expect(try await run("none.csv").errors.contains("no case has a diagnosis"))
    #expect(try await run("one.csv").errors.contains("the same diagnosis"))
    #expect(try await run("empty.csv").errors.contains("no cases; expected at least one row"))
    #expect(try await run("blind.csv").errors.contains("all findings of all cases are unknown"))
    let label = try await run("label.csv")
    #expect(label.status == 3)
    #expect(label.errors.contains("did you mean \"strain\"?"))
    #expect(label.errors.contains("1 of 21 rows rejected"))
    // Those that could be read were used.
    #expect(label.output.contains("\"cases\": 20"))
  }

  @Test func `a repeated id is rejected, or a visit that stays in its fold`() async throws {
    let text = Self.cases(40) + "p3,strain,present,30,back\np3,tumour,absent,40,leg\n"
    let folder = try WorkingFolder(["cases.csv": text])
    let rejected = try await folder.dorsal("calibrate", "cases.csv")
    #expect(rejected.status == 3)
    #expect(rejected.errors.contains("2 of 42 rows rejected"))
    let kept = try await folder.dorsal("calibrate", "cases.csv", "--visits")
    #expect(kept.status == 0)
    #expect(kept.errors.contains("2 rows are further visits of an id"))
    #expect(kept.output.contains("\"cases\": 42"))
  }

  @Test func `a calibration leaves alone how the findings fit`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    _ = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "temperature", "--force", "--output", "c.json")
    let own = try await folder.score("cases.csv", "--misfit", "--top", "1")
    let corrected = try await folder.score(
      "cases.csv", "--misfit", "--top", "1", "--calibration", "c.json")
    #expect(own.header.suffix(2) == ["misfit", "misfit_share"] && own.rows.count == 400)
    #expect(own.rows.map { $0.suffix(2) } == corrected.rows.map { $0.suffix(2) })
    #expect(own.rows != corrected.rows)
  }
}
