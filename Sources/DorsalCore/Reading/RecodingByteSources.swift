/// A source of UTF-8 that reads one of UTF-16.
///
/// What is no UTF-16 becomes bytes that are no UTF-8, so that the row is rejected that holds it.
struct UTF16ByteSource: ByteSource {
  private var source: any ByteSource
  private var rest: [UInt8]
  private let isLittleEndian: Bool
  private var isAtEnd = false

  /// Recodes another source.
  ///
  /// - Parameters:
  ///   - source: The other source.
  ///   - rest: What was read of it already, without the byte order mark.
  ///   - isLittleEndian: Whether the lower byte of a unit comes first.
  init(_ source: any ByteSource, behind rest: [UInt8], isLittleEndian: Bool) {
    (self.source, self.rest, self.isLittleEndian) = (source, rest, isLittleEndian)
  }

  mutating func read(upTo count: Int) throws -> [UInt8] {
    var output: [UInt8] = []
    while output.isEmpty {
      if rest.count < 4, !isAtEnd {
        // A unit of two bytes becomes three at most.
        let more = try source.read(upTo: max(count / 2, 4))
        isAtEnd = more.isEmpty
        rest += more
      }
      if rest.isEmpty { return [] }
      let taken = recode(into: &output)
      rest.removeFirst(taken)
    }
    return output
  }

  private func unit(_ index: Int) -> UInt32 {
    let (low, high) = isLittleEndian ? (index, index + 1) : (index + 1, index)
    return UInt32(rest[high]) << 8 | UInt32(rest[low])
  }

  /// Recodes what is there and whole.
  ///
  /// - Returns: How many bytes were taken.
  private func recode(into output: inout [UInt8]) -> Int {
    output.reserveCapacity(rest.count)
    var index = 0
    while index + 1 < rest.count {
      let first = unit(index)
      guard first >= 0xD800, first < 0xDC00 else {
        Self.append(first, to: &output)
        index += 2
        continue
      }
      if index + 3 >= rest.count, !isAtEnd { return index }
      let second = index + 3 < rest.count ? unit(index + 2) : 0
      if second >= 0xDC00, second < 0xE000 {
        Self.append(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), to: &output)
        index += 4
      } else {
        Self.append(first, to: &output)
        index += 2
      }
    }
    if isAtEnd, index < rest.count {
      output.append(0xFF)
      index += 1
    }
    return index
  }

  /// Appends a scalar, or half of one, in the manner of UTF-8.
  private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (scalar >> shift & 0x3F)) }
    switch scalar {
    case ..<0x80: output.append(UInt8(scalar))
    case ..<0x800: output += [UInt8(0xC0 | scalar >> 6), tail(0)]
    case ..<0x10000: output += [UInt8(0xE0 | scalar >> 12), tail(6), tail(0)]
    default: output += [UInt8(0xF0 | scalar >> 18), tail(12), tail(6), tail(0)]
    }
  }
}

/// A source whose lines end with a line feed, of one whose lines end with a carriage return alone
/// or with more than one before the line feed.
struct LineEndByteSource: ByteSource {
  private var source: any ByteSource
  private var rest: [UInt8]
  /// How many carriage returns were read last, at most two.
  private var returns = 0

  /// Recodes another source.
  ///
  /// - Parameters:
  ///   - source: The other source.
  ///   - rest: What was read of it already.
  init(_ source: any ByteSource, behind rest: [UInt8]) {
    (self.source, self.rest) = (source, rest)
  }

  mutating func read(upTo count: Int) throws -> [UInt8] {
    let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    var output: [UInt8] = []
    while output.isEmpty {
      let bytes = rest.isEmpty ? try source.read(upTo: count) : rest
      rest = []
      if bytes.isEmpty {
        output = [UInt8](repeating: lineFeed, count: returns)
        returns = 0
        return output
      }
      output.reserveCapacity(bytes.count + 2)
      for byte in bytes {
        if byte == carriageReturn {
          // Two may belong to a line feed that follows, a third one shows that they do not.
          if returns == 2 { output.append(lineFeed) } else { returns += 1 }
          continue
        }
        if byte != lineFeed {
          for _ in 0..<returns { output.append(lineFeed) }
        }
        output.append(byte)
        returns = 0
      }
    }
    return output
  }
}
