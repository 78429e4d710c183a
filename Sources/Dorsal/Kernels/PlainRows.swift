/// Rows of cases that an inner loop has read, until they are taken over.
package final class PlainRows {
  /// How many were read.
  package internal(set) var count = 0
  let capacity: Int
  let codes: AlignedArray<UInt8>
  let labels: AlignedArray<UInt16>
  let idStarts: AlignedArray<UInt32>
  let idEnds: AlignedArray<UInt32>
  private let codeStride: Int

  init(capacity: Int, codeStride: Int) {
    self.capacity = capacity
    self.codeStride = codeStride
    codes = AlignedArray(count: capacity * codeStride)
    labels = AlignedArray(unwrittenCount: capacity)
    idStarts = AlignedArray(unwrittenCount: capacity)
    idEnds = AlignedArray(unwrittenCount: capacity)
  }

  /// Adds the codes behind others, row after row.
  package func appendCodes(to codes: inout [UInt8]) {
    self.codes.append(first: count * codeStride, to: &codes)
  }

  /// The label of a row: the code of its name, or 0.
  package func label(of row: Int) -> UInt16 { labels[row] }

  /// Adds the ids behind others, and where each of them ends.
  package func appendIDs(of bytes: [UInt8], to ids: inout [UInt8], ends: inout [Int]) {
    for row in 0..<count {
      ids.append(contentsOf: bytes[Int(idStarts[row])..<Int(idEnds[row])])
      ends.append(ids.count)
    }
  }
}
