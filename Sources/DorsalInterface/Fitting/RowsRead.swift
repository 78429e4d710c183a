import DorsalCore
import DorsalLearning
import DorsalReport

/// What is to be told of the rows that a fit has read.
struct RowsRead {
  private var hasher = SHA256.Hasher()
  private var rowCount = 0
  private var firstFault: (row: Int, text: String)?

  /// Notes some rows.
  mutating func add(_ part: DecodedRows, readable cases: CaseBatch) {
    if firstFault == nil, let row = part.faults.keys.min(), let fault = part.faults[row]?.first {
      firstFault = (rowCount + row, fault)
    }
    rowCount += part.cases.count
    // A case is its id, its codes and its causes, each behind how many bytes it has.
    var bytes: [UInt8] = []
    for index in 0..<cases.count {
      let (id, diagnosis) = (cases.idBytes(of: index), cases.diagnosis(of: index))
      bytes += Array("\(id.count):".utf8) + id
      let start = index * cases.findingCount
      bytes += cases.codes[start..<start + cases.findingCount]
      bytes += Array("\(diagnosis)\n".utf8)
    }
    hasher.update(bytes)
  }

  /// The SHA-256 of the cases, which tells them again however they were stored.
  var checksum: String { hasher.hexadecimalDigest }

  /// What to say where no case can be counted; nothing where one was.
  func emptyText(of cases: LocalCases) -> String? {
    cases.emptyText().map { text in
      text + (firstFault.map { "\nrow \($0.row): \($0.text)" } ?? "")
    }
  }

  /// How many rows were counted, and how many were not.
  func text(of cases: LocalCases) -> String {
    var text = cases.countText
    if cases.rejectedCount > 0 {
      text += "\(cases.rejectedCount) rows left out, which cannot be read or repeat an id"
      text += firstFault.map { "; row \($0.row): \($0.text)\n" } ?? "\n"
    }
    return text
  }
}
