import Dorsal
import DorsalCore

/// Rows of a batch as cases, and what is wrong with those that are none.
struct DecodedRows {
  /// A case for each row; where a row has faults, all is unknown in its case.
  var cases: CaseBatch
  /// The faults of a row, by its place.
  var faults = RowFaults()

  /// How many bytes the ids, the kept texts and the faults have.
  var textByteCount: Int { cases.idBytes.count + cases.kept.byteCount + faults.byteCount }
}

/// The faults of rows, by their places.
struct RowFaults {
  private var texts: [Int: [String]] = [:]
  /// How many bytes all have.
  private(set) var byteCount = 0

  /// The most faults of a row that are told.
  static let mostFaults = 20

  /// Whether no row has one.
  var isEmpty: Bool { texts.isEmpty }

  /// The rows that have any.
  var keys: Dictionary<Int, [String]>.Keys { texts.keys }

  /// The faults of a row; nothing where it has none.
  subscript(row: Int) -> [String]? { texts.isEmpty ? nil : texts[row] }

  /// Notes a fault of a row.
  mutating func note(_ fault: String, row: Int) {
    let held = texts[row, default: []].count
    guard held <= Self.mostFaults else { return }
    let told = held < Self.mostFaults ? fault : "and more"
    texts[row, default: []].append(told)
    byteCount += told.utf8.count
  }
}
