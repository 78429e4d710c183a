import Foundation
import Testing

/// Which model is taken where none is named.
@Suite struct ModelFolderTests {
  private static func name(_ outcome: Outcome) throws -> String? {
    let model = try JSON.object(outcome.output)["model"] as? [String: Any]
    return model?["name"] as? String
  }

  @Test func `the model of the working folder comes first`() async throws {
    let outcome = try await WorkingFolder().dorsal("model", "check", "--json")
    #expect(outcome.status == 0)
    #expect(try Self.name(outcome) == "small")
  }

  @Test func `elsewhere the model beside the tool is taken`() async throws {
    // The built tool stands below the repository's root, where the shipped model is.
    let outcome = try await WorkingFolder(model: nil).dorsal("model", "check", "--json")
    #expect(outcome.status == 0)
    #expect(try Self.name(outcome) == "back-pain")
  }

  @Test func `an installed tool finds its model in share`() async throws {
    let folder = try WorkingFolder(model: nil)
    let outcome = try await folder.shell(
      """
      mkdir -p usr/bin usr/share/dorsal/Models && cp "$DORSAL" usr/bin/dorsal || exit 1
      usr/bin/dorsal model check --json && exit 1
      cp -r "\(Repository.model)" usr/share/dorsal/Models/back-pain && usr/bin/dorsal model check --json
      """)
    #expect(outcome.status == 0)
    #expect(try Self.name(outcome) == "back-pain")
    #expect(outcome.errors.contains("dorsal: no model: "))
  }

  @Test func `without any model the tool says where it looked`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"], model: nil)
    let outcome = try await folder.shell(
      "cp \"$DORSAL\" dorsal && ./dorsal score cases.csv --output out.csv")
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("no model: "))
    #expect(outcome.errors.contains("--model"))
    #expect(try folder.names() == ["cases.csv", "dorsal"])
  }

  @Test(arguments: ["nowhere", "cases.csv"])
  func `a model folder that is none is told`(path: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"])
    let outcome = try await folder.dorsal("score", "cases.csv", "--model", path)
    #expect(outcome.status == 66)
    #expect(outcome.errors == "dorsal: \(path): no such model folder\n")
  }
}
