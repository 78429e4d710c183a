/// A JSON text as a tree, with the place of each value: for small files that are read once,
/// where a fault has to say where it is.
package struct JSONTree: Sendable {
  private indirect enum Content: Sendable {
    case object([(key: String, value: JSONTree)])
    case array([JSONTree])
    case string(String)
    case number(Double)
    case boolean(Bool)
    case null
  }

  /// Where the value begins.
  package let position: SourcePosition
  private let content: Content

  /// Reads a text.
  ///
  /// - Throws: The first fault of its syntax, or of its numbers.
  package init(bytes: [UInt8], file: String) throws(TextFault) {
    var lines = LineCounter(file: file)
    var nodes: [JSONNode] = []
    let span = bytes.span
    do throws(JSONSyntaxFault) {
      if let bad = TextEncoding.firstFault(in: span, range: 0..<bytes.count) {
        throw JSONSyntaxFault(offset: bad.offset, message: bad.message)
      }
      try JSONScanner.scan(span, range: 0..<bytes.count, into: &nodes)
    } catch {
      lines.advance(to: error.offset, in: span)
      throw TextFault(position: lines.position, message: error.message)
    }
    var index = 0
    try self.init(nodes, at: &index, in: span, lines: &lines)
  }

  private init(
    _ nodes: [JSONNode], at index: inout Int, in bytes: Span<UInt8>, lines: inout LineCounter
  ) throws(TextFault) {
    let node = nodes[index]
    lines.advance(to: node.start, in: bytes)
    position = lines.position
    index += 1
    switch node.kind {
    case .object:
      var members: [(key: String, value: JSONTree)] = []
      while index < node.next {
        let key = JSONText.text(of: nodes[index], in: bytes)
        index += 1
        members.append((key, try JSONTree(nodes, at: &index, in: bytes, lines: &lines)))
      }
      content = .object(members)
    case .array:
      var values: [JSONTree] = []
      while index < node.next {
        values.append(try JSONTree(nodes, at: &index, in: bytes, lines: &lines))
      }
      content = .array(values)
    case .string: content = .string(JSONText.text(of: node, in: bytes))
    case .number:
      guard let number = DecimalNumber.parse(bytes, range: node.start..<node.end),
        number.isFinite
      else { throw TextFault(position: position, message: "a number that is too large") }
      content = .number(number)
    case .boolean: content = .boolean(bytes[node.start] == UInt8(ascii: "t"))
    case .null: content = .null
    }
  }

  /// A fault of this value.
  package func fault(_ message: String) -> TextFault {
    TextFault(position: position, message: message)
  }

  /// The value of a member.
  package func member(_ name: String) throws(TextFault) -> JSONTree {
    guard let value = try optionalMember(name) else {
      throw fault("the member \"\(name)\" is missing")
    }
    return value
  }

  /// The value of a member, or nothing where there is none or it is null.
  package func optionalMember(_ name: String) throws(TextFault) -> JSONTree? {
    guard case .object(let members) = content else { throw fault("expected an object") }
    let found = members.filter { $0.key == name }
    if found.count > 1 { throw fault("the member \"\(name)\" stands twice") }
    guard let value = found.first?.value else { return nil }
    if case .null = value.content { return nil }
    return value
  }

  /// The members of an object, in their order.
  package func members() throws(TextFault) -> [(key: String, value: JSONTree)] {
    guard case .object(let members) = content else { throw fault("expected an object") }
    return members
  }

  /// The values of an array.
  package func list() throws(TextFault) -> [JSONTree] {
    guard case .array(let values) = content else { throw fault("expected an array") }
    return values
  }

  /// The text of a string.
  package func string() throws(TextFault) -> String {
    guard case .string(let text) = content else { throw fault("expected a string") }
    return text
  }

  /// True or false.
  package func flag() throws(TextFault) -> Bool {
    guard case .boolean(let flag) = content else { throw fault("expected true or false") }
    return flag
  }

  /// A number; it is finite.
  package func number() throws(TextFault) -> Double {
    guard case .number(let number) = content else { throw fault("expected a number") }
    return number
  }

  /// A number of a range, both ends included.
  package func number(
    from least: Double, to greatest: Double
  ) throws(TextFault) -> Double {
    let number = try number()
    guard number >= least, number <= greatest else {
      throw fault(
        "\(number); expected a number from \(NumberText.plain(least)) to "
          + NumberText.plain(greatest))
    }
    return number
  }

  /// A number above 0 and up to another.
  package func positiveNumber(upTo greatest: Double) throws(TextFault) -> Double {
    let number = try number()
    guard number > 0, number <= greatest else {
      throw fault("\(number); expected a number above 0, at most \(NumberText.plain(greatest))")
    }
    return number
  }

  /// A whole number.
  package func integer() throws(TextFault) -> Int {
    guard let integer = Int(exactly: try number()) else { throw fault("expected a whole number") }
    return integer
  }

  /// The numbers of an array.
  package func numbers() throws(TextFault) -> [Double] {
    var numbers: [Double] = []
    for value in try list() { numbers.append(try value.number()) }
    return numbers
  }
}
