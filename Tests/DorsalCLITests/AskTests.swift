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

  @Test func `what is known is not asked for and stays`() async throws {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal(
      "ask", "age=63", "setting=emergency", "sign=yes", "--save", "cases.csv")
    let said = try #require(try await terminal.expect("> "))
    // Where the case stands comes before the first question, which is the one that is left.
    #expect(said.contains("urgency: urgent") || said.contains("urgency: emergency"))
    #expect(said.contains("(site)") && !said.contains("(age)") && !said.contains("(sign)"))
    try terminal.type("undo")
    #expect(try await terminal.expect("There is nothing to take back.") != nil)
    try await terminal.expect("> ")
    try terminal.type("leg")
    let (status, _, output) = try await terminal.finish()
    #expect(status == 0)
    #expect(
      try folder.read("cases.csv")
        == "id,setting,sign,age,site\ncase-1,emergency,present,63,leg\n")
    let explained = try await folder.dorsal("explain", "cases.csv", "--id", "case-1")
    #expect(output == explained.output)
  }

  @Test func `what was asked for in vain is not asked for again`() async throws {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal("ask", "age=?", "sign=?")
    let said = try #require(try await terminal.expect("> "))
    #expect(said.contains("(site)"))
    try terminal.type("?")
    let (status, rest, output) = try await terminal.finish()
    #expect(status == 0)
    #expect(rest.contains("There is nothing more to ask."))
    #expect(output.contains("0 findings known"))
  }

  /// The sign as something that is asked for: then it is a danger sign, as a red flag hangs on it.
  @Test func `age and site are asked first, then danger signs, whatever they are worth`()
    async throws
  {
    var model = SmallModel()
    model.replace("sign,examination", with: "sign,history", in: "findings.csv")
    let folder = try WorkingFolder(["cases.csv": "id\nx\n"], model: model)
    let terminal = try folder.startOnTerminal("ask")
    let said = try await Self.answer(terminal, ["age": "63", "site": "leg", "sign": "no"])
    for (text, finding) in zip(said, ["age", "site", "sign"]) {
      #expect(text.contains("(\(finding))"), "\(text)")
    }
    #expect(said[2].contains("Danger signs: sign."))
    #expect(!said[1].contains("You could stop") && !said[2].contains("You could stop"))
    #expect(try await terminal.finish().status == 0)
    // In the order by value the question is the one that `suggest` has in front.
    let suggested = try await folder.dorsal("suggest", "cases.csv", "--id", "x", "--json")
    let rows = try #require(try JSON.object(suggested.output)["suggestions"] as? [[String: Any]])
    let best = try #require(rows.first?["finding"] as? String)
    let other = try folder.startOnTerminal("ask", "--by", "value")
    #expect(try #require(try await other.expect("> ")).contains("(\(best))"))
    try other.type("quit")
    #expect(try await other.finish().status == 0)
  }

  @Test func `danger signs that are left can be absent at once, and are taken back at once`()
    async throws
  {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal(
      "ask", "age=67", "sex=female", "site=low_back", "onset=gradual", "fever=present", "--model",
      Repository.model, "--save", "cases.csv")
    let said = try #require(try await terminal.expect("> "))
    let line = try #require(
      said.split(whereSeparator: \.isNewline).first { $0.hasPrefix("Danger signs: ") })
    let signs = line.dropFirst("Danger signs: ".count).dropLast().split(separator: ", ").map(
      String.init)
    #expect(Set(["saddle_anaesthesia", "trauma", "weight_loss"]).isSubset(of: Set(signs)))
    #expect(!signs.contains("fever"))
    #expect(said.contains("(\(signs[0]))"))
    try terminal.type("no others")
    let next = try #require(try await terminal.expect("> "))
    #expect(!signs.contains { next.contains("(\($0))") })
    try terminal.type("no others")
    #expect(try await terminal.expect("is for danger signs") != nil)
    try await terminal.expect("> ")
    try terminal.type("undo")
    let back = try #require(try await terminal.expect("> "))
    #expect(back.contains("Took back \(signs.joined(separator: ", "))."))
    #expect(back.contains("(\(signs[0]))"))
    // The first is there, the others are not.
    let state = ["trauma": "major", "motor_weakness": "both_legs"][signs[0]] ?? "present"
    try terminal.type(state)
    try await terminal.expect("> ")
    try terminal.type("No others")
    try await terminal.expect("> ")
    try terminal.type("quit")
    #expect(try await terminal.finish().status == 0)
    let rows = PlainCSV.rows(try folder.read("cases.csv"))
    let cells = Dictionary(zip(rows[0], rows[1])) { first, _ in first }
    #expect(cells[signs[0]] == state && cells["fever"] == "present")
    #expect(
      signs.dropFirst().allSatisfy {
        cells[$0] == (["trauma", "motor_weakness"].contains($0) ? "none" : "absent")
      }, "\(cells)")
  }

  @Test(arguments: [
    (["age=400"], "age=400: out of range; expected a number from 0 to 120 (years)"),
    (["age="], "age=: not a number; expected a number from 0 to 120 (years)"),
    (["age=unknown"], "age=unknown: not a number; ? where it is not known"),
    (["agge=40"], "agge=40: unknown finding \"agge\"; did you mean \"age\"?"),
    (["age"], "age: expected finding=value, such as age=67"),
    (["age=4", "age=5"], "age=5: \"age\" stands twice; expected it once"),
    (["sign=?", "sign=yes"], "sign=yes: \"sign\" stands twice; expected it once"),
    (["site=moon"], "site=moon: unknown state; expected one of back, chest, leg"),
    (["setting=home"], "setting=home: unknown state; expected one of primary_care, emergency"),
    (["setting=emergency", "--setting", "emergency"], "both name the setting; expected one"),
  ])
  func `a fact that cannot be is told before the first question`(
    arguments: [String], message: String
  ) async throws {
    let folder = try WorkingFolder()
    let terminal = try folder.startOnTerminal(["ask", "--save", "cases.csv"] + arguments)
    let (status, said, _) = try await terminal.finish()
    #expect(status == 64)
    #expect(said.replacing("\r\n", with: "\n").contains(message), "\(said)")
    #expect(!said.contains("> "))
    #expect(try folder.names().allSatisfy { $0 != "cases.csv" })
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
