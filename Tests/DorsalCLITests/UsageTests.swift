import Testing

/// Help, and command lines that are wrong.
@Suite struct UsageTests {
  @Test(arguments: [
    (
      "",
      [
        "score", "explain", "suggest", "ask", "validate", "evaluate", "simulate", "model",
        "Exit status",
      ]
    ),
    (
      "score",
      [
        "<file>", "--model", "--setting", "--top", "--all", "--format", "--output", "--rejects",
        "--threads", "--ignore-unknown-columns", "--quiet",
      ]
    ),
    ("explain", ["<file>", "--id", "--model", "--setting", "--json"]),
    ("suggest", ["<file>", "--id", "--model", "--setting", "--top", "--only", "--by", "--json"]),
    ("ask", ["--id", "--model", "--setting", "--only", "--by", "--save"]),
    ("validate", ["<file>", "--model", "--ignore-unknown-columns", "--json"]),
    (
      "evaluate",
      [
        "<file>", "--model", "--setting", "--json", "--by", "--weight", "--visits", "--patients",
        "--rules",
      ]
    ),
    (
      "compare",
      [
        "<a>", "<b>", "<file>", "--calibration-b", "--prior-weight-a", "--red-flags-b", "--html",
        "--json",
      ]
    ),
    (
      "simulate",
      [
        "--count", "--seed", "--setting", "--missing", "--missing-by", "--correlation", "--priors",
        "--misspecify", "--format", "--output", "--metadata", "--threads",
      ]
    ),
    ("model", ["check", "show"]), ("model check", ["<folder>", "--json"]),
    ("model show", ["<id>", "--model", "--json"]),
  ])
  func `help names what a verb takes`(verb: String, words: [String]) async throws {
    let folder = try WorkingFolder(model: nil)
    let arguments = verb.split(separator: " ").map(String.init)
    for help in ["--help", "-h"] {
      let outcome = try await folder.start(arguments + [help]).outcome()
      #expect(outcome.status == 0)
      #expect(outcome.errors.isEmpty)
      #expect(outcome.output.contains("USAGE: dorsal \(verb)"))
      for word in words { #expect(outcome.output.contains(word), "\(word)") }
    }
  }

  @Test func `the version is a number`() async throws {
    let outcome = try await WorkingFolder(model: nil).dorsal("--version")
    #expect(outcome.status == 0)
    let parts = outcome.output.dropLast().split(separator: ".").map { Int($0) }
    #expect(parts.count == 3)
    #expect(!parts.contains(nil))
  }

  @Test(arguments: [
    ("frobnicate", "frobnicate"), ("score", "<file>"), ("score cases.csv more.csv", "more.csv"),
    ("score cases.csv --frobnicate", "--frobnicate"), ("score cases.csv --top", "--top"),
    ("score cases.csv --top 0", "--top 0: expected at least 1"),
    ("score cases.csv --top many", "many"), ("score cases.csv --top -1", "--top"),
    ("score cases.csv --threads 0", "--threads 0: expected at least 1"),
    ("score cases.csv --format xml", "xml"), ("explain cases.csv", "--id"),
    ("explain cases.csv --id a --top 0", "--top 0: expected at least 1"),
    ("explain --id a", "<file>"), ("validate", "<file>"), ("evaluate", "<file>"),
    ("evaluate cases.csv --seed x", "x"), ("model show", "<id>"), ("model frobnicate", "frob"),
    ("score cases.csv --interval 0", "--interval 0.0: expected a number between 0 and 1"),
    ("score cases.csv --interval 1", "--interval 1.0: expected a number between 0 and 1"),
    ("score cases.csv --interval 95", "--interval 95.0: expected a number between 0 and 1"),
    ("score cases.csv --interval=-0.5", "--interval -0.5: expected a number between 0 and 1"),
    ("score cases.csv --interval nan", "--interval nan: expected a number between 0 and 1"),
    ("explain cases.csv --id a --interval 1.5", "--interval 1.5: expected a number between"),
    ("score cases.csv --rejects -", "standard output"),
    ("score cases.csv --output - --rejects -", "standard output"),
  ])
  func `a wrong command line is told and does nothing`(
    command: String, word: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"])
    let outcome = try await folder.start(command.split(separator: " ").map(String.init)).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(word))
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test(arguments: ["score", "validate", "evaluate", "explain --id a"])
  func `an unknown setting is told with those there are`(command: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,diagnosis\na,strain\n"])
    let arguments = command.split(separator: " ").map(String.init)
    let outcome = try await folder.start(arguments + ["cases.csv", "--setting", "ward"]).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("\"ward\"; expected one of primary_care, emergency"))
  }
}
