import Foundation
import TestSupport
import Testing

/// The example that shows how to embed the library; it sees the public interface alone.
@Suite(.releaseOnly) struct EmbeddingExampleTests {
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
