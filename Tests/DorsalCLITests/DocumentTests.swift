import Foundation
import TestSupport
import Testing

/// What README.md and docs show is what this version prints.
///
/// With `DORSAL_RECORD_DOCUMENTS=1` the documents are written instead; `docs/record.py` does so
/// without a build of the tests, and makes Data/simulated.csv anew before.
@Suite struct DocumentTests {
  private static let isRecording =
    ProcessInfo.processInfo.environment["DORSAL_RECORD_DOCUMENTS"] == "1"

  @Test(.releaseOnly, arguments: try Document.names())
  func `every command prints what its document shows`(name: String) async throws {
    let document = try Document(name)
    let folder = try DocumentFolder()
    var lines: [String] = []
    for piece in document.pieces {
      switch piece {
      case .text(let text): lines += text
      case .command(let command, let line, let below):
        let printed = try await folder.run(command)
        let shown = Document.trimmed(below)
        if !Self.isRecording {
          #expect(
            Document.shows(shown, printed),
            "\(name):\(line): $ \(command)\n\(printed.joined(separator: "\n"))")
        }
        lines += ["$ " + command] + Document.cut(printed, like: shown)
        if below.last?.isEmpty == true { lines.append("") }
      }
    }
    if Self.isRecording {
      try lines.joined(separator: "\n")
        .write(toFile: Repository.root + "/" + name, atomically: true, encoding: .utf8)
    }
  }

  @Test func `a line of dots stands for any lines and nothing else does`() {
    #expect(Document.shows(["a", "..."], ["a", "b", "c"]))
    #expect(Document.shows(["...", "c"], ["a", "b", "c"]))
    #expect(Document.shows(["a", "...", "b"], ["a", "b"]))
    #expect(!Document.shows(["a", "...", "a"], ["a"]))
    #expect(!Document.shows(["a"], ["a", "b"]))
    #expect(!Document.shows(["a", "...", "d"], ["a", "b", "c"]))
    #expect(!Document.shows([], ["a"]))
  }

  @Test func `what is recorded is cut where it was cut and is then shown`() {
    let printed = ["1", "2", "3", "4", "5"]
    #expect(Document.cut(printed, like: ["x", "...", "y"]) == ["1", "...", "5"])
    #expect(Document.cut(printed, like: ["x"]) == printed)
    #expect(Document.cut(["1", "2"], like: ["x", "...", "y"]) == ["1", "2"])
    for like in [[], ["x"], ["...", "y"], ["x", "y", "..."]] {
      #expect(Document.shows(Document.cut(printed, like: like), printed))
    }
  }

  @Test func `commands are those of console blocks alone`() {
    let text = "a\n```sh\n$ no\n```\n```console\n$ one\nout  \n\n$ two\n```\n$ no\n"
    let document = Document(name: "page.md", text: text)
    #expect(
      document.pieces == [
        .text(["a", "```sh", "$ no", "```", "```console"]),
        .command("one", line: 6, below: ["out  ", ""]), .command("two", line: 9, below: []),
        .text(["```", "$ no", ""]),
      ])
    #expect(Document.trimmed(["out  ", ""]) == ["out"])
  }
}

/// A folder for the commands of one document, with Models and Data linked and `dorsal` on the
/// path.
private struct DocumentFolder {
  private let folder: WorkingFolder

  init() throws {
    folder = try WorkingFolder(model: nil)
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder.path + "/.bin", withIntermediateDirectories: false)
    for (link, target) in [
      ("Models", Repository.root + "/Models"), ("Data", Repository.root + "/Data"),
      (".bin/dorsal", Tool.path),
    ] {
      try files.createSymbolicLink(
        atPath: folder.path + "/" + link, withDestinationPath: target)
    }
  }

  /// What a command prints.
  func run(_ command: String) async throws -> [String] {
    let outcome = try await folder.shell(
      "export PATH=\"$PWD/.bin:$PATH\" LC_ALL=C.UTF-8; exec 2>&1; \(command)")
    return Document.trimmed(outcome.output.components(separatedBy: "\n"))
  }
}
