extension CaseMapping {
  /// Lines as a table.
  package static func csv(_ lines: [Line]) -> [UInt8] {
    var output: [UInt8] = Array(fields.joined(separator: ",").utf8) + [UInt8(ascii: "\n")]
    for line in lines {
      let cells = [
        line.column, line.finding,
        line.codes.map { "\($0.pattern)=\($0.state)" }.joined(separator: ";"), line.unit,
        line.factor.map { NumberText.plain($0) } ?? "", line.unknown.joined(separator: ";"),
        line.separator.map(word) ?? "", line.rule?.rawValue ?? "", line.decide, line.note,
      ]
      for (index, cell) in cells.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        CSVText.append(cell, to: &output)
      }
      output.append(UInt8(ascii: "\n"))
    }
    return output
  }

  /// Lines as JSON; fields that say nothing are left out.
  package static func json(_ lines: [Line]) -> JSONValue {
    .object([
      (
        "columns",
        .array(
          lines.map { line in
            var members: [(key: String, value: JSONValue)] = [
              ("column", .string(line.column)), ("finding", .string(line.finding)),
            ]
            if !line.codes.isEmpty {
              members.append(
                ("codes", .object(line.codes.map { ($0.pattern, .string($0.state)) })))
            }
            if let factor = line.factor { members.append(("factor", .number(factor))) }
            if !line.unknown.isEmpty {
              members.append(("unknown", .array(line.unknown.map(JSONValue.string))))
            }
            let texts = [
              ("unit", line.unit), ("separator", line.separator.map(word) ?? ""),
              ("rule", line.rule?.rawValue ?? ""), ("decide", line.decide), ("note", line.note),
            ]
            for (name, text) in texts where !text.isEmpty { members.append((name, .string(text))) }
            return .object(members)
          })
      )
    ])
  }

  private static func word(_ separator: UInt8) -> String {
    separatorWords.first { $0.byte == separator }?.word
      ?? String(decoding: [separator], as: UTF8.self)
  }
}
