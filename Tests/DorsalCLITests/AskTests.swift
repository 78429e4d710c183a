import Foundation
import Testing

/// `dorsal ask`: a dialogue, held through a pseudo-terminal.
@Suite struct AskTests {
  /// Answers by finding; a question is known by the id in brackets behind it.
  private static func answer(
    _ terminal: Terminal, _ answers: [String: String], count: Int = 3
  ) async throws -> [String] {
    var said: [String] = []
    for _ in 0..<count {
      let text = try #require(try await terminal.expect("> "))
      said.append(text)
      let finding = try #require(answers.keys.first { text.contains("(\($0))") })
      try terminal.type(answers[finding] ?? "")
    }
    return said
  }

  @Test func `answers become a case that explain and score agree on`() async throws {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal(
      "ask", "--save", "cases.csv", "--setting", "emergency")
    _ = try await Self.answer(terminal, ["sign": "yes", "age": "63", "site": "3"])
    let (status, said, output) = try await terminal.finish()
    #expect(status == 0)
    #expect(said.contains("There is nothing more to ask."))
    #expect(said.contains("saved as case-1 in cases.csv"))
    #expect(
      try folder.read("cases.csv")
        == "id,setting,sign,age,site\ncase-1,emergency,present,63,leg\n")
    let explained = try await folder.dorsal("explain", "cases.csv", "--id", "case-1")
    #expect(explained.status == 0)
    #expect(output == explained.output)
    #expect(output.contains("3 findings known"))
  }

  /// By hand: strain, tumour and unlisted begin at 50, 25 and 25%; the sign multiplies the tumour by
  /// 3 and its absence by 1/3.
  @Test func `the ranking is shown as it moves, and goes back`() async throws {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal("ask", "--only", "examination")
    _ = try await Self.answer(terminal, ["sign": "1"], count: 1)
    // With one finding that may be asked for, the dialogue ends with its answer.
    let (status, said, output) = try await terminal.finish()
    #expect(status == 0)
    let rows = said.split(whereSeparator: \.isNewline).map(String.init)
    let tumour = try #require(rows.first { $0.contains("tumour") })
    #expect(tumour.contains("25.0%") && tumour.contains("50.0%") && tumour.contains("up from 2"))
    // The rule of the sign; by the losses nothing would have to be done.
    #expect(said.contains("urgency: urgent") && !said.contains("urgency: emergency"))
    #expect(output.contains("case case-1, setting primary_care, 1 findings known"))
  }

  @Test func `undo, why, help, unknown and quit`() async throws {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal("ask", "--save", "cases.csv")
    let question = try #require(try await terminal.expect("> "))
    try terminal.type("undo")
    #expect(try await terminal.expect("There is nothing to take back.") != nil)
    try await terminal.expect("> ")
    let answers = ["sign": "no", "age": "40", "site": "leg"]
    let asked = try #require(answers.keys.first { question.contains("(\($0))") })
    try terminal.type(answers[asked] ?? "")
    try await terminal.expect("urgency:")
    try await terminal.expect("> ")
    try terminal.type("undo")
    let back = try #require(try await terminal.expect("> "))
    #expect(back.contains("Took back \(asked)."))
    #expect(back.contains("(\(asked))"))
    // The question that was taken back is asked again; ? leaves it unknown and goes on.
    try terminal.type("why")
    let reason = try #require(try await terminal.expect("> "))
    #expect(reason.contains("bits; expected to save"))
    #expect(reason.contains("then first"))
    try terminal.type("perhaps")
    #expect(try await terminal.expect("expected") != nil)
    try await terminal.expect("> ")
    try terminal.type("")
    #expect(try await terminal.expect("? where it is not known") != nil)
    try await terminal.expect("> ")
    try terminal.type("help")
    #expect(try await terminal.expect("undo takes the last answer back") != nil)
    try await terminal.expect("> ")
    try terminal.type("?")
    try await terminal.expect("> ")
    try terminal.type("QUIT")
    let (status, said, output) = try await terminal.finish()
    #expect(status == 0)
    #expect(said.contains("nothing is known, so nothing was saved"))
    #expect(output.contains("0 findings known"))
    #expect(try folder.names().isEmpty)
  }

  @Test func `a case is added to the columns that a file has`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "diagnosis,id,age\nstrain,case-1,30\n\"tumour\",\"a,b\",\n"
    ])
    let terminal = try folder.startOnTerminal("ask", "--save", "cases.csv")
    _ = try await Self.answer(terminal, ["sign": "0", "age": "17.5", "site": "chest"])
    #expect(try await terminal.finish().status == 0)
    #expect(
      try folder.read("cases.csv") == """
        diagnosis,id,age,setting,sign,site
        strain,case-1,30,,,
        tumour,"a,b",,,,
        ,case-2,17.5,primary_care,absent,chest

        """)
    let more = try folder.startOnTerminal("ask", "--save", "cases.csv", "--id", "x")
    _ = try await Self.answer(more, ["sign": "y", "age": "80", "site": "?"])
    #expect(try await more.finish().status == 0)
    #expect(try folder.read("cases.csv").hasSuffix("\n,x,80,primary_care,present,\n"))
    #expect(try await folder.dorsal("validate", "cases.csv").status == 0)
  }

  @Test func `the end of input ends like quit`() async throws {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal("ask", "--save", "cases.csv")
    _ = try await Self.answer(
      terminal, ["sign": "yes", "age": "63", "site": "back"], count: 1)
    try await terminal.expect("> ")
    try terminal.endInput()
    let (status, said, output) = try await terminal.finish()
    #expect(status == 0)
    #expect(said.contains("The input has ended."))
    #expect(output.contains("1 findings known"))
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test func `an interrupted dialogue saves nothing`() async throws {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal("ask", "--save", "cases.csv")
    _ = try await Self.answer(
      terminal, ["sign": "yes", "age": "63", "site": "back"], count: 1)
    try await terminal.expect("> ")
    terminal.interrupt()
    #expect(try await terminal.finish().status == 130)
    #expect(try folder.names().isEmpty)
  }

  @Test func `without a terminal it says what to do instead`() async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.dorsal("ask", input: "yes\n")
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("standard input is no terminal; `dorsal suggest`"))
  }

  @Test(arguments: [
    ("{\"id\": \"a\"}\n", [String](), 65, "is NDJSON; expected a case file in CSV"),
    ("name,age\na,3\n", [], 65, "no column \"id\""),
    ("id,age\na\n", [], 65, "cases.csv:2:1: 1 cells; expected 2"),
    ("id,age\na,3\n", ["--id", "a"], 65, "the id \"a\" stands there already"),
    ("", ["--setting", "home"], 64, "expected one of primary_care, emergency"),
    ("", ["--only", "past"], 64, "unknown section \"past\""),
  ])
  func `what cannot be begun is told before the first question`(
    file: String, arguments: [String], status: Int32, word: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": file])
    let terminal = try Terminal(
      Tool.path, ["ask", "--save", "cases.csv"] + arguments, in: folder.path,
      output: folder.path + "/output")
    let (ended, said, _) = try await terminal.finish()
    #expect(ended == status)
    #expect(said.contains(word))
    #expect(!said.contains("> "))
    #expect(try folder.read("cases.csv") == file)
  }
}
