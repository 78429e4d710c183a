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
