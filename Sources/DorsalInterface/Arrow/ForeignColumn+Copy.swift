import DorsalCore
import DorsalNumerics

// A stretch of rows becomes a column of the reader of files, so that both read alike. A few hundred
// bytes a row cost little beside what is read out of them.
extension ForeignColumn {
  /// A copy of all rows.
  ///
  /// - Throws: `ForeignFault` where a text does not stand where its row says.
  /// - Complexity: O(rows), and the bytes of texts up to the longest that is read.
  func copy() throws(ForeignFault) -> ArrowColumn {
    let rows = 0..<count
    let bits = copyOfBits(validity.map { UnsafeRawPointer($0) }, rows)
    func column(
      _ type: ArrowType, _ values: [UInt8], _ texts: [UInt8] = []
    ) -> ArrowColumn {
      ArrowColumn(
        type, count: rows.count, validity: bits.map { .init($0) }, values: .init(values),
        texts: .init(texts))
    }
    switch type {
    case .text, .textView:
      let valid = bits.map { TypedBytes.bits($0, from: 0, rows: 0..<rows.count) } ?? []
      if let (ends, texts) = textsInOrder(rows, valid) {
        return column(.text(width: 8), bytes(of: ends), texts)
      }
      let (ends, texts) = try gathered(rows)
      return column(.text(width: 8), bytes(of: ends), texts)
    case .boolean: return column(type, copyOfBits(values, rows) ?? [])
    case .integer(let width, _), .float(let width): return column(type, copyOfBytes(rows, width))
    case .decimal: return column(type, copyOfBytes(rows, 16))
    case .null, .other: return column(.null, [])
    }
  }

  /// A copy of some rows, in their order.
  func copy(_ rows: [Int]) throws(ForeignFault) -> ArrowColumn {
    var valid = [UInt8](repeating: 0, count: (rows.count + 7) / 8)
    for (place, row) in rows.enumerated() where isValid(row) {
      valid[place >> 3] |= 1 << UInt8(place & 7)
    }
    func column(
      _ type: ArrowType, _ values: [UInt8], _ texts: [UInt8] = []
    ) -> ArrowColumn {
      ArrowColumn(
        type, count: rows.count, validity: .init(valid), values: .init(values), texts: .init(texts))
    }
    func gathered(_ width: Int) -> [UInt8] {
      var bytes: [UInt8] = []
      for row in rows { bytes.append(contentsOf: copyOfBytes(row..<row + 1, width)) }
      return bytes
    }
    switch type {
    case .text, .textView:
      let (ends, texts) = try self.gathered(rows)
      return column(.text(width: 8), bytes(of: ends), texts)
    case .boolean:
      var flags = [UInt8](repeating: 0, count: valid.count)
      for (place, row) in rows.enumerated() {
        flags[place >> 3] |= (copyOfBits(values, row..<row + 1)?[0] ?? 0) << UInt8(place & 7)
      }
      return column(type, flags)
    case .integer(let width, _), .float(let width): return column(type, gathered(width))
    case .decimal: return column(type, gathered(16))
    case .null, .other: return column(.null, [])
    }
  }

  /// The values of some rows, each of so many bytes.
  private func copyOfBytes(_ rows: Range<Int>, _ width: Int) -> [UInt8] {
    guard let values = values, !rows.isEmpty else { return [] }
    return Array(
      UnsafeRawBufferPointer(
        start: values + (offset + rows.lowerBound) * width, count: rows.count * width))
  }

  /// The bits of some rows from the first bit of a byte on; nothing where there are none.
  private func copyOfBits(_ start: UnsafeRawPointer?, _ rows: Range<Int>) -> [UInt8]? {
    guard let start = start, !rows.isEmpty else { return nil }
    let first = offset + rows.lowerBound
    let last = (first + rows.count - 1) >> 3
    let shift = UInt8(first & 7)
    let count = (rows.count + 7) / 8
    let bytes = UnsafeRawBufferPointer(start: start + first >> 3, count: last - first >> 3 + 1)
    var bits = [UInt8](bytes.prefix(count))
    if shift > 0 {
      for place in 0..<count {
        let high = place + 1 < bytes.count ? bytes[place + 1] << (8 - shift) : 0
        bits[place] = bytes[place] >> shift | high
      }
    }
    // What stands behind the last row is none of them.
    if rows.count & 7 != 0 { bits[bits.count - 1] &= 1 << UInt8(rows.count & 7) - 1 }
    return bits
  }

  private func bytes(of ends: [Int64]) -> [UInt8] { ends.withUnsafeBytes { Array($0) } }

  private func load<Word: FixedWidthInteger & BitwiseCopyable>(
    _ values: UnsafeRawPointer, _ row: Int
  ) -> Word {
    values.loadUnaligned(fromByteOffset: (offset + row) * MemoryLayout<Word>.size, as: Word.self)
  }

  /// Where the text of a row of texts begins; with `row + 1`, where it ends.
  private func place(ofText row: Int, _ values: UnsafeRawPointer) -> Int64 {
    type == .text(width: 8) ? load(values, row) : Int64(load(values, row) as Int32)
  }

  /// The texts of some rows as they stand one behind the other; nothing where a row that is null has
  /// one, or one is longer than texts may be, or does not stand where its row says.
  private func textsInOrder(
    _ rows: Range<Int>, _ valid: [Bool]
  ) -> (ends: [Int64], texts: [UInt8])? {
    guard case .text = type, let texts = texts, let values = values, !rows.isEmpty else {
      return nil
    }
    let start = place(ofText: rows.lowerBound, values)
    guard start >= 0 else { return nil }
    var ends: [Int64] = [0]
    ends.reserveCapacity(rows.count + 1)
    var last = start
    for place in 0..<rows.count {
      let end = self.place(ofText: rows.lowerBound + place + 1, values)
      guard end >= last, end - last <= Int64(ArrowColumn.longestText),
        end == last || valid.isEmpty || valid[place]
      else { return nil }
      ends.append(end - start)
      last = end
    }
    return (
      ends, Array(UnsafeRawBufferPointer(start: texts + Int(start), count: Int(last - start)))
    )
  }

  /// The texts of some rows, one behind the other; of one that is too long, enough to tell.
  private func gathered(
    _ rows: some Collection<Int>
  ) throws(ForeignFault) -> (ends: [Int64], texts: [UInt8]) {
    var (ends, bytes): ([Int64], [UInt8]) = ([0], [])
    ends.reserveCapacity(rows.count + 1)
    for row in rows {
      if isValid(row) {
        let text = try text(row)
        bytes.append(
          contentsOf: UnsafeRawBufferPointer(rebasing: text.prefix(ArrowColumn.longestText + 1)))
      }
      ends.append(Int64(bytes.count))
    }
    return (ends, bytes)
  }

  private func text(_ row: Int) throws(ForeignFault) -> UnsafeRawBufferPointer {
    guard let values = values else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    if type == .textView { return try viewedText(row, values) }
    let (start, end) = (place(ofText: row, values), place(ofText: row + 1, values))
    guard start >= 0, end >= start else {
      throw ForeignFault(text: "column \"\(name)\": offsets that run back at row \(row)")
    }
    guard end > start else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let texts = texts else {
      throw ForeignFault(text: "column \"\(name)\": no texts behind its offsets")
    }
    return UnsafeRawBufferPointer(start: texts + Int(start), count: Int(end - start))
  }

  /// A view is 16 bytes: a length, then the text, or 4 bytes of it, a buffer and a place in it.
  private func viewedText(
    _ row: Int, _ values: UnsafeRawPointer
  ) throws(ForeignFault) -> UnsafeRawBufferPointer {
    let view = values + 16 * (offset + row)
    let length = Int(view.loadUnaligned(as: Int32.self))
    guard length >= 0 else {
      throw ForeignFault(text: "column \"\(name)\": a text of negative length at row \(row)")
    }
    if length <= 12 { return UnsafeRawBufferPointer(start: view + 4, count: length) }
    let buffer = Int(view.loadUnaligned(fromByteOffset: 8, as: Int32.self))
    let place = Int(view.loadUnaligned(fromByteOffset: 12, as: Int32.self))
    guard buffer >= 0, buffer < longTextCount, place >= 0,
      let lengths = longTextLengths, let pointers = longTexts,
      let start = pointers[buffer], Int64(place + length) <= lengths[buffer]
    else {
      throw ForeignFault(text: "column \"\(name)\": a text outside its buffers at row \(row)")
    }
    return UnsafeRawBufferPointer(start: start + place, count: length)
  }
}
