import CDorsal

/// What a cell says.
enum ArrowCell {
  case unknown
  case text(UnsafeRawBufferPointer)
  case integer(Int64)
  case number(Double)
  case flag(Bool)
}

extension ArrowCell {
  /// The cell as a file would have it; nothing where it is unknown.
  var bytes: [UInt8] {
    switch self {
    case .unknown: []
    case .text(let bytes): Array(bytes)
    case .integer(let number): Array("\(number)".utf8)
    // A column of whole numbers with gaps is one of floats in many tables.
    case .number(let number): Array((Int(exactly: number).map { "\($0)" } ?? "\(number)").utf8)
    case .flag(let flag): Array((flag ? "true" : "false").utf8)
    }
  }
}

/// An array that is not what its schema says.
struct ArrowFault: Error {
  let text: String
}

/// One column of a batch: pointers into the memory of whoever made it, checked once.
///
/// The interface gives no lengths of buffers, so that what cannot be checked is whether they are
/// as long as the array says; all that is said is checked against itself.
struct ArrowColumn {
  let name: String
  let layout: ArrowLayout
  /// How many rows the batch has.
  let count: Int
  /// Where the batch's first row stands in the buffers.
  private let offset: Int
  private let validity: UnsafePointer<UInt8>?
  private let values: UnsafeRawPointer?
  private let texts: UnsafeRawPointer?
  /// The buffers of long texts and their lengths, of a layout that has them.
  private let longTexts: UnsafeMutablePointer<UnsafeRawPointer?>?
  private let longTextLengths: UnsafePointer<Int64>?
  private let longTextCount: Int

  /// Checks an array.
  ///
  /// - Parameters:
  ///   - array: The array.
  ///   - layout: What its schema says.
  ///   - name: Its column, for messages.
  ///   - first: The first row that is wanted, beyond the array's own offset.
  ///   - count: How many rows, or nothing for all that the array has.
  init(
    _ array: ArrowArray, layout: ArrowLayout, name: String, first: Int64 = 0, count: Int64? = nil
  ) throws(ArrowFault) {
    func fault(_ text: String) -> ArrowFault { ArrowFault(text: "column \"\(name)\": \(text)") }
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
    guard layout.bufferCount.contains(array.n_buffers) else {
      throw fault("\(array.n_buffers) buffers; expected \(layout.bufferCount.lowerBound)")
    }
    let hasDictionary = array.dictionary != nil
    if case .dictionary = layout {
      guard hasDictionary else { throw fault("no dictionary; its schema has one") }
    } else if hasDictionary {
      throw fault("a dictionary; its schema has none")
    }
    var buffers: [UnsafeRawPointer?] = []
    if array.n_buffers > 0 {
      guard let pointers = array.buffers else { throw fault("no buffers") }
      for place in 0..<Int(min(array.n_buffers, 3)) {
        buffers.append(pointers[place])
      }
    }
    self.name = name
    self.layout = layout
    self.count = Int(rows)
    self.offset = Int(start)
    // Where nothing is null the bitmap may be left out, or stand there all the same.
    let bits = buffers.first ?? nil
    validity = array.null_count == 0 ? nil : bits?.assumingMemoryBound(to: UInt8.self)
    let data = buffers.count > 1 ? buffers[1] : nil
    values = data
    if layout != .null, rows > 0, data == nil {
      throw fault("no values; expected \(rows)")
    }
    switch layout {
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

  /// A column of a batch, and the words of its dictionary where it has one.
  static func of(
    _ batch: ArrowArray, place: Int, name: String, layout: ArrowLayout, rows: Range<Int>
  ) throws(ArrowFault) -> (ArrowColumn, words: ArrowColumn?) {
    guard let child = batch.children?[place] else {
      throw ArrowFault(text: "column \"\(name)\" is missing from a batch")
    }
    let (first, isTooFar) = batch.offset.addingReportingOverflow(Int64(rows.lowerBound))
    guard !isTooFar else { throw ArrowFault(text: "an offset beyond all memory") }
    let column = try ArrowColumn(
      child.pointee, layout: layout, name: name, first: first, count: Int64(rows.count))
    guard case .dictionary(_, _, let values) = layout, let dictionary = child.pointee.dictionary
    else { return (column, nil) }
    return (column, try ArrowColumn(dictionary.pointee, layout: values, name: name))
  }

  /// The cell of a row, through its dictionary where it has one.
  func cell(_ row: Int, words: ArrowColumn?) throws(ArrowFault) -> ArrowCell {
    guard case .dictionary(let bytes, let isSigned, _) = layout, let words else {
      return try cell(row)
    }
    guard let index = index(row, bytes: bytes, isSigned: isSigned) else { return .unknown }
    guard index >= 0, index < words.count else {
      throw ArrowFault(
        text: "column \"\(name)\": a word \(index) of a dictionary of \(words.count)")
    }
    return try words.cell(Int(index))
  }

  /// Whether a row has a value.
  func isValid(_ row: Int) -> Bool {
    guard let bits = validity else { return layout != .null }
    let place = offset + row
    return bits[place >> 3] & (1 << UInt8(place & 7)) != 0
  }

  /// The number that stands for a value of the dictionary; nothing where the row is null.
  func index(_ row: Int, bytes: Int, isSigned: Bool) -> Int64? {
    isValid(row) ? integer(row, bytes: bytes, isSigned: isSigned) : nil
  }

  /// What a row says.
  func cell(_ row: Int) throws(ArrowFault) -> ArrowCell {
    guard isValid(row) else { return .unknown }
    switch layout {
    case .text(let isWide): return .text(try text(row, isWide: isWide))
    case .textView: return .text(try viewedText(row))
    case .boolean:
      guard let values = values else { return .unknown }
      let place = offset + row
      let byte = values.load(fromByteOffset: place >> 3, as: UInt8.self)
      return .flag(byte & (1 << UInt8(place & 7)) != 0)
    case .integer(let bytes, let isSigned):
      if bytes == 8, !isSigned {
        let number: UInt64 = load(row)
        return Int64(exactly: number).map { .integer($0) } ?? .number(Double(number))
      }
      return .integer(integer(row, bytes: bytes, isSigned: isSigned))
    case .float(let bytes):
      let number: Double =
        switch bytes {
        case 2: Double(Float16(bitPattern: load(row) as UInt16))
        case 4: Double(Float(bitPattern: load(row) as UInt32))
        default: Double(bitPattern: load(row) as UInt64)
        }
      return number.isNaN ? .unknown : .number(number)
    case .decimal(let scale): return .number(decimal(row, scale: scale))
    case .null, .dictionary: return .unknown
    }
  }

  private func load<Word: FixedWidthInteger & BitwiseCopyable>(_ row: Int) -> Word {
    guard let values = values else { return 0 }
    return values.loadUnaligned(
      fromByteOffset: (offset + row) * MemoryLayout<Word>.size, as: Word.self)
  }

  private func integer(_ row: Int, bytes: Int, isSigned: Bool) -> Int64 {
    switch (bytes, isSigned) {
    case (1, true): Int64(load(row) as Int8)
    case (1, false): Int64(load(row) as UInt8)
    case (2, true): Int64(load(row) as Int16)
    case (2, false): Int64(load(row) as UInt16)
    case (4, true): Int64(load(row) as Int32)
    case (4, false): Int64(load(row) as UInt32)
    case (_, true): load(row)
    // A place in a dictionary beyond these is beyond every dictionary.
    case (_, false): Int64(clamping: load(row) as UInt64)
    }
  }

  private func decimal(_ row: Int, scale: Int) -> Double {
    let low: UInt64 = load(2 * (offset + row) - offset)
    let high: Int64 = load(2 * (offset + row) + 1 - offset)
    var value = Double(high) * 18_446_744_073_709_551_616 + Double(low)
    // The sum above would lose the digits of a small negative number.
    if high == -1, low != 0 { value = -Double(0 &- low) }
    var power = 1.0
    for _ in 0..<abs(scale) { power *= 10 }
    return scale < 0 ? value * power : value / power
  }

  private func text(_ row: Int, isWide: Bool) throws(ArrowFault) -> UnsafeRawBufferPointer {
    let (start, end): (Int64, Int64) =
      isWide
      ? (load(row), load(row + 1)) : (Int64(load(row) as Int32), Int64(load(row + 1) as Int32))
    guard start >= 0, end >= start else {
      throw ArrowFault(text: "column \"\(name)\": offsets that run back at row \(row)")
    }
    guard end > start else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let texts = texts else {
      throw ArrowFault(text: "column \"\(name)\": no texts behind its offsets")
    }
    return UnsafeRawBufferPointer(start: texts + Int(start), count: Int(end - start))
  }

  /// A view is 16 bytes: a length, then the text, or 4 bytes of it, a buffer and a place in it.
  private func viewedText(_ row: Int) throws(ArrowFault) -> UnsafeRawBufferPointer {
    guard let values = values else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    let view = values + 16 * (offset + row)
    let length = Int(view.loadUnaligned(as: Int32.self))
    guard length >= 0 else {
      throw ArrowFault(text: "column \"\(name)\": a text of negative length at row \(row)")
    }
    if length <= 12 { return UnsafeRawBufferPointer(start: view + 4, count: length) }
    let buffer = Int(view.loadUnaligned(fromByteOffset: 8, as: Int32.self))
    let place = Int(view.loadUnaligned(fromByteOffset: 12, as: Int32.self))
    guard buffer >= 0, buffer < longTextCount, place >= 0,
      let lengths = longTextLengths, let pointers = longTexts,
      let start = pointers[buffer], Int64(place + length) <= lengths[buffer]
    else {
      throw ArrowFault(text: "column \"\(name)\": a text outside its buffers at row \(row)")
    }
    return UnsafeRawBufferPointer(start: start + place, count: length)
  }
}
