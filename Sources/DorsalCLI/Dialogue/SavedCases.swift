import Dorsal
import FoundationEssentials

/// A case file that cases of dialogues are added to.
///
/// Rows that are there stay as they are; a finding that has no column yet gets one behind the
/// others, and is unknown in the rows before.
struct SavedCases {
  let path: String
  private let bytes: [UInt8]
  /// Nothing where there is no file yet.
  private let table: CSVTable?

  /// Reads the file, if there is one.
  ///
  /// - Throws: `Failure` with status 65 where it is no case file in CSV.
  init(path: String) throws {
    self.path = path
    switch FileKind.at(path) {
    case .nothing: (bytes, table) = ([], nil)
    case .folder: throw Failure(.cannotCreate, "\(path): is a folder; expected a file to write to")
    case .other: throw Failure(.cannotCreate, "\(path): is no ordinary file")
    case .file:
      bytes = try InputFile.bytes(at: path)
      guard !bytes.isEmpty else {
        table = nil
        return
      }
      guard bytes.first != UInt8(ascii: "{") else {
        throw Failure(.badData, "\(path): is NDJSON; expected a case file in CSV")
      }
      var faults: [TextFault] = []
      let table = CSVTable(bytes: bytes, file: path, faults: &faults)
      if let fault = faults.first { throw Failure(.badData, fault.description) }
      guard table.header.contains(where: { $0.text == "id" }) else {
        throw Failure(.badData, "\(path):1:1: no column \"id\"; expected a case file in CSV")
      }
      self.table = table
    }
  }

  private var ids: Set<String> {
    guard let table, let column = table.header.firstIndex(where: { $0.text == "id" }) else {
      return []
    }
    return Set(table.rows.map { $0[column].text })
  }

  /// The id for a new case: the one asked for, or the first free one.
  ///
  /// - Throws: `Failure` with status 65 where the file has it already.
  func newID(_ asked: String?) throws -> String {
    let ids = ids
    if let asked {
      guard !ids.contains(asked) else {
        throw Failure(.badData, "\(path): the id \"\(asked)\" stands there already")
      }
      return asked
    }
    var number = 1
    while ids.contains("case-\(number)") { number += 1 }
    return "case-\(number)"
  }

  /// Adds a case; the file appears whole or stays as it was.
  func append(id: String, values: [(column: String, text: String)]) throws {
    let output = try OutputFile(path: path)
    let cells = Dictionary([("id", id)] + values.map { ($0.column, $0.text) }) { $1 }
    let old = table?.header.map(\.text) ?? []
    let columns = old + (["id"] + values.map(\.column)).filter { !old.contains($0) }
    var text: [UInt8] = []
    if columns.count == old.count {
      text = bytes
      if text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
    } else {
      Self.append(columns, to: &text)
      let empty = [String](repeating: "", count: columns.count - old.count)
      for row in table?.rows ?? [] { Self.append(row.map(\.text) + empty, to: &text) }
    }
    Self.append(columns.map { cells[$0] ?? "" }, to: &text)
    try output.write(text)
    try output.finish()
  }

  private static func append(_ cells: [String], to text: inout [UInt8]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      CSVText.append(cell, to: &text)
    }
    text.append(UInt8(ascii: "\n"))
  }
}
