import Foundation
import Testing

/// `dorsal compare`: two sides on the same cases.
@Suite struct CompareTests {
  private static let cases = """
    id,diagnosis,sign,site,age
    a,tumour,present,,70
    b,strain,,leg,30
    c,tumour,,,
    d,unlisted,,,
    e,,present,,
    f,strain|tumour,absent,back,20
    g,strain,absent,leg,55

    """

  /// A copy of the small model with another name for its tumour and a finding of its own.
  private static func otherModel() -> SmallModel {
    var model = SmallModel()
    for name in SmallModel.fileNames { model.replace("tumour", with: "growth", in: name) }
    model.replace(
      "site,pain", with: "cough,history,binary,,,absent;present,,,1,,Cough?\nsite,pain",
      in: "findings.csv")
    model.replace(
      "site,back,*", with: "cough,present,*,0.5,10,assumed,,\nsite,back,*", in: "likelihoods.csv")
    return model
  }

  private static let own = SmallModel.folder

  private static func measure(_ object: [String: Any], _ name: String) throws -> [String: Any] {
    let list = try #require(object["measures"] as? [[String: Any]])
    return try #require(list.first { $0["name"] as? String == name })
  }

  @Test func `a model compared with itself is alike in everything`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal("compare", Self.own, Self.own, "cases.csv", "--json")
    #expect(outcome.status == 0)
    let object = try JSON.object(outcome.output)
    #expect((object["verdict"] as? String)?.contains("alike") == true)
    let measures = try #require(object["measures"] as? [[String: Any]])
    for measure in measures where measure["a"] is NSNumber {
      #expect(measure["difference"] as? Double == 0)
      #expect(measure["b_is"] as? String == "alike")
    }
    let movement = try #require(object["movement"] as? [String: Any])
    #expect(movement["same_leading"] as? Int == 7)
    #expect(movement["same_urgency"] as? Int == 7)
  }

  /// The diagnosis says nothing of the sign, so that the model is too sure, and a temperature helps.
  @Test(arguments: [("--calibration-b", "better"), ("--calibration-a", "worse")])
  func `the verdict says which side is better`(option: String, word: String) async throws {
    let cases = (0..<400).map { index in
      "p\(index),\(["strain", "tumour"][index % 2]),\(index / 2 % 2 == 0 ? "present" : "absent")\n"
    }
    let folder = try WorkingFolder(["cases.csv": "id,diagnosis,sign\n" + cases.joined()])
    let fit = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "temperature", "--output", "c.json")
    #expect(fit.status == 0, "\(fit.errors)")
    let object = try JSON.object(
      try await folder.dorsal(
        "compare", Self.own, Self.own, "cases.csv", option, "c.json", "--json"
      ).output)
    #expect(try Self.measure(object, "log_loss")["b_is"] as? String == word)
    #expect(
      (object["verdict"] as? String)?.hasPrefix("B is \(word) than A") == true,
      "\(object["verdict"] ?? "")")
  }

  @Test func `each side has the figures that evaluate gives it`() async throws {
    let fitting = (0..<400).map { index in
      // The diagnosis says nothing of the sign, so that the model is too sure.
      "p\(index),\(["strain", "tumour"][index % 2]),\(index / 2 % 2 == 0 ? "present" : "absent")\n"
    }
    let folder = try WorkingFolder([
      "cases.csv": Self.cases, "fitting.csv": "id,diagnosis,sign\n" + fitting.joined(),
    ])
    let calibrated = try await folder.dorsal(
      "calibrate", "fitting.csv", "--method", "temperature", "--output", "c.json")
    #expect(calibrated.status == 0, "\(calibrated.errors)")
    let outcome = try await folder.dorsal(
      "compare", Self.own, Self.own, "cases.csv", "--json", "--prior-weight-a", "0.5",
      "--calibration-b", "c.json")
    let compared = try JSON.object(outcome.output)
    #expect(try Self.measure(compared, "log_loss")["difference"] as? Double != 0)
    for (side, options) in [
      ("a", ["--prior-weight", "0.5"]), ("b", ["--calibration", "c.json"]),
    ] {
      let evaluated = try JSON.object(
        try await folder.start(["evaluate", "cases.csv", "--json"] + options).outcome().output)
      for name in [
        "log_loss", "brier", "top_1", "top_3", "mean_reciprocal_rank", "emergencies_top_3",
        "emergencies_given_urgent", "benign_given_emergency", "under_triage", "over_triage",
        "log_loss_of_all", "brier_of_all",
      ] {
        let value = try Self.measure(evaluated, name)["value"] as? Double
        // What a comparison keeps of a case are floats.
        #expect(
          isNear(
            try Self.measure(compared, name)[side] as? Double, try #require(value), within: 1e-6),
          "\(name) of \(side)")
      }
    }
  }

  @Test func `red flags of a side stand in for those of its model`() async throws {
    let flags = """
      rule,urgency,finding,state,message,source
      old,emergency,age,old,Old.,smith2001

      """
    let folder = try WorkingFolder(["cases.csv": Self.cases, "flags.csv": flags])
    let outcome = try await folder.dorsal(
      "compare", Self.own, Self.own, "cases.csv", "--red-flags-b", "flags.csv", "--json")
    #expect(outcome.status == 0)
    let object = try JSON.object(outcome.output)
    // By the losses of the small model every case is for self-care. By the own rule a sign is
    // urgent (a and e); by the other old age is an emergency (a by its 70 years, g by its 55).
    let movement = try #require(object["movement"] as? [String: Any])
    let urgency = try #require(movement["urgency"] as? [String: [String: Int]])
    #expect(urgency["urgent"] == ["self_care": 1, "routine": 0, "urgent": 0, "emergency": 1])
    #expect(urgency["self_care"] == ["self_care": 4, "routine": 0, "urgent": 0, "emergency": 1])
    #expect(movement["same_leading"] as? Int == 7)
    let side = try #require(object["b"] as? [String: Any])
    #expect(side["red_flags"] as? String == "flags.csv")

    try folder.write(
      flags.replacingOccurrences(of: "age,old", with: "age,ancient"), to: "flags.csv")
    let refused = try await folder.dorsal(
      "compare", Self.own, Self.own, "cases.csv", "--red-flags-b", "flags.csv")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("flags.csv:2:"))
    #expect(refused.errors.contains("ancient"))
    #expect(refused.output.isEmpty)
  }

  @Test func `red flags may leave out a rule that a step of the model hangs on`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    var model = SmallModel()
    model.files["steps.csv"] = """
      step,kind,causes,rules,what,when,after_days,finding,only_if,against,basis,source,note
      look,advice,,sign,Tell of the sign,now,,,,,assumed,,

      """
    try model.write(to: folder.path + "/own")
    try folder.write("rule,urgency,finding,state,message,source\n", to: "none.csv")
    let outcome = try await folder.dorsal(
      "compare", "own", "own", "cases.csv", "--red-flags-b", "none.csv", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let object = try JSON.object(outcome.output)
    let movement = try #require(object["movement"] as? [String: Any])
    let urgency = try #require(movement["urgency"] as? [String: [String: Int]])
    // Those with the sign, a and e, are urgent by the rule alone.
    #expect(urgency["urgent"] == ["self_care": 2, "routine": 0, "urgent": 0, "emergency": 0])

    model.replace(",,sign,Tell", with: ",,sgin,Tell", in: "steps.csv")
    try model.write(to: folder.path + "/own")
    let refused = try await folder.dorsal(
      "compare", "own", "own", "cases.csv", "--red-flags-b", "none.csv")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("own/steps.csv:2:14: unknown rule \"sgin\""))
  }

  /// The small model gives the sign urgency and all else none; B has no red flags. Of 12 cases with a
  /// sign each is given less by B. That is too little for an urgent cause, no longer too much for
  /// one of self-care, and too little by both for an emergency.
  @Test(arguments: [
    (
      "urgent", "present", "same probabilities, too little urgency more often",
      "same probabilities, too much urgency less often"
    ),
    ("emergency", "absent", "same probabilities, other urgency in 12", "alike"),
  ])
  func `rows say what differs, probabilities and urgency`(
    urgency: String, sign: String, ofTumour: String, ofStrain: String
  ) async throws {
    let rows = (0..<12).map { "t\($0),tumour,present\ns\($0),strain,\(sign)\n" }
    let folder = try WorkingFolder([
      "cases.csv": "id,diagnosis,sign\n" + rows.joined(),
      "none.csv": "rule,urgency,finding,state,message,source\n",
    ])
    var model = SmallModel()
    model.replace("neoplasm,emergency", with: "neoplasm,\(urgency)", in: "causes.csv")
    try model.write(to: folder.path + "/own")
    let arguments = ["compare", "own", "own", "cases.csv", "--red-flags-b", "none.csv"]
    let object = try JSON.object(
      try await folder.start(arguments + ["--json"]).outcome().output)
    for (table, key, names) in [
      ("by_cause", "cause", ["tumour": ofTumour, "strain": ofStrain]),
      ("by_urgency", "urgency", [urgency: ofTumour, "self_care": ofStrain]),
    ] {
      let groups = try #require(object[table] as? [[String: Any]])
      var found: [String: String] = [:]
      for group in groups {
        found[try #require(group[key] as? String)] = group["b_is"] as? String
        #expect(group["other_probabilities"] as? Int == 0)
        #expect(group["other_urgency"] as? Int == (group["b_is"] as? String == "alike" ? 0 : 12))
      }
      #expect(found == names)
    }
    let shown = try await folder.start(arguments + ["--html", "page.html"]).outcome()
    let page = try folder.read("page.html")
    for word in [ofTumour, ofStrain] {
      #expect(shown.lines.count { $0.hasSuffix("  " + word) } >= 2, "\(shown.output)")
      #expect(page.contains(">\(word)</td>"))
    }
    // Other priors give other probabilities too.
    let weighed = try JSON.object(
      try await folder.start(arguments + ["--prior-weight-b", "0.5", "--json"]).outcome().output)
    for group in try #require(weighed["by_cause"] as? [[String: Any]]) {
      #expect(group["other_probabilities"] as? Int == 12)
      let word = try #require(group["b_is"] as? String)
      #expect(!word.contains("alike") && !word.contains("same"), "\(word)")
    }
  }

  @Test func `models with other causes are compared in those that they share`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": Self.cases
        + "h,growth,,,\n"
        .replacingOccurrences(of: "h,growth,,,", with: "h,growth,present,,")
    ])
    try Self.otherModel().write(to: folder.path + "/other")
    let outcome = try await folder.dorsal("compare", Self.own, "other", "cases.csv", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let object = try JSON.object(outcome.output)
    let causes = try #require(object["causes"] as? [String: Any])
    #expect(causes["a_alone"] as? [String] == ["tumour"])
    #expect(causes["b_alone"] as? [String] == ["growth"])
    #expect(causes["shared"] as? Int == 2)
    // a and c are tumours, h is a growth; b, g, and f by its strain are of both.
    #expect(object["diagnosed_by_a_alone"] as? Int == 2)
    #expect(object["diagnosed_by_b_alone"] as? Int == 1)
    #expect(object["covered"] as? Int == 3)
    #expect(object["labelled"] as? Int == 4)
    #expect(object["cases"] as? Int == 8)
    let text = try await folder.dorsal("compare", Self.own, "other", "cases.csv")
    #expect(text.output.contains("causes of A alone: tumour"))
    #expect(text.output.contains("2 cases have a diagnosis that only the model of A has"))
  }

  @Test func `a column is known where one of the models knows it`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id,diagnosis,cough\na,strain,present\nb,strain,absent\n",
      "cases.jsonl": #"{"id": "a", "diagnosis": "growth", "findings": {"cough": "present"}}"#
        + "\n",
      "unknown.csv": "id,diagnosis,cuogh\na,strain,present\n",
    ])
    try Self.otherModel().write(to: folder.path + "/other")
    for file in ["cases.csv", "cases.jsonl"] {
      for (a, b) in [(Self.own, "other"), ("other", Self.own)] {
        let outcome = try await folder.dorsal("compare", a, b, file)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      }
    }
    let refused = try await folder.dorsal("compare", Self.own, "other", "unknown.csv")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("unknown.csv:1:14: unknown column \"cuogh\""))
  }

  @Test func `standard input is compared as a file is`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let arguments = ["compare", Self.own, Self.own, "--prior-weight-b", "0.5"]
    let file = try await folder.start(arguments + ["cases.csv"]).outcome()
    let input = try await folder.start(arguments + ["-"], input: Array(Self.cases.utf8)).outcome()
    #expect(file.status == 0 && input.status == 0)
    #expect(file.output == input.output)
  }

  @Test func `the page stands by itself and shows what files say as text`() async throws {
    let name = "<b>&.csv"
    let folder = try WorkingFolder([name: Self.cases])
    let outcome = try await folder.dorsal(
      "compare", Self.own, Self.own, name, "--prior-weight-b", "0", "--html", "page.html")
    #expect(outcome.status == 0)
    let page = try folder.read("page.html")
    let text = PageText(page.replacingOccurrences(of: "<!DOCTYPE html>\n", with: ""))
    #expect(text.elements["script"] == nil)
    #expect(text.texts.joined().contains("Comparison on <b>&.csv"))
    #expect(page.contains(outcome.lines[0].replacingOccurrences(of: "&", with: "&amp;")))
    #expect((text.elements["table"] ?? 0) >= 5)
  }

  @Test func `without diagnoses there is no verdict, only who moves`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\nb,absent\nc,\n"])
    let outcome = try await folder.dorsal(
      "compare", Self.own, Self.own, "cases.csv", "--prior-weight-b", "0.5", "--html", "page.html")
    #expect(outcome.status == 0)
    #expect(outcome.lines[0].hasPrefix("No case has a diagnosis"))
    #expect(outcome.output.contains("who moves"))
    #expect(!outcome.output.contains("net benefit"))
  }

  @Test func `rows that cannot be read are told once and end the run with 3`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases + "h,strain,perhaps,,\na,,,,\n"])
    let outcome = try await folder.dorsal("compare", Self.own, Self.own, "cases.csv")
    #expect(outcome.status == 3)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count { $0.contains("perhaps") } == 1)
    #expect(outcome.errors.contains("2 of 9 rows rejected"))
    #expect(!outcome.output.isEmpty)
    let limited = try await folder.dorsal(
      "compare", Self.own, Self.own, "cases.csv", "--max-rejects", "1", "--html", "page.html")
    #expect(limited.status == 65)
    #expect(limited.output.isEmpty)
    #expect(try !folder.names().contains("page.html"))
  }

  @Test(arguments: [
    (["nowhere", own, "cases.csv"], 66, "nowhere: no such model folder"),
    ([own, "nowhere", "cases.csv"], 66, "nowhere: no such model folder"),
    ([own, "", "cases.csv"], 66, "B has an empty name"),
    ([own, own, "missing.csv"], 66, "missing.csv: no such file"),
    ([own, own], 64, "<file>"),
    ([own, own, "cases.csv", "--prior-weight-b", "1.5"], 64, "--prior-weight-b 1.5"),
    ([own, own, "cases.csv", "--prior-weight-a", "nan"], 64, "--prior-weight-a nan"),
    ([own, own, "cases.csv", "--bootstrap", "-1"], 64, "--bootstrap"),
    ([own, own, "cases.csv", "--threads", "0"], 64, "--threads 0"),
    ([own, own, "cases.csv", "--html", "-"], 64, "--html -: expected a file"),
    ([own, own, "cases.csv", "--html", "cases.csv"], 64, "the same file"),
    ([own, own, "cases.csv", "--html", own + "/priors.csv"], 64, "the same file"),
    ([own, own, "cases.csv", "--red-flags-a", "none.csv"], 66, "none.csv: no such file"),
    ([own, own, "cases.csv", "--calibration-b", "none.json"], 66, "none.json: no such file"),
    ([own, own, "cases.csv", "--calibration-b", "cases.csv"], 65, "cases.csv:1:"),
    ([own, own, "empty.csv"], 65, "empty.csv"),
    ([own, own, "header.csv"], 65, "no cases"),
    ([own, own, "cases.csv", "--setting", "moon"], 64, "unknown setting \"moon\""),
  ])
  func `what cannot be compared is refused and nothing is written`(
    arguments: [String], status: Int32, words: String
  ) async throws {
    let folder = try WorkingFolder([
      "cases.csv": Self.cases, "empty.csv": "", "header.csv": "id,diagnosis,sign\n",
    ])
    let outcome = try await folder.start(["compare"] + arguments).outcome()
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(try folder.read("cases.csv") == Self.cases)
  }
}
