/// The texts of some columns of a case file that are no findings, such as weights or wards: a row a
/// case, one text behind the other.
package struct KeptCells: Sendable {
  /// How many columns are kept.
  package let columnCount: Int
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  /// How many bytes the texts have.
  package var byteCount: Int { bytes.count }

  /// No cases yet.
  package init(columnCount: Int = 0) { self.columnCount = columnCount }

  /// The text of a column in a case; empty where nothing is known.
  package func text(of column: Int, case index: Int) -> String {
    let place = index * columnCount + column
    guard column < columnCount, place < ends.count else { return "" }
    let first = place == 0 ? 0 : ends[place - 1]
    return String(decoding: bytes[first..<ends[place]], as: UTF8.self)
  }

  /// Adds the texts of a case.
  mutating func append(_ cells: [[UInt8]]) {
    precondition(cells.count == columnCount, "a text for each column")
    for cell in cells {
      bytes.append(contentsOf: cell)
      ends.append(bytes.count)
    }
  }

  /// Adds those of one case of another list with the same columns.
  mutating func append(case index: Int, of other: KeptCells) {
    for column in 0..<columnCount {
      bytes.append(contentsOf: other.text(of: column, case: index).utf8)
      ends.append(bytes.count)
    }
  }
}
