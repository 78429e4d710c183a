/// What a JSON value is.
package enum JSONKind: Sendable {
  case object, array, string, number, boolean, null

  /// The kind in words, with its article.
  package var name: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .number: "a number"
    case .boolean: "true or false"
    case .null: "null"
    }
  }
}

/// One value or key of a JSON text, as a range of the bytes it was read from.
package struct JSONNode {
  package var kind: JSONKind
  /// First byte: of a string, the one behind the quote.
  package var start: Int
  /// The byte after the last: of a string, the closing quote.
  package var end: Int
  /// Whether a string holds escapes that have to be resolved.
  package var hasEscape = false
  /// The index of the node behind this one and everything inside it.
  package var next: Int = 0
}

/// A fault of JSON syntax, by the byte where it is.
package struct JSONSyntaxFault: Error, Equatable {
  package let offset: Int
  package let message: String
}

/// Reads JSON (RFC 8259) into a flat list of nodes, without making strings, so
/// that a case costs no allocation once the list has grown.
///
/// The nodes stand in the order of the text. An object is its own node, then a
/// string node for each key followed by the nodes of its value.
package struct JSONScanner {
  /// Nesting beyond this is refused: the stack of the program is not the text's to use up.
  package static let deepestNesting = 32

  private var index: Int
  private let end: Int
  private let mostNodes: Int

  /// Reads the one value that a range of bytes holds.
  ///
  /// - Parameters:
  ///   - nodes: Emptied, then filled with the value and what it holds.
  ///   - most: The most values and keys; a text of more is refused.
  package static func scan(
    _ bytes: Span<UInt8>, range: Range<Int>, into nodes: inout [JSONNode], most: Int = .max
  ) throws(JSONSyntaxFault) {
    nodes.removeAll(keepingCapacity: true)
    var scanner = JSONScanner(
      index: range.lowerBound, end: range.upperBound, mostNodes: most)
    try scanner.value(bytes, depth: 0, into: &nodes)
    scanner.skipSpace(bytes)
    if scanner.index < scanner.end {
      throw JSONSyntaxFault(
        offset: scanner.index, message: "text after the end of the JSON value")
    }
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while index < end {
      switch bytes[index] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        index += 1
      default: return
      }
    }
  }

  private func fault(expected: String) -> JSONSyntaxFault {
    JSONSyntaxFault(
      offset: index,
      message: index < end ? "expected \(expected)" : "the JSON ends early; expected \(expected)")
  }

  private mutating func value(
    _ bytes: Span<UInt8>, depth: Int, into nodes: inout [JSONNode]
  ) throws(JSONSyntaxFault) {
    skipSpace(bytes)
    guard index < end else { throw fault(expected: "a JSON value") }
    let node = nodes.count
    guard node < mostNodes else {
      throw JSONSyntaxFault(offset: index, message: "more than \(mostNodes) keys and values")
    }
    switch bytes[index] {
    case UInt8(ascii: "{"):
      try container(.object, bytes, depth: depth, into: &nodes)
    case UInt8(ascii: "["):
      try container(.array, bytes, depth: depth, into: &nodes)
    case UInt8(ascii: "\""):
      try string(bytes, into: &nodes)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try number(bytes, into: &nodes)
    case UInt8(ascii: "t"):
      try literal("true", .boolean, bytes, into: &nodes)
    case UInt8(ascii: "f"):
      try literal("false", .boolean, bytes, into: &nodes)
    case UInt8(ascii: "n"):
      try literal("null", .null, bytes, into: &nodes)
    default:
      throw fault(expected: "a JSON value")
    }
    nodes[node].next = nodes.count
  }

  private mutating func container(
    _ kind: JSONKind, _ bytes: Span<UInt8>, depth: Int, into nodes: inout [JSONNode]
  ) throws(JSONSyntaxFault) {
    guard depth < Self.deepestNesting else {
      throw JSONSyntaxFault(
        offset: index, message: "nested deeper than \(Self.deepestNesting) levels")
    }
    let node = nodes.count
    nodes.append(JSONNode(kind: kind, start: index, end: index))
    let closing = kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]")
    index += 1
    skipSpace(bytes)
    if index < end, bytes[index] == closing {
      index += 1
    } else {
      while true {
        if kind == .object {
          skipSpace(bytes)
          guard index < end, bytes[index] == UInt8(ascii: "\"") else {
            throw fault(expected: "a key in quotes")
          }
          let key = nodes.count
          try string(bytes, into: &nodes)
          nodes[key].next = nodes.count
          skipSpace(bytes)
          guard index < end, bytes[index] == UInt8(ascii: ":") else {
            throw fault(expected: "a colon after the key")
          }
          index += 1
        }
        try value(bytes, depth: depth + 1, into: &nodes)
        skipSpace(bytes)
        guard index < end else { throw fault(expected: "a comma or the closing bracket") }
        if bytes[index] == closing {
          index += 1
          break
        }
        guard bytes[index] == UInt8(ascii: ",") else {
          throw fault(expected: "a comma or the closing bracket")
        }
        index += 1
      }
    }
    nodes[node].end = index
  }

  private mutating func string(
    _ bytes: Span<UInt8>, into nodes: inout [JSONNode]
  ) throws(JSONSyntaxFault) {
    let opening = index
    index += 1
    var hasEscape = false
    while index < end, bytes[index] != UInt8(ascii: "\"") {
      if bytes[index] < 0x20 {
        throw JSONSyntaxFault(
          offset: index, message: "a control character inside a string; expected an escape")
      }
      if bytes[index] == UInt8(ascii: "\\") {
        hasEscape = true
        try escape(bytes)
      } else {
        index += 1
      }
    }
    guard index < end else {
      throw JSONSyntaxFault(
        offset: opening, message: "the JSON ends early; this string is never closed")
    }
    nodes.append(JSONNode(kind: .string, start: opening + 1, end: index, hasEscape: hasEscape))
    index += 1
  }

  private mutating func escape(_ bytes: Span<UInt8>) throws(JSONSyntaxFault) {
    let start = index
    index += 1
    guard index < end else { throw fault(expected: "an escape") }
    switch bytes[index] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      index += 1
    case UInt8(ascii: "u"):
      index += 1
      let unit = try codeUnit(bytes)
      // Two halves make a character beyond the basic plane; one alone is none, and ids
      // that differ in it would become the same.
      if (0xD800...0xDBFF).contains(unit), index + 1 < end, bytes[index] == UInt8(ascii: "\\"),
        bytes[index + 1] == UInt8(ascii: "u")
      {
        index += 2
        if (0xDC00...0xDFFF).contains(try codeUnit(bytes)) { return }
      }
      if (0xD800...0xDFFF).contains(unit) {
        throw JSONSyntaxFault(offset: start, message: "half of a surrogate pair without the other")
      }
    default:
      throw JSONSyntaxFault(offset: start, message: "an escape that JSON does not have")
    }
  }

  private mutating func codeUnit(_ bytes: Span<UInt8>) throws(JSONSyntaxFault) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard index < end, let digit = JSONScanner.hexadecimalDigit(bytes[index]) else {
        throw fault(expected: "four hexadecimal digits")
      }
      unit = unit << 4 | digit
      index += 1
    }
    return unit
  }

  private mutating func number(
    _ bytes: Span<UInt8>, into nodes: inout [JSONNode]
  ) throws(JSONSyntaxFault) {
    let start = index
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    let leading = index
    try digits(bytes)
    if bytes[leading] == UInt8(ascii: "0"), index > leading + 1 {
      throw JSONSyntaxFault(offset: leading, message: "a number with a leading zero")
    }
    if index < end, bytes[index] == UInt8(ascii: ".") {
      index += 1
      try digits(bytes)
    }
    if index < end, bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") {
      index += 1
      if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
        index += 1
      }
      try digits(bytes)
    }
    nodes.append(JSONNode(kind: .number, start: start, end: index))
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(JSONSyntaxFault) {
    let start = index
    while index < end, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") {
      index += 1
    }
    if index == start { throw fault(expected: "a digit") }
  }

  private mutating func literal(
    _ word: StaticString, _ kind: JSONKind, _ bytes: Span<UInt8>, into nodes: inout [JSONNode]
  ) throws(JSONSyntaxFault) {
    let start = index
    for byte in word.description.utf8 {
      guard index < end, bytes[index] == byte else { throw fault(expected: "\(word)") }
      index += 1
    }
    nodes.append(JSONNode(kind: kind, start: start, end: index))
  }

  /// The value of a hexadecimal digit.
  static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
