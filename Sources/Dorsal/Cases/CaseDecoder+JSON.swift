extension CaseDecoder {
  /// Reads one case as a JSON object.
  ///
  /// - Parameters:
  ///   - bytes: The block that holds it.
  ///   - range: The line, without its line end.
  ///   - line: The line's number.
  ///   - nodes: Scratch memory.
  mutating func decodeJSON(
    _ bytes: Span<UInt8>, range: Range<Int>, line: Int, nodes: inout [JSONNode]
  ) {
    begin(at: range.lowerBound, line: line)
    defer { end() }
    guard checkEncoding(bytes, range: range) else { return }
    do throws(JSONSyntaxFault) {
      try JSONScanner.scan(bytes, range: range, into: &nodes)
    } catch {
      reject(bytes, at: min(error.offset, range.upperBound), error.message)
      return
    }
    guard nodes[0].kind == .object else {
      reject(bytes, at: nodes[0].start, "\(nodes[0].kind.name); expected an object for each case")
      return
    }
    var seen: Set<String> = []
    eachMember(of: 0, nodes, bytes, seen: &seen) { decoder, name, key, value in
      switch name {
      case "id": decoder.setJSONID(bytes, value)
      case "diagnosis":
        if value.kind == .null { return }
        guard value.kind == .string, !value.hasEscape else {
          decoder.rejectKind(bytes, name, value, expected: "a cause's id as a string")
          return
        }
        decoder.setDiagnosis(bytes, content: value.start..<value.end, origin: value.start)
      case "setting": decoder.setJSONFinding(bytes, name, key, value)
      case "findings":
        guard value.kind == .object else {
          decoder.rejectKind(bytes, name, value, expected: "an object with a member a finding")
          return
        }
      default:
        if !decoder.columns.ignoresUnknown {
          let names = ["id", "diagnosis", "setting", "findings"]
          let hint =
            decoder.columns.field(named: name) != nil
            ? "; findings stand inside \"findings\""
            : NearestName.suggestion(for: name, in: names)
          decoder.reject(
            bytes, at: key.start - 1, column: name, "unknown member \"\(name)\"" + hint)
        }
      }
    }
    if let findings = member("findings", of: 0, nodes, bytes), nodes[findings].kind == .object {
      var seen: Set<String> = []
      eachMember(of: findings, nodes, bytes, seen: &seen) { decoder, name, key, value in
        decoder.setJSONFinding(bytes, name, key, value)
      }
    }
    if !seen.contains("id") {
      reject(bytes, at: range.lowerBound, column: "id", "no member \"id\"; every case needs one")
    }
  }

  /// Goes through the members of an object; a key that stands twice is a reason to reject.
  private mutating func eachMember(
    of object: Int, _ nodes: [JSONNode], _ bytes: Span<UInt8>, seen: inout Set<String>,
    body: (inout CaseDecoder, String, JSONNode, JSONNode) -> Void
  ) {
    var key = object + 1
    while key < nodes[object].next {
      let name = JSONText.text(of: nodes[key], in: bytes)
      if seen.insert(name).inserted {
        body(&self, name, nodes[key], nodes[key + 1])
      } else {
        reject(
          bytes, at: nodes[key].start - 1, column: name, "the key \"\(name)\" stands twice")
      }
      key = nodes[key + 1].next
    }
  }

  private func member(
    _ name: String, of object: Int, _ nodes: [JSONNode], _ bytes: Span<UInt8>
  ) -> Int? {
    var key = object + 1
    while key < nodes[object].next {
      if JSONText.text(of: nodes[key], in: bytes) == name { return key + 1 }
      key = nodes[key + 1].next
    }
    return nil
  }

  private mutating func setJSONID(_ bytes: Span<UInt8>, _ value: JSONNode) {
    let content = value.start..<value.end
    switch value.kind {
    case .string where value.hasEscape:
      let id = JSONText.text(of: value, in: bytes)
      setID(id)
      if id.utf8.contains(0) {
        reject(bytes, at: value.start, column: "id", value: content, "a NUL in the id")
      }
    case .string, .number: setID(bytes, content: content, origin: value.start)
    default: rejectKind(bytes, "id", value, expected: "a string")
    }
  }

  private mutating func setJSONFinding(
    _ bytes: Span<UInt8>, _ name: String, _ key: JSONNode, _ value: JSONNode
  ) {
    guard case .finding(let finding)? = columns.field(named: name) else {
      if !columns.ignoresUnknown {
        reject(
          bytes, at: key.start - 1, column: name,
          "unknown finding \"\(name)\""
            + NearestName.suggestion(for: name, in: columns.decoders.map(\.finding.id)))
      }
      return
    }
    if isSet(finding) {
      reject(bytes, at: key.start - 1, column: name, "the key \"\(name)\" stands twice")
      return
    }
    let content = value.start..<value.end
    switch value.kind {
    case .null: return
    case .boolean:
      set(finding, bytes, content: content, origin: value.start) { decoder throws(ValueFault) in
        try decoder.code(of: bytes[value.start] == UInt8(ascii: "t"))
      }
    case .string where value.hasEscape:
      let text = JSONText.text(of: value, in: bytes)
      set(finding, bytes, content: content, origin: value.start) { decoder throws(ValueFault) in
        try decoder.code(of: .state(text))
      }
    case .string where content.isEmpty:
      rejectKind(bytes, name, value, expected: columns.decoders[finding].expected + ", or null")
    case .string where columns.decoders[finding].finding.kind == .number:
      rejectKind(bytes, name, value, expected: columns.decoders[finding].expected)
    case .string, .number:
      setFinding(finding, bytes, content: content, origin: value.start)
    case .object, .array:
      rejectKind(bytes, name, value, expected: columns.decoders[finding].expected)
    }
  }

  private mutating func rejectKind(
    _ bytes: Span<UInt8>, _ name: String, _ value: JSONNode, expected: String
  ) {
    reject(
      bytes, at: value.start, column: name, value: value.start..<value.end,
      "\(value.kind.name); expected \(expected)")
  }
}
