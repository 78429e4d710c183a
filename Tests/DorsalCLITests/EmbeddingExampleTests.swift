import Foundation
import TestSupport
import Testing

/// The programs that show how to embed the library; they see the public interface alone.
@Suite(.releaseOnly) struct EmbeddingExampleTests {
  @Test func `the program of the README is built and answers its case`() async throws {
    let program = try text("Examples/Readme/main.swift")
    #expect(try text("README.md").contains("```swift\n\(program)```\n"))
    // The page of the library shows all of it but the last line.
    let shorter = program.split(separator: "\n", omittingEmptySubsequences: false).dropLast(2)
    #expect(
      try text("Sources/Dorsal/Dorsal.docc/Dorsal.md")
        .contains("```swift\n\(shorter.joined(separator: "\n"))\n```\n"))
    let outcome = try await WorkingFolder().shell(
      "cd '\(Repository.root)' && \"$(dirname \"$DORSAL\")/ReadmeExample\"")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.first?.hasPrefix("a-17 ") == true)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: Repository.root + "/" + name, encoding: .utf8)
  }

  @Test func `it runs on the shipped model and gives what the tool gives`() async throws {
    let folder = try WorkingFolder()
    let (model, cases) = (Repository.model, Repository.root + "/Data/examples.csv")
    let outcome = try await folder.shell(
      "\"$(dirname \"$DORSAL\")/EmbeddingExample\" '\(model)' '\(cases)'")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let tool = try await folder.dorsal("score", cases, "--top", "1", "--model", model)
    for row in PlainCSV.rows(tool.output).dropFirst() {
      #expect(outcome.lines.contains("\(row[0]) \(row[6]) \(row[2])"))
    }
    #expect(outcome.lines.contains { $0.hasPrefix("calibrated: ") })
  }
}
