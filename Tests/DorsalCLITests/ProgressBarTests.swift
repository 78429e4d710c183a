import Foundation
import TestSupport
import Testing

/// The bar of a long run on a terminal. In debug the run would take minutes.
@Suite(.releaseOnly) struct ProgressBarTests {
  /// What a run says that asks much of each of 4,200 cases, and its answers.
  private static func said(_ options: String...) async throws -> (said: String, rows: Int) {
    let text = try String(contentsOfFile: Repository.vignettes, encoding: .utf8)
    let rows = text.split(separator: "\n").map(String.init)
    let copies = (0..<60).flatMap { copy in rows.dropFirst().map { "\(copy)-\($0)" } }
    let cases = ([rows[0]] + copies).joined(separator: "\n") + "\n"
    let folder = try WorkingFolder(["cases.csv": cases])
    let arguments = ["score", "cases.csv", "--robustness", "--model", Repository.model]
    let terminal = try folder.startOnTerminal(arguments + ["--output", "answers.csv"] + options)
    let (status, said, _) = try await terminal.finish()
    #expect(status == 0, "\(said)")
    return (said, PlainCSV.rows(try folder.read("answers.csv")).count - 1)
  }

  @Test func `a long run shows how far it is, and takes the bar away`() async throws {
    let (said, rows) = try await Self.said()
    #expect(rows == 4200)
    let parts = said.components(separatedBy: " cases/s")
    #expect(parts.count > 1, "\(said)")
    // At most all of the rows are told of, and more from time to time.
    let counts = parts.dropLast().compactMap { part in
      part.firstMatch(of: /([0-9]+) cases, [0-9]+$/).flatMap { Int($0.output.1) }
    }
    #expect(counts.count == parts.count - 1)
    #expect(counts == counts.sorted() && counts.allSatisfy { (0...4200).contains($0) })
    // Behind the last of it the line is emptied, and nothing of a bar follows.
    let rest = try #require(parts.last)
    let cleared = try #require(rest.range(of: "\r\u{1B}[K", options: .literal))
    #expect(!rest[cleared.upperBound...].contains("#"))
  }

  @Test func `a quiet run shows none`() async throws {
    let (said, rows) = try await Self.said("--quiet")
    #expect(rows == 4200)
    #expect(!said.contains("cases/s") && !said.contains("\u{1B}"), "\(said)")
  }
}
