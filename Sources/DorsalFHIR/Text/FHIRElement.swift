import DorsalCore

/// One value of a resource, with its place.
struct FHIRElement {
  let text: FHIRText
  let node: Int

  var kind: JSONKind { text.nodes[node].kind }

  /// The type of a resource; nothing where it is none.
  var resourceType: String? {
    guard let type = self["resourceType"], type.kind == .string else { return nil }
    return text.string(type.node)
  }

  /// The value of a member; nothing where there is none, or it is null.
  subscript(name: String) -> FHIRElement? {
    guard kind == .object else { return nil }
    var key = node + 1
    while key < text.nodes[node].next {
      if text.isKey(key, name) {
        return text.nodes[key + 1].kind == .null ? nil : FHIRElement(text: text, node: key + 1)
      }
      key = text.nodes[key + 1].next
    }
    return nil
  }

  /// The members of an object.
  var members: [(name: String, value: FHIRElement)] {
    guard kind == .object else { return [] }
    var found: [(String, FHIRElement)] = []
    var key = node + 1
    while key < text.nodes[node].next {
      found.append((text.string(key), FHIRElement(text: text, node: key + 1)))
      key = text.nodes[key + 1].next
    }
    return found
  }

  /// The bytes of the value.
  var raw: ArraySlice<UInt8> {
    let node = text.nodes[node]
    let quote = node.kind == .string ? 1 : 0
    return text.bytes[node.start - quote..<node.end + quote]
  }

  /// Something that is wrong here, or was not used.
  func issue(
    _ severity: FHIRIssue.Severity, _ code: String, _ message: String
  ) -> FHIRIssue {
    FHIRIssue(
      severity, code, message, at: text.expression(of: node), position: text.position(of: node))
  }

  /// A value that cannot be.
  func fault(_ message: String, code: String = "value") -> FHIRIssue {
    issue(.error, code, message)
  }

  private func member(_ name: String, _ kind: JSONKind) throws(FHIRIssue) -> FHIRElement? {
    guard let value = self[name] else { return nil }
    guard value.kind == kind else {
      throw value.fault("\(value.kind.name); expected \(kind.name)", code: "structure")
    }
    return value
  }

  /// A member that is an object.
  func object(_ name: String) throws(FHIRIssue) -> FHIRElement? { try member(name, .object) }

  /// The objects of a member that is an array; none where it is missing.
  func objects(_ name: String) throws(FHIRIssue) -> [FHIRElement] {
    guard let array = try member(name, .array) else { return [] }
    var found: [FHIRElement] = []
    var child = array.node + 1
    while child < text.nodes[array.node].next {
      let element = FHIRElement(text: text, node: child)
      guard element.kind == .object else {
        throw element.fault("\(element.kind.name); expected an object", code: "structure")
      }
      found.append(element)
      child = text.nodes[child].next
    }
    return found
  }

  /// A member that is a text.
  func string(_ name: String) throws(FHIRIssue) -> String? {
    try member(name, .string).map { text.string($0.node) }
  }

  /// A member that is true or false.
  func flag(_ name: String) throws(FHIRIssue) -> Bool? {
    try member(name, .boolean).map { text.bytes[text.nodes[$0.node].start] == UInt8(ascii: "t") }
  }

  /// A member that is a number.
  func number(_ name: String) throws(FHIRIssue) -> Double? {
    guard let value = try member(name, .number) else { return nil }
    let (node, bytes) = (text.nodes[value.node], text.bytes)
    guard let number = DecimalNumber.parse(bytes.span, range: node.start..<node.end),
      number.isFinite
    else { throw value.fault("a number that is too large") }
    return number
  }

  /// A member that is a date, as exact as it is written.
  func date(_ name: String) throws(FHIRIssue) -> FHIRDate? {
    guard let value = try member(name, .string) else { return nil }
    guard let date = FHIRDate(text.string(value.node)) else {
      throw value.fault("no date; expected such as 2024-05-31 or 2024-05-31T10:00:00Z")
    }
    return date
  }

  /// The first of several members that is there, as a date.
  func firstDate(_ names: [String]) throws(FHIRIssue) -> FHIRDate? {
    for name in names {
      if let date = try date(name) { return date }
    }
    return nil
  }

  /// A code of a list, with its element; nothing where it is missing.
  func word(_ name: String, of known: [String]) throws(FHIRIssue) -> String? {
    guard let value = try member(name, .string) else { return nil }
    let word = text.string(value.node)
    guard known.contains(word) else {
      throw value.fault(
        "\"\(word)\"; expected one of " + known.joined(separator: ", "), code: "code-invalid")
    }
    return word
  }

  /// The codes of a CodeableConcept that have a system. Displays and texts are not looked at.
  func codings() throws(FHIRIssue) -> [FHIRCoding] {
    var found: [FHIRCoding] = []
    for coding in try objects("coding") {
      guard let system = try coding.string("system"), let code = try coding.string("code") else {
        continue
      }
      found.append(FHIRCoding(system: system, code: code, element: coding))
    }
    return found
  }

  /// The one of several members whose names begin alike, such as `value[x]`.
  func choice(_ prefix: String) throws(FHIRIssue) -> (name: String, value: FHIRElement)? {
    var found: (name: String, value: FHIRElement)?
    for (name, value) in members
    where name.hasPrefix(prefix) && name.utf8.count > prefix.utf8.count && value.kind != .null {
      let rest = name.utf8.dropFirst(prefix.utf8.count)
      guard let first = rest.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else {
        continue
      }
      if let found {
        throw fault(
          "\(found.name) and \(name); expected one value", code: "structure")
      }
      found = (name, value)
    }
    return found
  }
}

/// A code of a system.
struct FHIRCoding {
  let system: String
  let code: String
  let element: FHIRElement

  /// What a message calls it.
  var shown: String {
    let text = system + "|" + code
    return text.utf8.count > 120 ? String(text.prefix(117)) + "..." : text
  }
}
