import Foundation
import Testing

/// What the release says of itself, and the model that it finds.
@Suite struct ReleaseTests {
  @Test func `the version of the tool heads the changelog`() async throws {
    let outcome = try await WorkingFolder().dorsal("--version")
    let version = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let text = try String(contentsOfFile: Repository.root + "/CHANGELOG.md", encoding: .utf8)
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
    #expect(headings.first { $0 != "## Unreleased" } == "## \(version)")
  }

  @Test func `a variable names the model where no option does`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n"])
    let moved = try await folder.shell(
      "mv Models elsewhere && DORSAL_MODEL=elsewhere/back-pain \"$DORSAL\" score cases.csv")
    #expect(moved.status == 0, "\(moved.errors)")
    #expect(moved.lines.count == 2)
    let missing = try await folder.shell("DORSAL_MODEL=nowhere \"$DORSAL\" score cases.csv")
    #expect(missing.status == 66)
    #expect(missing.errors.contains("DORSAL_MODEL: nowhere: no such model folder"))
  }
}
