/// Checks that text is UTF-8 without NUL bytes.
package enum TextEncoding {
  /// The three bytes that some programs write before UTF-8 text.
  package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// What to do about a table in another encoding.
  package static let advice = "; a spreadsheet saves it as \"CSV UTF-8\""

  /// The first byte that no text may hold, and what is wrong with it.
  package struct Fault: Equatable {
    package let offset: Int
    package let message: String
  }

  /// Finds the first NUL byte, or the first byte that is not UTF-8, in a range.
  ///
  /// Follows table 3-7 of the Unicode Standard: no overlong forms, no surrogates,
  /// nothing above U+10FFFF.
  ///
  /// - Complexity: O(*n*) for *n* bytes.
  package static func firstFault(in bytes: Span<UInt8>, range: Range<Int>) -> Fault? {
    var index = plainEnd(of: bytes, range: range)
    while index < range.upperBound {
      let byte = bytes[index]
      if byte != 0, byte < 0x80 {
        index += 1
        continue
      }
      if byte == 0 { return Fault(offset: index, message: "a NUL byte; expected text in UTF-8") }
      guard let length = sequenceLength(in: bytes, at: index, end: range.upperBound) else {
        return Fault(
          offset: index, message: "byte \(hexadecimal(byte)) is not UTF-8; expected text in UTF-8")
      }
      index = plainEnd(of: bytes, range: index + length..<range.upperBound)
    }
    return nil
  }

  /// How far a range is plain ASCII without a NUL byte, looked at 32 bytes at a time, so that
  /// less than 32 more may be plain too.
  private static func plainEnd(of bytes: Span<UInt8>, range: Range<Int>) -> Int {
    var index = range.lowerBound
    while index + 32 <= range.upperBound {
      let block = bytes.extracting(index..<index + 32)
      var seen: UInt8 = 0
      // The highest bit is set in a byte that is not ASCII, and in what is one less than NUL.
      for offset in 0..<32 { seen |= block[offset] | (block[offset] &- 1) }
      if seen >= 0x80 { break }
      index += 32
    }
    return index
  }

  /// The length of the well-formed sequence of two to four bytes at an index.
  private static func sequenceLength(in bytes: Span<UInt8>, at index: Int, end: Int) -> Int? {
    let lead = bytes[index]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return nil
    }
    guard index + length <= end, second.contains(bytes[index + 1]) else { return nil }
    for offset in 2..<max(length, 2) where !(0x80...0xBF).contains(bytes[index + offset]) {
      return nil
    }
    return length
  }

  /// A byte as two hexadecimal digits, such as `0xFF`.
  package static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.utf8.count == 1 ? "0x0" + digits : "0x" + digits
  }

  /// Bytes as text that is safe to print: control characters and bytes that are no text become
  /// `\xNN`, signs that cannot be seen or change the order of others become `\u{NNNN}`, and what
  /// is longer than `limit` bytes is cut.
  package static func printable(
    _ bytes: Span<UInt8>, range: Range<Int>, limit: Int = 80
  ) -> String {
    var content: [UInt8] = []
    var index = range.lowerBound
    let end = min(range.upperBound, range.lowerBound + limit)
    while index < end {
      let byte = bytes[index]
      if byte >= 0x20, byte < 0x7F {
        content.append(byte)
        index += 1
      } else if byte >= 0x80,
        let length = sequenceLength(in: bytes, at: index, end: range.upperBound)
      {
        let sign = content.count
        for offset in 0..<length { content.append(bytes[index + offset]) }
        if length < 4, let escape = escape(of: content[sign...]) {
          content.replaceSubrange(sign..., with: escape.utf8)
        }
        index += length
      } else {
        content.append(contentsOf: "\\x\(hexadecimal(byte).dropFirst(2))".utf8)
        index += 1
      }
    }
    if end < range.upperBound { content.append(contentsOf: "...".utf8) }
    return String(decoding: content, as: UTF8.self)
  }

  /// A text that is safe to print in one line, whatever its length.
  ///
  /// - Parameter keepsBlanks: Whether signs that merely cannot be seen stay.
  package static func printable(_ text: String, keepsBlanks: Bool = false) -> String {
    safe(text, keepsLines: false, keepsBlanks: keepsBlanks)
  }

  /// A text of several lines that is safe to print: control characters and marks of direction are
  /// escaped, line feeds and blanks of every width stay.
  package static func printableLines(_ text: String) -> String {
    safe(text, keepsLines: true, keepsBlanks: true)
  }

  private static func safe(_ text: String, keepsLines: Bool, keepsBlanks: Bool) -> String {
    // Most texts are plain and stay as they are.
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte < 0x7F || keepsLines && byte == UInt8(ascii: "\n")
    }
    if isPlain { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if keepsLines, scalar == "\n" {
        result.unicodeScalars.append(scalar)
      } else if scalar.value < 0x20 || scalar.value == 0x7F {
        result += "\\x\(hexadecimal(UInt8(scalar.value)).dropFirst(2))"
      } else if isControl(scalar.value) || !keepsBlanks && isUnseen(scalar.value) {
        result += escape(of: scalar.value)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether a sign beyond ASCII moves a terminal or the signs beside it: C1 controls, separators
  /// of lines, marks of direction.
  package static func isControl(_ value: UInt32) -> Bool {
    switch value {
    case 0x80...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// Whether a sign beyond ASCII cannot be seen, or not be told from a space: blanks of other
  /// widths, joiners and what else has no width.
  private static func isUnseen(_ value: UInt32) -> Bool {
    switch value {
    case 0xA0, 0xAD, 0x1680, 0x180E, 0x2000...0x200D, 0x202F, 0x205F...0x2065, 0x206A...0x206F,
      0x3000, 0xFEFF, 0xFFF9...0xFFFB:
      true
    default: isControl(value)
    }
  }

  private static func escape(of value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return "\\u{" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "}"
  }

  /// The escape of a sign of two or three bytes; nothing where it can be printed.
  private static func escape(of bytes: ArraySlice<UInt8>) -> String? {
    // The first byte has as many ones at its top as there are bytes.
    let value = bytes.dropFirst().reduce(
      UInt32(bytes.first ?? 0) & (bytes.count == 2 ? 0x1F : 0x0F)
    ) {
      $0 << 6 | UInt32($1 & 0x3F)
    }
    return isUnseen(value) ? escape(of: value) : nil
  }
}
