import Foundation
import Testing

/// What is read is never written, two outputs are never one, and what is replaced keeps its mode.
@Suite struct FileSafetyTests {
  private static let cases = "id,sign,age,diagnosis\na,present,67,tumour\nb,absent,30,strain\n"
  private static let diary = "patient,date,time,pain\na,2026-01-01,08:00,3\na,2026-01-03,08:00,5\n"
  private static let priors = "cause,probability\nstrain,0.5\ntumour,0.25\nunlisted,0.25\n"

  /// Commands in which `OUT` is an output and `IN` what is read.
  static let readAndWritten = [
    "score IN --output OUT", "score IN --output out.csv --rejects OUT", "score - < IN --output OUT",
    "evaluate IN --report OUT --bootstrap 0", "explain IN --id a --html OUT",
    "suggest IN --output OUT", "suggest IN --id a --output OUT",
    "calibrate IN --method temperature --output OUT",
    "calibrate IN --method temperature --output c.json --report OUT", "diary IN --output OUT",
    "fit IN --output m --recoded OUT", "fit IN --output m --calibration OUT",
    "simulate --count 3 --priors IN --output OUT",
    "simulate --count 3 --priors IN --output s.csv --metadata OUT",
    "score cases.csv --calibration IN --output OUT", "model weights IN --output OUT",
    // Standard output too.
    "score IN >> OUT",
  ]

  @Test(arguments: readAndWritten, ["in.csv", "./in.csv", "link.csv", "hard.csv", "folder/in.csv"])
  func `no output is an input`(command: String, output: String) async throws {
    let text =
      command.hasPrefix("diary")
      ? Self.diary : command.hasPrefix("simulate") ? Self.priors : Self.cases
    let folder = try WorkingFolder(["in.csv": text, "cases.csv": Self.cases])
    let line = command.replacingOccurrences(of: "IN", with: "in.csv")
      .replacingOccurrences(of: "OUT", with: output)
    let outcome = try await folder.shell(
      "ln -s in.csv link.csv; ln in.csv hard.csv; ln -s . folder; \"$DORSAL\" \(line)")
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("are the same file"))
    #expect(try folder.read("in.csv") == text)
    #expect(
      try folder.names() == ["cases.csv", "folder", "hard.csv", "in.csv", "link.csv"])
  }

  @Test func `no output is a table of the model`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    for name in SmallModel.fileNames {
      let before = try folder.read("\(SmallModel.folder)/\(name)")
      let outcome = try await folder.dorsal(
        "score", "cases.csv", "--output", "\(SmallModel.folder)/\(name)")
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("--output and \(SmallModel.folder)/\(name) are the same"))
      #expect(try folder.read("\(SmallModel.folder)/\(name)") == before)
    }
  }

  @Test(
    arguments: [
      "score cases.csv --output ONE --rejects TWO",
      "calibrate cases.csv --method temperature --output ONE --report TWO",
      "simulate --count 3 --output ONE --metadata TWO",
      "fit cases.csv --output m --recoded ONE --calibration TWO",
    ],
    [
      // Spellings of one file, there or not, with links above it and links to nothing.
      ("x", "./x"), ("d/x", "l/x"), ("d/x", "later"), ("later", "l/x"), ("old", "hard"),
    ])
  func `two outputs are never one`(command: String, names: (String, String)) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases, "old": "old\n"])
    let line = command.replacingOccurrences(of: "ONE", with: names.0)
      .replacingOccurrences(of: "TWO", with: names.1)
    let outcome = try await folder.shell(
      "mkdir d; ln -s d l; ln -s d/x later; ln old hard; \"$DORSAL\" \(line); status=$?; "
        + "ls d; exit $status")
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.errors.contains("are the same file"))
    #expect(outcome.output.isEmpty)
    #expect(try folder.read("old") == "old\n")
    #expect(try folder.names() == ["cases.csv", "d", "hard", "l", "later", "old"])
  }

  @Test func `standard output and an output on it are one`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.shell("\"$DORSAL\" score cases.csv --rejects out > out")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("standard output and --rejects are the same file"))
    // Nothing is told apart in what nobody keeps.
    let nowhere = try await folder.dorsal(
      "score", "cases.csv", "--output", "/dev/null", "--rejects", "/dev/null")
    #expect(nowhere.status == 0, "\(nowhere.errors)")
  }

  @Test func `what is replaced keeps its mode and its links`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.shell(
      """
      umask 022
      mkdir d; echo secret > d/out.csv; chmod 600 d/out.csv; ln -s d/out.csv link.csv
      "$DORSAL" score cases.csv --output link.csv
      "$DORSAL" score cases.csv --output new.csv
      (umask 077; "$DORSAL" score cases.csv --output private.csv)
      ln -s d/later.csv later
      "$DORSAL" score cases.csv --output later
      "$DORSAL" fit cases.csv --prior-model Models/back-pain --force --output m 2> /dev/null
      stat -c '%a %F %n' d/out.csv link.csv new.csv private.csv d/later.csv later m m/causes.csv
      """)
    #expect(
      outcome.lines == [
        "600 regular file d/out.csv", "777 symbolic link link.csv", "644 regular file new.csv",
        "600 regular file private.csv", "644 regular file d/later.csv",
        "777 symbolic link later", "755 directory m", "644 regular file m/causes.csv",
      ], "\(outcome.errors)")
    #expect(try folder.read("d/out.csv").hasPrefix("id,setting,"))
  }

  @Test func `no name that somebody can guess is written to`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases, "victim": "precious\n"])
    let outcome = try await folder.shell(
      """
      for name in out.csv m; do ln -s victim $name.partial-$$; done
      exec "$DORSAL" score cases.csv --output out.csv
      """)
    #expect(outcome.status == 0)
    #expect(try folder.read("victim") == "precious\n")
    #expect(try folder.read("out.csv").hasPrefix("id,setting,"))
    #expect(try folder.names().count { !$0.contains("partial") } == 3)
  }

  @Test func `names may be long and odd`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let long = String(repeating: "n", count: 255)
    let longest = try await folder.dorsal("score", "cases.csv", "--output", long)
    #expect(longest.status == 0, "\(longest.errors)")
    #expect(try folder.names() == ["cases.csv", long])
    let slash = try await folder.dorsal("score", "cases.csv", "--output", "new/")
    #expect(slash.status == 73)
    #expect(slash.errors.contains("new/: is a folder"))
    let other = try await folder.shell(
      "cp cases.csv $'\\xffin.csv'; \"$DORSAL\" score $'\\xffin.csv'; echo $?; "
        + "\"$DORSAL\" score cases.csv --output $'\\xffout.csv'; echo $?; rm $'\\xffin.csv'")
    #expect(other.output == "64\n64\n")
    #expect(other.errors.contains("an argument is no UTF-8"))
    // The character that stands for what cannot be read may itself stand in a name.
    let mark = try await folder.dorsal("score", "cases.csv", "--output", "\u{FFFD}.csv")
    #expect(mark.status == 0, "\(mark.errors)")
    #expect(try folder.names() == ["cases.csv", long, "\u{FFFD}.csv"])
  }

  @Test(arguments: [
    ("score cases.csv --model ''", 66), ("score ''", 66), ("score cases.csv --output ''", 73),
    ("score cases.csv --calibration ''", 66),
    ("fit cases.csv --prior-model Models/back-pain --output ''", 73),
  ])
  func `an empty name names nothing`(command: String, status: Int32) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.shell("\"$DORSAL\" \(command)")
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(try folder.names() == ["cases.csv"])
  }
}
