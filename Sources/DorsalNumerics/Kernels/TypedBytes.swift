/// Columns of values as Arrow lays them into bytes, the lowest byte first, made into values of one
/// width. A loop over a column then has no look at its type.
package enum TypedBytes {
  /// Whole numbers; those of 8 bytes without sign that are beyond `Int64` become its greatest.
  ///
  /// - Parameters:
  ///   - bytes: What holds the column.
  ///   - start: Where its first value stands.
  ///   - rows: Which of its values; all must stand in `bytes`.
  ///   - width: The bytes of a value: 1, 2, 4 or 8.
  ///   - isSigned: Whether values may be negative.
  package static func integers(
    _ bytes: [UInt8], from start: Int, rows: Range<Int>, width: Int, isSigned: Bool
  ) -> [Int64] {
    switch (width, isSigned) {
    case (1, true): widened(bytes, start, rows) { (value: Int8) in Int64(value) }
    case (1, false): widened(bytes, start, rows) { (value: UInt8) in Int64(value) }
    case (2, true): widened(bytes, start, rows) { (value: Int16) in Int64(value) }
    case (2, false): widened(bytes, start, rows) { (value: UInt16) in Int64(value) }
    case (4, true): widened(bytes, start, rows) { (value: Int32) in Int64(value) }
    case (4, false): widened(bytes, start, rows) { (value: UInt32) in Int64(value) }
    case (_, true): widened(bytes, start, rows) { (value: Int64) in value }
    case (_, false): widened(bytes, start, rows) { (value: UInt64) in Int64(clamping: value) }
    }
  }

  /// Floats of 2, 4 or 8 bytes.
  package static func floats(
    _ bytes: [UInt8], from start: Int, rows: Range<Int>, width: Int
  ) -> [Double] {
    switch width {
    case 2: widened(bytes, start, rows) { (bits: UInt16) in Double(Float16(bitPattern: bits)) }
    case 4: widened(bytes, start, rows) { (bits: UInt32) in Double(Float(bitPattern: bits)) }
    default: widened(bytes, start, rows) { (bits: UInt64) in Double(bitPattern: bits) }
    }
  }

  /// The ends of texts that stand one behind the other: for each row where it begins, and behind
  /// the last one where that ends. Of a damaged file they are any numbers.
  package static func offsets(
    _ bytes: [UInt8], from start: Int, rows: Range<Int>, width: Int
  ) -> [Int] {
    let ends = rows.lowerBound..<rows.upperBound + 1
    return width == 4
      ? widened(bytes, start, ends) { (value: Int32) in Int(value) }
      : widened(bytes, start, ends) { (value: Int64) in Int(value) }
  }

  /// Bits, the lowest one of each byte first.
  ///
  /// - Parameters:
  ///   - bytes: What holds the column.
  ///   - start: Where its first byte stands.
  ///   - rows: Which of its bits; all must stand in `bytes`.
  package static func bits(_ bytes: [UInt8], from start: Int, rows: Range<Int>) -> [Bool] {
    precondition(
      start >= 0 && rows.lowerBound >= 0 && rows.upperBound <= (bytes.count - start) * 8,
      "the bits stand in the bytes")
    return unsafe [Bool](unsafeUninitializedCapacity: rows.count) { flags, count in
      unsafe bytes.withUnsafeBytes { raw in
        var place = 0
        // Eight bits of a byte become eight flags at once: each is moved to a byte of its own.
        if rows.lowerBound & 7 == 0, let target = UnsafeMutableRawPointer(flags.baseAddress) {
          let first = start + rows.lowerBound >> 3
          while place + 8 <= rows.count {
            let spread =
              UInt64(unsafe raw[first + place >> 3]) &* 0x0101_0101_0101_0101
              & 0x8040_2010_0804_0201
            let ones = (spread &+ 0x7F7F_7F7F_7F7F_7F7F) &>> 7 & 0x0101_0101_0101_0101
            unsafe target.storeBytes(of: ones.littleEndian, toByteOffset: place, as: UInt64.self)
            place += 8
          }
        }
        while place < rows.count {
          let row = rows.lowerBound + place
          unsafe flags.initializeElement(
            at: place,
            to: raw[start + row >> 3] &>> UInt8(truncatingIfNeeded: row) & 1 != 0)
          place += 1
        }
      }
      count = rows.count
    }
  }

  /// What a view says of its text, unchecked: how long it is, then the text itself where it is
  /// short, else some of it, the buffer that it is in and its place there.
  package struct View: Sendable {
    /// The bytes of a view.
    package static let width = 16
    /// Where a short text begins in its view.
    package static let textPlace = 4
    /// The most bytes of a text that stands in its view.
    package static let longestInPlace = 12
    /// The bytes of the text.
    package let count: Int
    /// The buffer of a longer one.
    package let buffer: Int
    /// Where it begins there.
    package let place: Int
  }

  /// Views of texts.
  package static func views(_ bytes: [UInt8], from start: Int, rows: Range<Int>) -> [View] {
    widened(bytes, start, rows) { (word: UInt128) in
      View(
        count: Int(Int32(truncatingIfNeeded: word)),
        buffer: Int(Int32(truncatingIfNeeded: word >> 64)),
        place: Int(Int32(truncatingIfNeeded: word >> 96)))
    }
  }

  /// A text of up to 16 bytes as two numbers.
  package struct ShortText: Sendable, Equatable {
    /// Its first eight bytes, zeros behind its end.
    package let low: UInt64
    /// The others.
    package let high: UInt64
    /// How many bytes it has.
    package let count: Int

    /// A text in bytes.
    ///
    /// - Parameters:
    ///   - bytes: What holds it.
    ///   - range: Where, within the bytes; of at most 16.
    package init(_ bytes: [UInt8], _ range: Range<Int>) {
      precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && range.count <= 16)
      count = range.count
      guard range.lowerBound + 16 <= bytes.count else {
        var words = (low: UInt64(0), high: UInt64(0))
        for (place, index) in range.enumerated() {
          if place < 8 {
            words.low |= UInt64(bytes[index]) << UInt64(8 * place)
          } else {
            words.high |= UInt64(bytes[index]) << UInt64(8 * place - 64)
          }
        }
        (low, high) = words
        return
      }
      let words = unsafe bytes.withUnsafeBytes { raw in
        unsafe (
          raw.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self),
          raw.loadUnaligned(fromByteOffset: range.lowerBound + 8, as: UInt64.self)
        )
      }
      // Shifts by the width of a word and more give zero.
      low = UInt64(littleEndian: words.0) & ~(UInt64.max << UInt64(8 * count))
      high = UInt64(littleEndian: words.1) & ~(UInt64.max << UInt64(8 * max(count - 8, 0)))
    }

    /// A number from 0 to 63 that texts which differ hardly ever share.
    package var slot: Int {
      Int(truncatingIfNeeded: ((low ^ high &* 31) &* 0x9E37_79B9_7F4A_7C15) >> 58)
    }
  }

  /// The short texts of a column; those that are longer, or do not stand where they say, are nothing.
  ///
  /// - Parameters:
  ///   - bytes: What holds the texts.
  ///   - first: Where places are counted from.
  ///   - room: How many bytes there are from there on.
  ///   - offsets: Where each begins, and where the last one ends.
  package static func shortTexts(
    _ bytes: [UInt8], from first: Int, room: Int, offsets: [Int]
  ) -> [ShortText?] {
    precondition(first >= 0 && room >= 0 && first + room <= bytes.count)
    return (0..<max(offsets.count - 1, 0)).map { row in
      let (start, end) = (offsets[row], offsets[row + 1])
      guard start >= 0, end >= start, end <= room, end - start <= 16 else { return nil }
      return ShortText(bytes, first + start..<first + end)
    }
  }

  private static func widened<Word: FixedWidthInteger & BitwiseCopyable, Value>(
    _ bytes: [UInt8], _ start: Int, _ rows: Range<Int>, _ value: (Word) -> Value
  ) -> [Value] {
    let width = MemoryLayout<Word>.size
    precondition(
      start >= 0 && rows.lowerBound >= 0 && rows.upperBound <= (bytes.count - start) / width,
      "the values stand in the bytes")
    return unsafe bytes.withUnsafeBytes { raw in
      rows.map { row in
        value(
          Word(
            littleEndian: unsafe raw.loadUnaligned(
              fromByteOffset: start + row * width, as: Word.self)))
      }
    }
  }
}
