/// A JSON value to be written: what the tool answers with `--json`.
///
/// Objects keep the order of their members, so that the same answer is the same
/// text every time.
public indirect enum JSONValue: Sendable, Equatable, ExpressibleByStringLiteral {
  /// Members in the order in which they are written.
  case object([(key: String, value: JSONValue)])
  /// Values in order.
  case array([JSONValue])
  /// A text.
  case string(String)
  /// A finite number; one that is not finite is written as `null`.
  case number(Double)
  /// A whole number.
  case integer(Int)
  /// True or false.
  case boolean(Bool)
  /// No value.
  case null

  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }

  /// The number, or `null` where there is none.
  public static func optional(_ number: Double?) -> JSONValue {
    number.map(JSONValue.number) ?? .null
  }

  /// The value as one line of JSON (RFC 8259).
  public var text: String {
    var output: [UInt8] = []
    append(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// The value as JSON with a member a line, indented by two spaces.
  public var indentedText: String {
    var output: [UInt8] = []
    append(to: &output, indent: 0)
    return String(decoding: output, as: UTF8.self)
  }

  /// Appends the value as JSON.
  ///
  /// - Parameter indent: The depth to indent by, or nothing for one line.
  package func append(to output: inout [UInt8], indent: Int? = nil) {
    switch self {
    case .object(let members):
      Self.appendList(members, between: "{", and: "}", to: &output, indent: indent) {
        member, output, inner in
        JSONText.append(member.key, to: &output)
        output.append(UInt8(ascii: ":"))
        if inner != nil { output.append(UInt8(ascii: " ")) }
        member.value.append(to: &output, indent: inner)
      }
    case .array(let values):
      Self.appendList(values, between: "[", and: "]", to: &output, indent: indent) {
        value, output, inner in value.append(to: &output, indent: inner)
      }
    case .string(let text): JSONText.append(text, to: &output)
    case .number(let number):
      output.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
    case .integer(let number): output.append(contentsOf: "\(number)".utf8)
    case .boolean(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
    case .null: output.append(contentsOf: "null".utf8)
    }
  }

  private static func appendList<Element>(
    _ elements: [Element], between opening: Character, and closing: Character,
    to output: inout [UInt8], indent: Int?, append: (Element, inout [UInt8], Int?) -> Void
  ) {
    output.append(contentsOf: opening.utf8)
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      if let indent { output.append(contentsOf: newLine(indent: indent + 1)) }
      append(element, &output, indent.map { $0 + 1 })
    }
    if let indent, !elements.isEmpty { output.append(contentsOf: newLine(indent: indent)) }
    output.append(contentsOf: closing.utf8)
  }

  private static func newLine(indent: Int) -> [UInt8] {
    [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: 2 * indent)
  }

  /// Whether two values are written alike.
  public static func == (left: JSONValue, right: JSONValue) -> Bool { left.text == right.text }
}
