import Dorsal
import Foundation
import Testing

/// The columns of the tables, as the loader, the writer and the documents have them.
@Suite struct TableSchemaTests {
  /// The tables that the page lists, with the columns in each row.
  private static func listed() throws -> [String: [String]] {
    let page = try String(
      contentsOfFile: Repository.root + "/docs/model-tables.md", encoding: .utf8)
    var tables: [String: [String]] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      let words = line.matches(of: /`([a-z0-9_.]+)`/).map { String($0.1) }
      guard let file = words.first, file.hasSuffix(".csv"), tables[file] == nil else { continue }
      tables[file] = Array(words.dropFirst())
    }
    return tables
  }

  @Test func `the page lists the columns that are read`() throws {
    let listed = try Self.listed()
    for schema in TableSchema.all {
      let columns = try #require(listed[schema.file], "\(schema.file)")
      #expect(columns == schema.kept, "\(schema.file)")
    }
    #expect(listed.count >= TableSchema.all.count)
  }

  @Test func `the shipped tables have no column besides`() throws {
    for schema in TableSchema.all {
      let path = Repository.modelFolder + "/" + schema.file
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        #expect(schema.mayBeMissing, "\(schema.file)")
        continue
      }
      let header = try #require(text.split(separator: "\n").first).split(separator: ",")
      #expect(header.map(String.init).allSatisfy((schema.required + schema.optional).contains))
      #expect(schema.required.allSatisfy(header.map(String.init).contains))
    }
  }

  /// A table without one required column is at fault, and one without an optional column is not.
  @Test func `each required column is asked for`() throws {
    let whole = try SmallModel().load()
    let tables = ModelTables(whole, origin: "m")
    for schema in TableSchema.all {
      guard let bytes = tables.files[schema.file] else { continue }
      for column in schema.required {
        let text = String(decoding: bytes, as: UTF8.self)
        let end = try #require(text.firstIndex(of: "\n"))
        let header = text[..<end].split(separator: ",", omittingEmptySubsequences: false)
          .map { $0 == column ? "note_of_mine" : String($0) }.joined(separator: ",")
        var files = tables.files
        files[schema.file] = Array((header + text[end...]).utf8)
        let error = #expect(throws: DorsalError.self) {
          _ = try Model(tables: ModelTables(origin: "m", files: files))
        }
        #expect(error?.kind == .model)
        #expect(
          error?.faults.contains { $0.message == "the column \"\(column)\" is missing" } == true,
          "\(schema.file) \(column)")
      }
    }
  }
}
