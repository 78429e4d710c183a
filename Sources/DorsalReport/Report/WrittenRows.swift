/// Rows of text, one a case, and where each ends.
public struct WrittenRows: Sendable {
  /// The text.
  public let bytes: [UInt8]
  /// The byte behind each row.
  public let ends: [Int]

  /// Rows of text, the end of each behind that of the one before.
  public init(bytes: [UInt8], ends: [Int]) { (self.bytes, self.ends) = (bytes, ends) }

  /// The text without some rows, named in their order.
  func without(_ rows: [Int]) -> [UInt8] {
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var start = 0
    for row in rows {
      kept.append(contentsOf: bytes[start..<(row == 0 ? 0 : ends[row - 1])])
      start = ends[row]
    }
    return kept + bytes[start...]
  }

  /// The rows with a text at the end of each, before its line end.
  func appending(_ text: [UInt8]) -> WrittenRows {
    var longer: [UInt8] = []
    longer.reserveCapacity(bytes.count + ends.count * text.count)
    var start = 0
    let newEnds = ends.map { end in
      longer.append(contentsOf: bytes[start..<end - 1])
      longer.append(contentsOf: text)
      longer.append(UInt8(ascii: "\n"))
      start = end
      return longer.count
    }
    return WrittenRows(bytes: longer, ends: newEnds)
  }
}
