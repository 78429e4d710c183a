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
    var missing: Set<String> = []
    for schema in TableSchema.all {
      let path = Repository.modelFolder + "/" + schema.file
      guard FileManager.default.fileExists(atPath: path) else {
        #expect(schema.mayBeMissing, "\(schema.file)")
        missing.insert(schema.file)
        continue
      }
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let header = try #require(text.split(separator: "\n").first).split(separator: ",")
      #expect(header.map(String.init).allSatisfy((schema.required + schema.optional).contains))
      #expect(schema.required.allSatisfy(header.map(String.init).contains))
    }
    // The shipped model takes findings as independent given the cause.
    #expect(missing == ["groups.csv", "parents.csv"])
  }

  /// The tables of a model that has the table of a schema; where small models have none, it is
  /// without rows.
  private static func files(having schema: TableSchema) throws -> [String: [UInt8]] {
    var given = SmallScores().tables.files
    given["steps.csv"] = Array(StepTable.text.utf8)
    let model = try Model(tables: ModelTables(origin: "m", files: given))
    var files = ModelTables(model, origin: "m").files
    if files[schema.file] == nil {
      files[schema.file] = Array((schema.kept.joined(separator: ",") + "\n").utf8)
    }
    if [TableSchema.groups, .parents].contains(schema) {
      // They take the place of these columns.
      for column in ["weight", "group"] {
        files["findings.csv"] = try changed(files["findings.csv"], without: column)
      }
    }
    // Whatever a test takes away, it is taken from tables without a fault.
    _ = try Model(tables: ModelTables(origin: "m", files: files))
    return files
  }

  private static func header(_ bytes: [UInt8]?) -> [String] {
    let text = String(decoding: bytes ?? [], as: UTF8.self)
    return text.prefix { $0 != "\n" }.split(separator: ",", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// A table without a column, or with an empty one of that name at its end.
  private static func changed(
    _ bytes: [UInt8]?, without column: String = "", with added: String? = nil
  ) throws -> [UInt8] {
    let text = String(decoding: try #require(bytes), as: UTF8.self)
    // Commas within quotes would need more than this.
    try #require(!text.contains("\""))
    let place = header(bytes).firstIndex(of: column)
    var rows: [String] = []
    for (line, row) in text.split(separator: "\n").enumerated() {
      var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if let place { cells.remove(at: place) }
      if let added { cells.append(line == 0 ? added : "") }
      rows.append(cells.joined(separator: ",") + "\n")
    }
    return Array(rows.joined().utf8)
  }

  @Test func `each required column is asked for`() throws {
    for schema in TableSchema.all {
      let whole = try Self.files(having: schema)
      #expect(!schema.required.isEmpty, "\(schema.file)")
      for column in schema.required {
        let names = Self.header(whole[schema.file])
        try #require(names.contains(column), "\(schema.file) \(column)")
        let header = names.map { $0 == column ? "note_of_mine" : $0 }.joined(separator: ",")
        let text = String(decoding: whole[schema.file, default: []], as: UTF8.self)
        var files = whole
        files[schema.file] = Array((header + text.drop { $0 != "\n" }).utf8)
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

  /// `burden` has numbers where it stands: `ModelLoadingTests` has it.
  @Test func `no optional column is asked for, and what is for people is passed over`() throws {
    var left: Set<String> = []
    for schema in TableSchema.all {
      let whole = try Self.files(having: schema)
      for column in schema.columns where !column.isRequired {
        var files = whole
        if Self.header(whole[schema.file]).contains(column.name) {
          files[schema.file] = try Self.changed(whole[schema.file], without: column.name)
        } else if !column.isKept {
          files[schema.file] = try Self.changed(whole[schema.file], with: column.name)
        } else {
          // `files(having:)` has loaded the model without it.
          left.insert(column.name)
          continue
        }
        #expect(throws: Never.self, "\(schema.file) \(column.name)") {
          _ = try Model(tables: ModelTables(origin: "m", files: files))
        }
      }
    }
    #expect(left == ["burden"])
  }
}
