import CDorsal
import DorsalCore

/// One column of a batch: pointers into the memory of whoever made it, checked once.
///
/// The interface gives no lengths of buffers, so that what cannot be checked is whether they are
/// as long as the array says; all that is said is checked against itself.
struct ForeignColumn {
  let name: String
  /// The type of what stands in its buffers.
  let type: ArrowType
  /// How many rows the batch has.
  let count: Int
  /// Where the batch's first row stands in the buffers.
  let offset: Int
  let validity: UnsafePointer<UInt8>?
  let values: UnsafeRawPointer?
  let texts: UnsafeRawPointer?
  /// The buffers of long texts and their lengths, of a type that has them.
  let longTexts: UnsafeMutablePointer<UnsafeRawPointer?>?
  let longTextLengths: UnsafePointer<Int64>?
  let longTextCount: Int

  /// Checks an array.
  ///
  /// - Parameters:
  ///   - array: The array.
  ///   - type: The type that its schema says.
  ///   - hasWords: Whether it has a dictionary, as its schema says.
  ///   - name: Its column, for messages.
  ///   - first: The first row that is wanted, beyond the array's own offset.
  ///   - count: How many rows, or nothing for all that the array has.
  init(
    _ array: ArrowArray, _ type: ArrowType, hasWords: Bool = false, name: String, first: Int64 = 0,
    count: Int64? = nil
  ) throws(ForeignFault) {
    func fault(_ text: String) -> ForeignFault { ForeignFault(text: "column \"\(name)\": \(text)") }
    guard array.release != nil else { throw fault("it has been released") }
    let length = array.length
    guard length >= 0, array.offset >= 0, first >= 0 else {
      throw fault("a negative length or offset")
    }
    let rows = count ?? max(0, length - first)
    let (end, isTooLong) = first.addingReportingOverflow(rows)
    guard rows >= 0, !isTooLong, end <= length else {
      throw fault("\(length) rows; expected at least \(end), as the batch has")
    }
    let (start, isTooFar) = array.offset.addingReportingOverflow(first)
    let (last, isPastEnd) = start.addingReportingOverflow(rows)
    // More rows than any memory holds would only overflow the sums below.
    guard !isTooFar, !isPastEnd, last < 1 << 48 else { throw fault("an offset beyond all memory") }
    guard type.foreignBuffers.contains(array.n_buffers) else {
      throw fault("\(array.n_buffers) buffers; expected \(type.foreignBuffers.lowerBound)")
    }
    guard hasWords == (array.dictionary != nil) else {
      throw fault(
        hasWords ? "no dictionary; its schema has one" : "a dictionary; its schema has none")
    }
    var buffers: [UnsafeRawPointer?] = []
    if array.n_buffers > 0 {
      guard let pointers = array.buffers else { throw fault("no buffers") }
      for place in 0..<Int(min(array.n_buffers, 3)) {
        buffers.append(pointers[place])
      }
    }
    self.name = name
    self.type = type
    self.count = Int(rows)
    self.offset = Int(start)
    // Where nothing is null the bitmap may be left out, or stand there all the same.
    let bits = buffers.first ?? nil
    validity = array.null_count == 0 ? nil : bits?.assumingMemoryBound(to: UInt8.self)
    // A count below 0 is one that was not made.
    if array.null_count > 0, bits == nil, type != .null, rows > 0 {
      throw fault("\(array.null_count) rows are null, and nothing says which")
    }
    let data = buffers.count > 1 ? buffers[1] : nil
    values = data
    if type != .null, rows > 0, data == nil {
      throw fault("no values; expected \(rows)")
    }
    switch type {
    case .text:
      texts = buffers[2]
      longTexts = nil
      longTextLengths = nil
      longTextCount = 0
    case .textView:
      let held = Int(array.n_buffers) - 3
      texts = nil
      longTexts = array.buffers.map { $0 + 2 }
      longTextCount = held
      // The lengths are the last buffer.
      longTextLengths = array.buffers.flatMap {
        $0[held + 2]?.assumingMemoryBound(to: Int64.self)
      }
      if held > 0, longTextLengths == nil { throw fault("no lengths of its long texts") }
    default:
      texts = nil
      longTexts = nil
      longTextLengths = nil
      longTextCount = 0
    }
  }

  /// Whether a row has a value.
  func isValid(_ row: Int) -> Bool {
    guard let bits = validity else { return true }
    let place = offset + row
    return bits[place >> 3] & (1 << UInt8(place & 7)) != 0
  }
}
