internal import Synchronization

/// Other names for findings and their states, as people write them: `synonyms.csv` of a model.
///
/// They are not part of what a model computes, nor of its checksum: they serve suggestions and
/// first mappings alone. The table is read when it is first asked.
package final class Synonyms: Sendable {
  /// A name and what it stands for.
  package struct Entry: Sendable, Hashable {
    package let name: String
    /// A finding's id, `id` or `diagnosis`.
    package let finding: String
    /// A state's id, or codes such as `>100=present;<=100=absent`; empty where the name is just
    /// the finding's.
    package let state: String
    /// The unit that the name says; empty where it says none.
    package let unit: String
    /// What the row rests on: `name`, `abbreviation`, `spelling`, `survey`, `value` for a word
    /// that stands in cells alone, `icd_10` or `snomed_ct` for a code.
    package let basis: String

    /// Whether its state is codes that compare numbers.
    var hasRanges: Bool { state.contains("=") }
  }

  private struct Table: Sendable {
    var byName: [String: Entry] = [:]
    var values: [String: [Entry]] = [:]
    var codes: [Entry] = []
  }

  /// The bases of a row.
  static let bases = ["name", "abbreviation", "spelling", "survey", "value", "icd_10", "snomed_ct"]
  /// The file in the folder of a model.
  package static let fileName = "synonyms.csv"

  private let bytes: [UInt8]?
  private let file: String
  private let table = Mutex<Table?>(nil)

  /// Synonyms from the bytes of a table; none where there is no such file.
  package init(bytes: [UInt8]?, file: String) { (self.bytes, self.file) = (bytes, file) }

  /// What a name of a column stands for, whatever its capitals, blanks and underscores.
  package func entry(named name: String) -> Entry? { loaded.byName[Self.squeezed(name)] }

  /// What a word in a cell of a finding stands for: names of states, and of columns that are one.
  package func state(of word: String, finding: String) -> String? {
    loaded.values[Self.squeezed(word)]?.first { $0.finding == finding && !$0.hasRanges }?.state
  }

  /// The codes of problem lists, such as `icd10:E10`.
  package var codes: [Entry] { loaded.codes }

  /// Small letters and digits alone.
  package static func squeezed(_ name: String) -> String {
    String(
      decoding: Array(name.lowercased().utf8).filter { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte >= 0x80
      }, as: UTF8.self)
  }

  private var loaded: Table {
    table.withLock { table in
      if let table { return table }
      var faults: [TextFault] = []
      let entries = bytes.map { Self.entries($0, file: file, faults: &faults) } ?? []
      var new = Table()
      for entry in entries.map(\.entry) {
        let name = Self.squeezed(entry.name)
        switch entry.basis {
        case "icd_10", "snomed_ct": new.codes.append(entry)
        case "value": new.values[name, default: []].append(entry)
        default:
          if new.byName[name] == nil { new.byName[name] = entry }
          if !entry.state.isEmpty { new.values[name, default: []].append(entry) }
        }
      }
      table = new
      return new
    }
  }

  private static func entries(
    _ bytes: [UInt8], file: String, faults: inout [TextFault]
  ) -> [(entry: Entry, position: SourcePosition)] {
    let columns = ["name", "finding", "state", "unit", "basis"]
    let table = ModelTable(bytes: bytes, file: file, required: columns)
    faults += table.faults
    guard table.hasColumns(columns) else { return [] }
    return table.rows.map { row in
      (
        Entry(
          name: table.text(row, "name"), finding: table.text(row, "finding"),
          state: table.text(row, "state"), unit: table.text(row, "unit"),
          basis: table.text(row, "basis")), table.position(row)
      )
    }
  }

  /// Everything that is wrong with the table, for a model.
  package func faults(findings: [Finding]) -> [TextFault] {
    var faults: [TextFault] = []
    let entries = bytes.map { Self.entries($0, file: file, faults: &faults) } ?? []
    var seen: [String: Int] = [:]
    for (entry, position) in entries {
      func fault(_ message: String) {
        faults.append(TextFault(position: position, message: message))
      }
      let finding = findings.first { $0.id == entry.finding }
      if finding == nil, entry.finding != "id", entry.finding != "diagnosis" {
        fault("unknown finding \"\(entry.finding)\"")
      }
      if !bases.contains(entry.basis) {
        fault("\"\(entry.basis)\"; expected one of " + bases.joined(separator: ", "))
      }
      let states =
        entry.hasRanges
        ? CaseMapping.codes(entry.state, fault: fault).map(\.state) : [entry.state]
      for state in states where !state.isEmpty && finding?.states.contains(state) != true {
        fault("unknown state \"\(state)\" of \(entry.finding)")
      }
      if let finding, !entry.unit.isEmpty, finding.kind == .number {
        do throws(TextFault) {
          _ = try UnitConversion(unit: entry.unit, of: finding, at: position)
        } catch {
          faults.append(error)
        }
      }
      // A word in cells, or a code, may say something of several findings.
      let isOfCells = ["value", "icd_10", "snomed_ct"].contains(entry.basis)
      let key = isOfCells ? entry.name + "=" + entry.finding : squeezed(entry.name)
      if let line = seen.updateValue(position.line, forKey: key) {
        fault("\"\(entry.name)\" stands on line \(line) already")
      }
    }
    return faults
  }

  private func squeezed(_ name: String) -> String { Self.squeezed(name) }
  private var bases: [String] { Self.bases }
}
