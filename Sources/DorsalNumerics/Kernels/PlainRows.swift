internal import CKernels

/// Rows of cases that an inner loop has read, until they are taken over.
package final class PlainRows {
  /// How many were read.
  package internal(set) var count = 0
  let capacity: Int
  /// Whether there was room for no more; the row behind may be one that can be read.
  package var isFull: Bool { count == capacity }
  let codes: AlignedArray<UInt8>
  let labels: AlignedArray<UInt16>
  let idStarts: AlignedArray<UInt32>
  let idEnds: AlignedArray<UInt32>
  private let codeStride: Int

  /// Rows for a loop that writes every code of those that it reads.
  package init(capacity: Int, codeStride: Int) {
    codes = AlignedArray(unwrittenCount: capacity * codeStride)
    self.capacity = capacity
    self.codeStride = codeStride
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

  /// Where the id of a row stands among the bytes of its block.
  package func idRange(of row: Int) -> Range<Int> { Int(idStarts[row])..<Int(idEnds[row]) }

  /// Adds the ids behind others, and where each of them ends.
  package func appendIDs(of bytes: [UInt8], to ids: inout [UInt8], ends: inout [Int]) {
    let before = ids.count
    let count = count
    var length = 0
    for row in 0..<count { length += Int(idEnds[row] - idStarts[row]) }
    var own = [Int](repeating: 0, count: count)
    let joined = unsafe [UInt8](unsafeUninitializedCapacity: length) { output, written in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe own.withUnsafeMutableBufferPointer { own in
          unsafe own.withMemoryRebound(to: Int64.self) { own in
            written = unsafe ck_join_ids(
              bytes.baseAddress, idStarts.base, idEnds.base, count, output.baseAddress,
              Int64(before), own.baseAddress)
          }
        }
      }
    }
    // What is the first of a batch needs no copy.
    if before == 0 { ids = joined } else { ids.append(contentsOf: joined) }
    if ends.isEmpty { ends = own } else { ends.append(contentsOf: own) }
  }
}
