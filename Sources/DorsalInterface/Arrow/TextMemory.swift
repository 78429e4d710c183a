/// What came of the texts of a column that were met last: most columns have few, and one that was met
/// before costs a comparison.
struct TextMemory<Value> {
  private var texts = [[UInt8]?](repeating: nil, count: 64)
  private var values = [Value?](repeating: nil, count: 64)

  /// What comes of a text, by whatever makes it where it is not remembered.
  mutating func value(
    of bytes: [UInt8], _ range: Range<Int>, _ make: ([UInt8]) -> Value
  ) -> Value {
    bytes.withUnsafeBytes { all in
      let text = UnsafeRawBufferPointer(rebasing: all[range])
      let slot = Self.slot(text)
      if let known = texts[slot], let value = values[slot], known.count == text.count,
        known.withUnsafeBytes({ $0.elementsEqual(text) })
      {
        return value
      }
      let own = Array(text)
      let value = make(own)
      texts[slot] = own
      values[slot] = value
      return value
    }
  }

  /// A number from 0 to 63, of the length and the bytes at both ends.
  private static func slot(_ text: UnsafeRawBufferPointer) -> Int {
    var bits = UInt64(text.count)
    if text.count >= 8 {
      bits ^= text.loadUnaligned(as: UInt64.self)
      bits ^= text.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self) &* 31
    } else {
      for byte in text { bits = bits &* 257 &+ UInt64(byte) }
    }
    return Int(truncatingIfNeeded: (bits &* 0x9E37_79B9_7F4A_7C15) >> 58)
  }
}
