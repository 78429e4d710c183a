/// Text in and out of JSON strings.
package enum JSONText {
  /// The text of a string node, with its escapes resolved.
  package static func text(of node: JSONNode, in bytes: Span<UInt8>) -> String {
    var content: [UInt8] = []
    content.reserveCapacity(node.end - node.start)
    var index = node.start
    while index < node.end {
      guard node.hasEscape, bytes[index] == UInt8(ascii: "\\") else {
        content.append(bytes[index])
        index += 1
        continue
      }
      index += 2
      switch bytes[index - 1] {
      case UInt8(ascii: "b"): content.append(0x08)
      case UInt8(ascii: "f"): content.append(0x0C)
      case UInt8(ascii: "n"): content.append(0x0A)
      case UInt8(ascii: "r"): content.append(0x0D)
      case UInt8(ascii: "t"): content.append(0x09)
      case UInt8(ascii: "u"):
        var unit = codeUnit(at: index, in: bytes)
        index += 4
        if (0xD800...0xDBFF).contains(unit), index + 6 <= node.end,
          bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        {
          let low = codeUnit(at: index + 2, in: bytes)
          if (0xDC00...0xDFFF).contains(low) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
            index += 6
          }
        }
        let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
        content.append(contentsOf: String(Character(scalar)).utf8)
      default: content.append(bytes[index - 1])
      }
    }
    return String(decoding: content, as: UTF8.self)
  }

  private static func codeUnit(at index: Int, in bytes: Span<UInt8>) -> UInt32 {
    (0..<4).reduce(0) { unit, digit in
      unit << 4 | (JSONScanner.hexadecimalDigit(bytes[index + digit]) ?? 0)
    }
  }

  /// Appends a text as a JSON string, quotes included. Signs that would move a terminal are
  /// escaped, as JSON is printed there too.
  package static func append(_ text: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    defer { output.append(UInt8(ascii: "\"")) }
    guard text.utf8.contains(where: { $0 >= 0x7F }) else {
      appendBytes(text.utf8, to: &output)
      return
    }
    for scalar in text.unicodeScalars {
      if scalar.value == 0x7F || TextEncoding.isControl(scalar.value) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        output.append(
          contentsOf: (#"\u"# + String(repeating: "0", count: 4 - digits.utf8.count)).utf8)
        output.append(contentsOf: digits.utf8)
      } else {
        appendBytes(UTF8.encode(scalar).map { Array($0) } ?? [], to: &output)
      }
    }
  }

  private static func appendBytes(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""): output.append(contentsOf: #"\""#.utf8)
      case UInt8(ascii: "\\"): output.append(contentsOf: #"\\"#.utf8)
      case 0x0A: output.append(contentsOf: #"\n"#.utf8)
      case 0x0D: output.append(contentsOf: #"\r"#.utf8)
      case 0x09: output.append(contentsOf: #"\t"#.utf8)
      case 0..<0x20:
        output.append(contentsOf: #"\u00"#.utf8)
        output.append(contentsOf: TextEncoding.hexadecimal(byte).dropFirst(2).utf8)
      default: output.append(byte)
      }
    }
  }
}
