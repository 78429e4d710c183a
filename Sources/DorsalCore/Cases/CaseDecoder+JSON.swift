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
      try JSONScanner.scan(bytes, range: range, into: &nodes, most: Self.mostNodes)
    } catch {
      reject(bytes, at: min(error.offset, range.upperBound), error.message)
      return
    }
    readCase(bytes, nodes, at: 0)
  }

  /// Reads one case out of a longer text that is known to be UTF-8 and JSON.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - nodes: What it holds.
  ///   - root: The node of the case.
  ///   - place: The line and column that the node begins at.
  mutating func decodeJSON(
    _ bytes: Span<UInt8>, nodes: [JSONNode], at root: Int, place: LineCounter
  ) {
    begin(at: nodes[root].start, place: place)
    defer { end() }
    readCase(bytes, nodes, at: root)
  }

  /// Reads the members of the case in hand.
  private mutating func readCase(_ bytes: Span<UInt8>, _ nodes: [JSONNode], at root: Int) {
    guard nodes[root].kind == .object else {
      reject(
        bytes, at: nodes[root].start, "\(nodes[root].kind.name); expected an object for each case")
      return
    }
    var seen = [Int?](repeating: nil, count: Member.allCases.count)
    var key = root + 1
    while key < nodes[root].next {
      if let member = member(of: nodes[key], bytes) {
        if seen[member.rawValue] == nil {
          seen[member.rawValue] = key + 1
        } else {
          rejectRepeated(bytes, nodes[key])
        }
      } else if columns.ignoresUnknown {
        let columns = columns
        noteIgnored(bytes, nodes[key]) {
          columns.knows($0)
            ? IgnoredName($0, suggestion: Self.hint(ofMember: $0, columns))
            : columns.ignoredName($0)
        }
      } else {
        rejectUnknownMember(bytes, nodes[key])
      }
      key = nodes[key + 1].next
    }
    if let id = seen[Member.id.rawValue] {
      setJSONID(bytes, nodes[id])
    } else {
      reject(
        bytes, at: nodes[root].start, column: "id", "no member \"id\"; every case needs one")
    }
    if let setting = seen[Member.setting.rawValue] {
      setJSONFinding(bytes, nodes[setting - 1], nodes[setting])
    }
    if let findings = seen[Member.findings.rawValue] {
      setJSONFindings(bytes, findings, nodes)
    }
    if let diagnosis = seen[Member.diagnosis.rawValue], nodes[diagnosis].kind != .null {
      let value = nodes[diagnosis]
      let content = value.start..<value.end
      if value.kind == .string, value.hasEscape {
        let ids = Array(JSONText.text(of: value, in: bytes).utf8)
        setDiagnosis(
          bytes, content: content, origin: value.start, ids: ids.span, range: 0..<ids.count)
      } else if value.kind == .string {
        setDiagnosis(bytes, content: content, origin: value.start)
      } else {
        rejectKind(bytes, "diagnosis", value, expected: "a cause's id as a string")
      }
    }
  }

  /// The most keys and values of a record: far above the findings of any model.
  private static let mostNodes = 1 << 18

  /// The members of a case.
  private enum Member: Int, CaseIterable {
    case id, diagnosis, setting, findings

    /// The members by their bytes.
    static let names = NameTable(allCases.map { "\($0)" })
  }

  /// The member that a key names.
  private func member(of key: JSONNode, _ bytes: Span<UInt8>) -> Member? {
    guard let name = unescaped(key, bytes) else {
      return Member.names.index(of: bytes, range: key.start..<key.end).flatMap(Member.init)
    }
    return Member.allCases.first { "\($0)" == name }
  }

  /// The finding that a key names.
  private func finding(of key: JSONNode, _ bytes: Span<UInt8>) -> Int? {
    guard let name = unescaped(key, bytes) else {
      return columns.findingNames.index(of: bytes, range: key.start..<key.end)
    }
    guard case .finding(let finding)? = columns.field(named: name) else { return nil }
    return finding
  }

  /// The text of a key with escapes, which is rare; nothing where it has none.
  private func unescaped(_ key: JSONNode, _ bytes: Span<UInt8>) -> String? {
    key.hasEscape ? JSONText.text(of: key, in: bytes) : nil
  }

  private mutating func setJSONFindings(_ bytes: Span<UInt8>, _ object: Int, _ nodes: [JSONNode]) {
    guard nodes[object].kind == .object else {
      rejectKind(
        bytes, "findings", nodes[object], expected: "an object with a member a finding")
      return
    }
    var key = object + 1
    while key < nodes[object].next {
      setJSONFinding(bytes, nodes[key], nodes[key + 1])
      key = nodes[key + 1].next
    }
  }

  private mutating func rejectRepeated(_ bytes: Span<UInt8>, _ key: JSONNode) {
    guard hasRoom() else { return }
    let name = JSONText.text(of: key, in: bytes)
    reject(bytes, at: key.start - 1, column: name, "the key \"\(name)\" stands twice")
  }

  private mutating func rejectUnknownMember(_ bytes: Span<UInt8>, _ key: JSONNode) {
    guard hasRoom() else { return }
    let name = JSONText.text(of: key, in: bytes)
    reject(
      bytes, at: key.start - 1, column: name,
      "unknown member \"\(name)\"" + Self.hint(ofMember: name, columns))
  }

  /// What somebody who wrote an unknown member may have meant.
  private static func hint(ofMember name: String, _ columns: CaseColumns) -> String {
    columns.knows(name)
      ? "; findings stand inside \"findings\""
      : NearestName.suggestion(for: name, in: Member.allCases.map { "\($0)" })
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
    _ bytes: Span<UInt8>, _ key: JSONNode, _ value: JSONNode
  ) {
    guard let finding = finding(of: key, bytes) else {
      let name = JSONText.text(of: key, in: bytes)
      if columns.isOfOthers(name) || columns.isInput(name) { return }
      if !columns.ignoresUnknown, hasRoom() {
        reject(
          bytes, at: key.start - 1, column: name,
          "unknown finding \"\(name)\"" + columns.suggestion(for: name))
      } else {
        let columns = columns
        noteIgnored(bytes, key) { columns.ignoredName($0) }
      }
      return
    }
    guard name(finding) else {
      rejectRepeated(bytes, key)
      return
    }
    let name = columns.decoders[finding].finding.id
    let content = value.start..<value.end
    switch value.kind {
    case .null: return
    case .boolean:
      set(finding, bytes, content: content, origin: value.start) { decoder throws(DorsalError) in
        try decoder.code(of: bytes[value.start] == UInt8(ascii: "t"))
      }
    case .string where columns.decoders[finding].finding.kind == .number && !content.isEmpty:
      if takeUnknown(bytes, content: content, finding: finding) { return }
      if columns.forms != nil, NumberBound(bytes, content, hasDecimalComma: false) != nil {
        setFinding(finding, bytes, content: content, origin: value.start)
        return
      }
      if takeBadValue(finding, bytes, content) { return }
      rejectKind(bytes, name, value, expected: columns.decoders[finding].expected)
    case .string where value.hasEscape:
      let text = Array(JSONText.text(of: value, in: bytes).utf8)
      setFinding(
        finding, bytes, content: content, origin: value.start, text: text.span,
        in: 0..<text.count)
    case .string where content.isEmpty:
      rejectKind(bytes, name, value, expected: columns.decoders[finding].expected + ", or null")
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
