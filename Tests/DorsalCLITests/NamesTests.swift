import Foundation
import TestSupport
import Testing

/// Columns and fields of answers, which programs of others lean on: their names do not change, and
/// new ones go behind those of before.
///
/// `Fixtures/names.txt` has them by the command that writes them. A release adds what it brought;
/// nothing is ever taken out of the file or moved in it.
@Suite(.releaseOnly) struct NamesTests {
  /// A command and the names that it wrote once.
  private struct Promise {
    /// Columns in their order, or keys of JSON in any.
    let areColumns: Bool
    /// The file that they stand in; standard output where there is none.
    let file: String?
    let command: String
    let names: [String]
  }

  private static func text() throws -> String {
    try String(
      contentsOfFile: Repository.root + "/Tests/DorsalTests/Fixtures/names.txt", encoding: .utf8)
  }

  /// `columns: COMMAND`, `keys: COMMAND` or `keys of FILE: COMMAND`, and below it a name a line.
  private static func promises() throws -> [Promise] {
    try text().components(separatedBy: "\n\n").map { part in
      let lines = part.split(separator: "\n").map(String.init)
      let head = try #require(lines.first).components(separatedBy: ": ")
      let words = head[0].components(separatedBy: " of ")
      return Promise(
        areColumns: words[0] == "columns", file: words.count > 1 ? words[1] : nil,
        command: head[1], names: Array(lines.dropFirst()))
    }
  }

  /// Ids that stand as keys of JSON, and are `*` in a path.
  private static func ids() throws -> Set<String> {
    let causes = PlainCSV.rows(
      try String(contentsOfFile: Repository.model + "/causes.csv", encoding: .utf8))
    return Set(causes.dropFirst().flatMap { $0.prefix(2) }).union([
      "self_care", "routine", "urgent", "emergency", "primary_care", "specialist",
    ])
  }

  /// The paths of all keys of a value: `causes[].cause`.
  private static func paths(_ value: Any, under path: String, ids: Set<String>) -> Set<String> {
    var found: Set<String> = []
    if let list = value as? [Any] {
      for value in list { found.formUnion(paths(value, under: path + "[]", ids: ids)) }
    }
    guard let object = value as? [String: Any] else { return found }
    for (key, value) in object {
      let name = ids.contains(key) || path.hasSuffix("known_share") ? "*" : key
      let own = path.isEmpty ? name : path + "." + name
      found.insert(own)
      found.formUnion(paths(value, under: own, ids: ids))
    }
    return found
  }

  @Test func `the promises are read`() throws {
    let promises = try Self.promises()
    #expect(promises.count >= 13)
    #expect(promises.allSatisfy { !$0.names.isEmpty && Set($0.names).count == $0.names.count })
    #expect(promises.contains { $0.areColumns && $0.names.first == "id" })
  }

  @Test func `names of columns and fields stay, and new ones go behind`() async throws {
    let ids = try Self.ids()
    for promise in try Self.promises() {
      let folder = try WorkingFolder(model: nil)
      let arguments = promise.command.split(separator: " ").map { word in
        word.hasPrefix("Data/") ? Repository.root + "/" + word : String(word)
      }
      let outcome = try await folder.start(arguments + ["--model", Repository.model]).outcome()
      #expect([0, 3].contains(outcome.status), "\(promise.command): \(outcome.errors)")
      let text = try promise.file.map { try folder.read($0) } ?? outcome.output
      if promise.areColumns {
        let header = PlainCSV.rows(text).first ?? []
        #expect(Array(header.prefix(promise.names.count)) == promise.names, "\(promise.command)")
        continue
      }
      // One document, or a document a line.
      var documents: [Any] = []
      if let whole = try? JSONSerialization.jsonObject(with: Data(text.utf8)) {
        documents = [whole]
      } else {
        for line in text.split(separator: "\n") {
          documents.append(try JSONSerialization.jsonObject(with: Data(line.utf8)))
        }
      }
      var found: Set<String> = []
      for document in documents {
        found.formUnion(Self.paths(document, under: "", ids: ids))
      }
      let gone = Set(promise.names).subtracting(found).sorted()
      #expect(gone.isEmpty, "\(promise.command)")
    }
  }
}
