import Foundation
import Testing

/// Files whose numbers are no fit's, and tables made to take time.
@Suite struct HostileFileTests {
  private static func cases(_ count: Int = 200) -> String {
    var text = "id,diagnosis,sign\n"
    for index in 0..<count {
      let cause = ["strain", "tumour", "strain", "unlisted"][index % 4]
      text += "p\(index),\(cause),\(index % 3 == 0 ? "present" : "absent")\n"
    }
    return text
  }

  @Test(arguments: [
    ("temperature", "\"scale\": ", "-1"), ("temperature", "\"scale\": ", "0"),
    ("temperature", "\"scale\": ", "-1e308"), ("temperature", "\"scale\": ", "1e308"),
    ("vector", "\"strain\": ", "-1e308"), ("vector", "\"strain\": ", "-1"),
    ("vector", "\"unlisted\": ", "1e300"),
    ("beta", "\"a\": ", "1e300"), ("evidence", "\"scale\": ", "-1"),
    ("prior-shift", "\"tumour\": ", "1e300"), ("evidence", "\"tumour\": ", "1e300"),
  ])
  func `a calibration with a number that no fit gives is refused with its place`(
    method: String, member: String, number: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases(), "one.csv": "id,sign\na,yes\n"])
    let fitted = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", method, "--force", "--output", "c.json")
    #expect(fitted.status == 0, "\(fitted.errors)")
    let text = try folder.read("c.json")
    let parameters = try #require(text.range(of: "\"parameters\""))
    let place = try #require(
      text.range(of: member, range: parameters.upperBound..<text.endIndex))
    let end = try #require(text[place.upperBound...].firstIndex { ",\n}".contains($0) })
    let changed =
      String(text[..<place.upperBound]) + number + String(text[end...])
    try folder.write(changed, to: "c.json")
    let line = text[..<place.upperBound].split(separator: "\n", omittingEmptySubsequences: false)
      .count
    for command in [
      ["score", "one.csv", "--calibration", "c.json"],
      ["explain", "one.csv", "--id", "a", "--calibration", "c.json"],
    ] {
      let outcome = try await folder.start(command).outcome()
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("c.json:\(line):"), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func `a great scale is harmless`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases(), "one.csv": "id,sign\na,yes\n"])
    _ = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "temperature", "--force", "--output", "c.json")
    let text = try folder.read("c.json")
    let place = try #require(text.range(of: "\"scale\": "))
    let end = try #require(text[place.upperBound...].firstIndex { ",\n".contains($0) })
    try folder.write(text[..<place.upperBound] + "400" + text[end...], to: "c.json")
    let scored = try await folder.dorsal(
      "score", "one.csv", "--top", "2", "--calibration", "c.json")
    // Of 1/2 to 1/3, to the power 400, a Float holds no trace.
    #expect(scored.lines[1].hasSuffix("tumour,1,strain,0"))
    let explained = try await folder.dorsal(
      "explain", "one.csv", "--id", "a", "--calibration", "c.json")
    #expect(explained.status == 0)
    #expect(explained.output.contains("posterior odds, that is 100.0%"))
  }

  @Test func `fit with very many columns takes no time`() async throws {
    let columns = 30_000
    let header = "id," + (0..<columns).map { "c\($0)" }.joined(separator: ",")
    let folder = try WorkingFolder([
      "c.csv": header + "\na" + String(repeating: ",", count: columns) + "\n"
    ])
    let outcome = try await folder.shell("ulimit -t 60; \"$DORSAL\" fit c.csv --output m")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("no column \"diagnosis\" with the cause"))
  }

  @Test(arguments: ["1700000000000000000", "1000000000000"])
  func `columns of large numbers become findings`(first: String) async throws {
    let start = try #require(Int(first))
    var (whole, large) = ("id,stamp,diagnosis\n", "id,x,diagnosis\n")
    for index in 0..<60 {
      let cause = index % 2 == 0 ? "a" : "b"
      whole += "r\(index),\(start + index * 1_000_000_000_000),\(cause)\n"
      large += "r\(index),\(index * 1_000_000)e300,\(cause)\n"
    }
    let folder = try WorkingFolder(["t.csv": whole, "u.csv": large])
    for (file, column) in [("t.csv", "stamp"), ("u.csv", "x")] {
      let fitted = try await folder.dorsal("fit", file, "--output", "m-\(column)")
      #expect(fitted.status == 0, "\(fitted.errors)")
      #expect(try await folder.dorsal("model", "check", "m-\(column)").status == 0)
      let scored = try await folder.dorsal("score", file, "--model", "m-\(column)")
      #expect(scored.status == 0)
      #expect(scored.lines.count == 61)
    }
  }

  @Test func `a column or a cause may be called as answers and case files are`() async throws {
    var text = "id,findings,diagnosis\n"
    for index in 0..<40 {
      text += "r\(index),\(index % 3 == 0 ? "yes" : "no"),\(index % 2 == 0 ? "urgency" : "b")\n"
    }
    let folder = try WorkingFolder(["t.csv": text])
    let refused = try await folder.dorsal("fit", "t.csv", "--output", "m")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("the column \"findings\" would be a second column"))
    try folder.write(text.replacing("findings", with: "sign"), to: "t.csv")
    #expect(try await folder.dorsal("fit", "t.csv", "--output", "m").status == 0)
    let card = try await folder.dorsal("model", "card", "--model", "m")
    #expect(card.output.contains("x_urgency"))
  }

  @Test(
    arguments: [
      "score cases.csv --calibration", "score cases.csv --map", "simulate --count 1 --priors",
      "compare Models/back-pain Models/back-pain cases.csv --red-flags-b",
    ]) func `a table without end is refused`(command: String) async throws
  {
    let folder = try WorkingFolder(["cases.csv": "id,age\na,30\n"])
    let outcome = try await folder.start(
      command.split(separator: " ").map(String.init) + ["/dev/zero"]
    ).outcome()
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("/dev/zero: more than 268435456 bytes"), "\(outcome.errors)")
  }
}
