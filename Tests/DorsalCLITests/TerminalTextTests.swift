import Foundation
import Testing

/// No control character of any input reaches a terminal, in any message or text.
@Suite struct TerminalTextTests {
  /// The bytes that move a terminal, and the first bytes of C1 controls and marks of direction.
  private static func isClean(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      let value = scalar.value
      return scalar == "\n" || value >= 0x20 && value < 0x7F
        || value > 0x9F && !(0x200E...0x200F).contains(value)
          && !(0x2028...0x202E).contains(value) && !(0x2066...0x2069).contains(value)
    }
  }

  @Test(arguments: [
    ("id,age\n\"a\u{1B}]0;owned\u{7}\u{1B}[2J\",30\n\"a\u{1B}]0;owned\u{7}\u{1B}[2J\",31\n", 1),
    ("id,\u{1B}[31mzz\n1,2\n", 1), ("{\"id\":\"a\",\"\\u001b[31mbad\":1}\n", 1),
    ("{\"id\":\"a\",\"findings\":{\"\\u009b31mbad\":1}}\n", 1),
    ("id,diagnosis\na,\u{1B}[2Jx\n", 1), ("id,age\na,\u{9B}31m\n", 1),
    ("id,site\na,\u{202E}gel\n", 1),
    ("id,age\n\"a\nforged.csv:1:1: all is well\",30\n\"a\nforged.csv:1:1: all is well\",31\n", 1),
  ])
  func `messages about a case file are clean`(text: String, lines: Int) async throws {
    let folder = try WorkingFolder(["cases.csv": text])
    let scored = try await folder.dorsal("score", "cases.csv", "--quiet")
    // Of two rows with one id the first is scored.
    #expect([3, 65].contains(scored.status))
    #expect(Self.isClean(scored.errors), "\(scored.errors)")
    #expect(!scored.errors.contains("\nforged.csv"))
    let validated = try await folder.dorsal("validate", "cases.csv")
    #expect(validated.status == scored.status)
    #expect(Self.isClean(validated.output + validated.errors))
  }

  @Test func `a column that differs in what nobody sees is told so`() async throws {
    let folder = try WorkingFolder([
      "cr.csv": "id,setting,age\r\r\na,primary_care,67\r\r\n",
      "blank.csv": "id,age\u{200B},sex\u{A0}\na,67,male\n",
    ])
    let returns = try await folder.dorsal("score", "cr.csv", "--strict")
    #expect(returns.errors.contains(#"unknown column "age\x0D"; did you mean "age"?"#))
    let blanks = try await folder.dorsal("score", "blank.csv")
    #expect(blanks.errors.contains(#"unknown column "age\u{200B}""#))
    #expect(blanks.errors.contains(#"unknown column "sex\u{00A0}""#))
  }

  @Test func `texts about a case are clean`() async throws {
    let id = "a\u{1B}]0;owned\u{7}\tforged"
    let folder = try WorkingFolder(["cases.csv": "id,age\n\"\(id)\",30\n"])
    for verb in ["explain", "suggest"] {
      let outcome = try await folder.dorsal(verb, "cases.csv", "--id", id)
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix(#"case a\x1B]0;owned\x07\x09forged, setting "#))
      #expect(Self.isClean(outcome.output))
    }
  }

  @Test func `texts of a model are clean`() async throws {
    var model = SmallModel()
    for (name, word) in [
      ("model.json", "For tests."), ("causes.csv", "Tumour"), ("findings.csv", "Sign?"),
      ("red_flags.csv", "The sign is a warning."), ("likelihoods.csv", "twice the background"),
      ("sources.csv", "PMID:1"),
    ] {
      let sign = name == "model.json" ? "\\u001b" : "\u{1B}"
      model.replace(word, with: word + "\(sign)[2J\u{9B}31m\u{202E}", in: name)
    }
    let folder = try WorkingFolder(
      ["cases.csv": "id,diagnosis,sign\na,tumour,yes\nb,strain,no\n"], model: model)
    for command in [
      "model check", "model card", "model show tumour", "model show sign",
      "explain cases.csv --id a", "suggest cases.csv --id a", "evaluate cases.csv --bootstrap 0",
      "model show --gaps --cases cases.csv", "model diff Models/back-pain Models/back-pain",
      "explain cases.csv --id a --json",
    ] {
      let outcome = try await folder.start(command.split(separator: " ").map(String.init)).outcome()
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
      #expect(Self.isClean(outcome.output + outcome.errors), "\(command)")
    }
  }

  /// A terminal in the place of standard output; its lines end in a carriage return as well.
  @Test(arguments: [
    "score cases.csv --quiet", "score cases.csv --quiet --format jsonl", "suggest cases.csv",
  ])
  func `answers on a terminal are clean, and elsewhere as they are`(command: String) async throws {
    let id = "a\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}z"
    let folder = try WorkingFolder(["cases.csv": "id,age\n\"\(id)\",30\n"])
    let shown = try await folder.shell(
      "python3 -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' \"$DORSAL\" \(command)")
    #expect(shown.status == 0)
    #expect(shown.output.contains("owned"))
    #expect(Self.isClean(shown.output.replacing("\r\n", with: "\n")), "\(shown.output)")
    let piped = try await folder.shell("\"$DORSAL\" \(command) | cat")
    #expect(piped.output.contains(command.contains("jsonl") ? "\\u001B]0;" : id))
  }

  @Test func `what is wrong with an argument is told clean`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,age\na,30\n"])
    let bad = "x\u{1B}[2J\u{9B}31m\u{202E}"
    for arguments in [
      ["score", "cases.csv", "--setting", bad], ["score", "cases.csv", "--" + bad],
      ["score", "cases.csv", "--top", bad], ["score", "cases.csv", bad], [bad],
      ["scores", "cases.csv", "--score", bad, "--model", Repository.model], ["model", "show", bad],
    ] {
      let outcome = try await folder.start(arguments).outcome()
      #expect(outcome.status == 64 || outcome.status == 65 || outcome.status == 66)
      #expect(outcome.errors.contains("x\\x1B[2J"), "\(outcome.errors)")
      #expect(Self.isClean(outcome.output + outcome.errors), "\(arguments)")
    }
  }
}
