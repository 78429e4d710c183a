extension CaseMapping {
  /// The lines of a mapping as a table.
  static func lines(csv bytes: [UInt8], file: String) throws(DorsalError) -> [Line] {
    var table = ModelTable(
      ModelTable.Scanned(bytes: bytes, file: file, mayHaveSemicolons: true),
      required: ["column", "finding"],
      optional: fields)
    var lines: [Line] = []
    for row in table.rows where table.hasColumns(["column", "finding"]) {
      var line = Line(column: table.text(row, "column"))
      for field in fields { line.places[field] = table.position(row, field) }
      line.finding = table.text(row, "finding")
      line.unit = table.text(row, "unit")
      line.decide = table.text(row, "decide")
      line.note = table.text(row, "note")
      if line.column.isEmpty { table.fault(row, "column", "the cell \"column\" is empty") }
      line.codes = codes(table.text(row, "codes")) { table.fault(row, "codes", $0) }
      line.unknown = parts(table.text(row, "unknown"))
      let factor = table.text(row, "factor")
      if !factor.isEmpty {
        line.factor = self.factor(DecimalNumber.parse(factor), text: factor) {
          table.fault(row, "factor", $0)
        }
      }
      line.separator = separatorByte(table.text(row, "separator")) {
        table.fault(row, "separator", $0)
      }
      line.rule = rule(table.text(row, "rule")) { table.fault(row, "rule", $0) }
      lines.append(line)
    }
    try check(table.faults)
    return lines
  }

  /// The lines of a mapping as an object with an array `columns`.
  static func lines(json bytes: [UInt8], file: String) throws(DorsalError) -> [Line] {
    var faults: [TextFault] = []
    var lines: [Line] = []
    do throws(TextFault) {
      let tree = try JSONTree(bytes: bytes, file: file)
      for (name, value) in try tree.members() where name != "columns" {
        faults.append(value.fault("unknown member \"\(name)\"; expected columns"))
      }
      for value in try tree.member("columns").list() {
        lines.append(try line(value, &faults))
      }
    } catch {
      faults.append(error)
    }
    try check(faults)
    return lines
  }

  private static func line(
    _ value: JSONTree, _ faults: inout [TextFault]
  ) throws(TextFault) -> Line {
    for (name, member) in try value.members() where !fields.contains(name) {
      faults.append(
        member.fault("unknown member \"\(name)\"" + NearestName.suggestion(for: name, in: fields)))
    }
    var line = Line(column: try value.member("column").string())
    for field in fields {
      line.places[field] = try value.optionalMember(field)?.position ?? value.position
    }
    func text(_ field: String) throws(TextFault) -> String {
      try value.optionalMember(field)?.string() ?? ""
    }
    if line.column.isEmpty { faults.append(value.fault("the member \"column\" is empty")) }
    line.finding = try text("finding")
    line.unit = try text("unit")
    line.decide = try text("decide")
    line.note = try text("note")
    if let codes = try value.optionalMember("codes") {
      for (pattern, state) in try codes.members() {
        line.codes.append(Code(pattern: pattern, state: try state.string()))
      }
    }
    if let words = try value.optionalMember("unknown") {
      for word in try words.list() { line.unknown.append(try word.string()) }
    }
    if let factor = try value.optionalMember("factor") {
      let number = try factor.number()
      line.factor = self.factor(number, text: "\(number)") { faults.append(factor.fault($0)) }
    }
    let (separator, rule) = (try text("separator"), try text("rule"))
    line.separator = separatorByte(separator) {
      faults.append(TextFault(position: line.position("separator"), message: $0))
    }
    line.rule = self.rule(rule) {
      faults.append(TextFault(position: line.position("rule"), message: $0))
    }
    return line
  }

  /// Codes as a cell of a table has them: `1=male;2=female`. The state stands behind the last
  /// sign of equality, since a pattern may have one: `>=38=present`.
  package static func codes(_ text: String, fault: (String) -> Void) -> [Code] {
    parts(text).compactMap { part in
      guard let sign = part.lastIndex(of: "=") else {
        fault("\"\(part)\"; expected codes such as 1=male;2=female")
        return nil
      }
      let pattern = trimmed(part[..<sign])
      if pattern.isEmpty {
        fault("\"\(part)\" has no code before the sign of equality")
        return nil
      }
      return Code(pattern: pattern, state: trimmed(part[part.index(after: sign)...]))
    }
  }

  /// The parts of a cell between semicolons, those that are not empty.
  private static func parts(_ text: String) -> [String] {
    text.split(separator: ";").map { trimmed($0) }.filter { !$0.isEmpty }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }

  private static func factor(
    _ number: Double?, text: String, fault: (String) -> Void
  ) -> Double? {
    guard let number, number.isFinite, number > 0 else {
      fault("\"\(text)\"; expected a factor above 0")
      return nil
    }
    return number
  }

  private static func separatorByte(_ text: String, fault: (String) -> Void) -> UInt8? {
    if text.isEmpty { return nil }
    if let byte = separator(text) { return byte }
    fault(
      "\"\(text)\"; expected one character, or one of "
        + separatorWords.map(\.word).joined(separator: ", "))
    return nil
  }

  private static func rule(_ text: String, fault: (String) -> Void) -> Rule? {
    if text.isEmpty { return nil }
    if let rule = Rule(rawValue: text) { return rule }
    fault(
      "\"\(text)\"; expected one of " + Rule.allCases.map(\.rawValue).joined(separator: ", "))
    return nil
  }

  private static func check(_ faults: [TextFault]) throws(DorsalError) {
    if !faults.isEmpty {
      throw DorsalError(
        .mapping,
        faults: Array(
          faults.sorted {
            ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
          }.prefix(50)), count: faults.count)
    }
  }
}
