import Dorsal
import DorsalFHIR
import Foundation
import Testing

/// Files of FHIR.
@Suite struct FHIRFileTests {
  private static let model = ["--model", Repository.root + "/Models/back-pain"]

  private func score(_ arguments: [String]) async throws -> Outcome {
    let folder = try WorkingFolder(model: nil)
    return try await folder.start(["score"] + arguments + Self.model).outcome()
  }

  @Test func `responses have the rows of the case file that they were made of`() async throws {
    for options in [["--top", "80"], ["--all", "--groups"], ["--interval", "0.9"]] {
      let rows = try await score([Repository.root + "/Data/examples.csv"] + options)
      let answers = try await score(
        [Repository.root + "/Data/examples_fhir.ndjson", "--fhir"] + options)
      #expect(answers.status == 0)
      #expect(rows.lines.count == 7)
      #expect(answers.output == rows.output)
      #expect(answers.errors.contains("6 of 6 resources say something of their case"))
    }
  }

  /// The wrong unit stands on the second line, behind the number of bytes that are in front of it.
  @Test func `a line that cannot be read is rejected with its place`() async throws {
    let folder = try WorkingFolder(model: nil)
    func observation(_ unit: String) -> String {
      #"{"resourceType":"Observation","status":"final","effectiveDateTime":"2024-05-31","#
        + #""code":{"coding":[{"system":"http://loinc.org","code":"1988-5"}]},"#
        + #""valueQuantity":{"value":5,"system":"http://unitsofmeasure.org","code":"\#(unit)"}}"#
    }
    func bundle(_ id: String, _ unit: String) -> String {
      #"{"resourceType":"Bundle","id":"\#(id)","type":"collection","entry":[{"resource":"#
        + observation(unit) + "}]}\n"
    }
    let wrong = bundle("b", "kg")
    try folder.write(
      bundle("a", "mg/L") + wrong + bundle("a", "mg/L")
        + #"{"resourceType":"Bundle","type":"collection"}"#, to: "f.ndjson")
    let answers = try await folder.start(
      ["score", "f.ndjson", "--fhir", "--date", "2024-06-01"] + Self.model
    ).outcome()
    #expect(answers.status == 3)
    #expect(answers.lines.map { $0.prefix(2) } == ["id", "a,"])
    let column = try #require(wrong.range(of: "{\"value\":5")).lowerBound
    let place = wrong.utf8.distance(from: wrong.startIndex, to: column) + 1
    #expect(
      answers.errors.contains(
        "f.ndjson:2:\(place): Bundle.entry[0].resource.valueQuantity: the unit \"kg\" of crp"))
    #expect(answers.errors.contains("f.ndjson:3:1: id \"a\": the id was used on line 1 already"))
    #expect(answers.errors.contains("f.ndjson:4:1: no id"))
  }

  /// A rate of 999, a pressure of 1 and degrees Fahrenheit as Celsius: of no living patient.
  @Test(arguments: [
    ("8867-4", "999", "/min", "20 to 300"), ("8480-6", "1", "mm[Hg]", "40 to 300"),
    ("8310-5", "98.6", "Cel", "25 to 45"), ("8310-5", "366", "Cel", "25 to 45"),
  ])
  func `a number that no patient has is rejected with its limits`(
    code: String, value: String, unit: String, limits: String
  ) async throws {
    let folder = try WorkingFolder(model: nil)
    try folder.write(
      #"{"resourceType":"Bundle","id":"a","type":"collection","entry":[{"resource":"#
        + #"{"resourceType":"Observation","status":"final","effectiveDateTime":"2024-06-01","#
        + #""code":{"coding":[{"system":"http://loinc.org","code":"\#(code)"}]},"#
        + #""valueQuantity":{"value":\#(value),"system":"http://unitsofmeasure.org","#
        + #""code":"\#(unit)"}}}]}"# + "\n", to: "f.ndjson")
    let answers = try await folder.start(
      ["score", "f.ndjson", "--fhir", "--date", "2024-06-01"] + Self.model
    ).outcome()
    #expect(answers.status == 65)
    #expect(answers.lines.count == 1)
    #expect(answers.errors.contains("\(value) is out of range; expected \(limits)"))
  }

  /// What the service has for a request: the answers of the library for one case.
  @Test func `answers in FHIR are those of a request a line, byte for byte`() async throws {
    let scorer = Scorer(try Model(folder: Repository.model))
    let answers = try FHIRAnswers(scorer: scorer)
    let path = Repository.root + "/Data/examples_fhir.ndjson"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let intervals = FHIRAnswers.Intervals(CredibleIntervals(scorer: scorer, level: 0.9), level: 0.9)
    let date = try #require(CivilDate("2026-07-01"))
    for (options, top, isRanged, day) in [
      (["--all"], nil, false, nil), (["--top", "3", "--interval", "0.9"], 3, true, nil),
      (["--date", "2026-07-01"], 5, false, date),
    ] as [([String], Int?, Bool, CivilDate?)] {
      var expected = ""
      for line in lines {
        let found = try answers.reader.read(Array(line.utf8), on: day)
        expected +=
          answers.score(found, top: top, intervals: isRanged ? intervals : nil).text + "\n"
      }
      for threads in ["1", "3"] {
        let outcome = try await score(
          [path, "--fhir", "--format", "fhir", "--threads", threads] + options)
        #expect(outcome.status == 0)
        #expect(outcome.output == expected, "\(options)")
      }
    }
  }

  /// The second of a repeated id and a line that is none are told, and the others are answered.
  @Test func `what is rejected has no answer in FHIR`() async throws {
    let folder = try WorkingFolder(model: nil)
    func response(_ id: String, _ age: Int) -> String {
      #"{"resourceType":"QuestionnaireResponse","id":"\#(id)","status":"completed","#
        + #""questionnaire":"urn:dorsal:questionnaire:back-pain","item":[{"linkId":"age","#
        + #""answer":[{"valueDecimal":\#(age)}]}]}"# + "\n"
    }
    try folder.write(
      response("a", 40) + response("a", 50) + "{}\n" + response("b", 60), to: "f.ndjson")
    let arguments = ["score", "f.ndjson", "--fhir", "--format", "fhir", "--output", "g.ndjson"]
    let outcome = try await folder.start(arguments + Self.model).outcome()
    #expect(outcome.status == 3)
    let written = try folder.read("g.ndjson").split(separator: "\n").map {
      try JSON.object(String($0))
    }
    #expect(written.count == 2)
    #expect(written.allSatisfy { $0["resourceType"] as? String == "Parameters" })
    #expect(outcome.errors.contains("f.ndjson:2:1: id \"a\": the id was used on line 1 already"))
    #expect(outcome.errors.contains("f.ndjson:3:1"))
  }

  @Test(arguments: [
    ([], "--format fhir needs --fhir"), (["--fhir", "--groups"], "--groups has no place"),
    (["--fhir", "--robustness"], "--robustness has no place"),
    (["--fhir", "--misfit"], "--misfit has no place"),
    (["--fhir", "--coexisting"], "--coexisting has no place"),
    (["--fhir", "--compression", "lz4"], "--compression goes with --format arrow alone"),
  ])
  func `what an answer in FHIR has no place for is refused`(
    options: [String], message: String
  ) async throws {
    let outcome = try await score(
      [Repository.root + "/Data/examples_fhir.ndjson", "--format", "fhir"] + options)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func `a date is a day and of FHIR`() async throws {
    for arguments in [["f", "--date", "2024-05-31"], ["f", "--fhir", "--date", "2024"]] {
      #expect(try await score(arguments).status == 64)
    }
  }

  @Test(
    arguments: [
      ["--map", "m.toml"], ["--ignore-unknown-columns"], ["--unknown", "x"], ["--delimiter", ";"],
      ["--on-bad-value", "unknown"], ["--strict"],
    ]) func `an option that says how tables are read is refused`(option: [String]) async throws
  {
    let answers = try await score(
      [Repository.root + "/Data/examples_fhir.ndjson", "--fhir"] + option)
    #expect(answers.status == 64)
    #expect(answers.output.isEmpty)
    #expect(answers.errors.contains("\(option[0]) is for tables and cannot go with --fhir"))
  }
}
