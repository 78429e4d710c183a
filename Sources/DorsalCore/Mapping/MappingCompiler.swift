/// Puts a mapping together with a model and a header, and finds everything that is wrong with it.
struct MappingCompiler {
  let mapping: CaseMapping
  let columns: CaseColumns
  /// The ICD-10 codes of the causes, in their order.
  let icd10: [String]
  var faults: [TextFault] = []
  /// A suggestion looks at every column, and every line may be wrong.
  private static let mostSuggestions = 10

  init(_ mapping: CaseMapping, columns: CaseColumns, icd10: [String]) {
    (self.mapping, self.columns, self.icd10) = (mapping, columns, icd10)
  }

  private mutating func fault(_ line: CaseMapping.Line, _ field: String, _ message: String) {
    faults.append(TextFault(position: line.position(field), message: message))
  }

  /// The fields of a header whose columns the mapping names.
  ///
  /// - Parameters:
  ///   - header: The names of the columns.
  ///   - file: The name of the case file.
  /// - Returns: A field for each column that is named, and what the mapped ones mean.
  mutating func compile(
    header: [(name: String, position: SourcePosition)], file: String
  ) -> (fields: [Int: CaseField], mapped: MappedColumns) {
    var mapped = MappedColumns()
    mapped.undecided = mapping.undecided
    var places: [String: Int] = [:]
    let named = Set(mapping.lines.map(\.column))
    for (place, (name, position)) in header.enumerated() {
      if places[name] == nil {
        places[name] = place
      } else if named.contains(name) {
        faults.append(
          TextFault(position: position, message: "the column \"\(name)\" stands twice"))
      }
    }
    var fields: [Int: CaseField] = [:]
    var uses: [(place: Int, order: Int, line: CaseMapping.Line, finding: Int)] = []
    var inputs: [Int] = []
    for (order, line) in checkedLines().enumerated() {
      guard let place = places[line.column] else {
        if line.decide.isEmpty {
          fault(
            line, "column",
            "the column \"\(line.column)\" is not in \(file)"
              + (faults.count < Self.mostSuggestions
                ? NearestName.suggestion(for: line.column, in: header.map(\.name)) : ""))
        }
        continue
      }
      guard line.decide.isEmpty, !line.finding.isEmpty else {
        if fields[place] == nil { fields[place] = .ignored }
        continue
      }
      guard let field = columns.field(ofTarget: line.finding) else { continue }
      guard field != .ignored else {
        inputs.append(place)
        continue
      }
      mapped.columnsOfFields.append((field, line.column))
      switch field {
      case .id: fields[place] = .id
      case .diagnosis:
        if line.isPlain, icd10.allSatisfy(\.isEmpty) {
          fields[place] = .diagnosis
        } else {
          mapped.diagnosis = diagnosisRule(line)
          mapped.diagnosisPlace = place
          mapped.usesOfColumn.append([])
          mapped.diagnosisColumn = mapped.usesOfColumn.count - 1
          fields[place] = .mapped(mapped.diagnosisColumn)
        }
      case .finding(let finding):
        var line = line
        if line.codes.isEmpty, line.unit.isEmpty, line.factor == nil,
          columns.decoders[finding].finding.kind == .number,
          let named = CaseColumns.unit(in: line.column)
        {
          line.unit = named.unit
        }
        uses.append((place, order, line, finding))
        mapped.columnsOfFinding[finding, default: []].append(line.column)
      default: break
      }
    }
    add(uses, to: &mapped, &fields)
    for place in inputs where fields[place] == nil { fields[place] = .ignored }
    return (fields, mapped)
  }

  /// The lines that name findings of the model and say nothing twice.
  private mutating func checkedLines() -> [CaseMapping.Line] {
    var seen: [String: SourcePosition] = [:]
    var rules: [String: CaseMapping.Rule] = [:]
    return mapping.lines.filter { line in
      guard line.decide.isEmpty else { return true }
      let key = line.column + "\u{0}" + line.finding
      if let before = seen[key] {
        fault(
          line, "column",
          "the column \"\(line.column)\" "
            + (line.finding.isEmpty ? "stands twice" : "gives \(line.finding) twice")
            + ", here and on line \(before.line)")
        return false
      }
      seen[key] = line.position("column")
      if line.finding.isEmpty { return true }
      guard columns.field(ofTarget: line.finding) != nil else {
        fault(
          line, "finding",
          "unknown finding \"\(line.finding)\""
            + columns.suggestion(for: line.finding))
        return false
      }
      if line.finding == "id" || line.finding == "diagnosis" {
        if let before = seen["\u{0}" + line.finding] {
          fault(
            line, "finding",
            "a second column gives the \(line.finding), here and on line \(before.line)")
          return false
        }
        seen["\u{0}" + line.finding] = line.position("column")
      }
      if line.finding == "id", !line.isPlain {
        fault(line, "finding", "the id is taken as it stands; expected no codes and no unit")
      }
      if let rule = line.rule {
        if let other = rules[line.finding], other != rule {
          fault(
            line, "rule",
            "the rule \(rule.rawValue) for \(line.finding), for which another line has "
              + other.rawValue)
        }
        rules[line.finding] = rule
      }
      return true
    }
  }

  /// Adds what columns say of findings: those that are read as if they bore its name, and those
  /// that need a rule.
  private mutating func add(
    _ uses: [(place: Int, order: Int, line: CaseMapping.Line, finding: Int)],
    to mapped: inout MappedColumns, _ fields: inout [Int: CaseField]
  ) {
    let byPlace = Dictionary(grouping: uses, by: \.place)
    let byFinding = Dictionary(grouping: uses, by: \.finding)
    var orders: [Int: [(order: Int, use: Int)]] = [:]
    for place in byPlace.keys.sorted() {
      let own = (byPlace[place] ?? []).sorted { $0.order < $1.order }
      if fields[place] == .id {
        fault(own[0].line, "finding", "the column of ids gives a finding too")
        continue
      }
      if own.count == 1, fields[place] == nil, own[0].line.isPlain,
        byFinding[own[0].finding]?.count == 1
      {
        fields[place] = .finding(own[0].finding)
        continue
      }
      var indices: [Int] = []
      for use in own {
        guard let rule = rule(use.line, finding: use.finding) else { continue }
        orders[use.finding, default: []].append((use.order, mapped.uses.count))
        indices.append(mapped.uses.count)
        mapped.uses.append(MappedColumns.Use(rule: rule, finding: use.finding, place: place))
      }
      if case .mapped(let index)? = fields[place] {
        mapped.usesOfColumn[index] = indices
      } else {
        mapped.usesOfColumn.append(indices)
        fields[place] = .mapped(mapped.usesOfColumn.count - 1)
      }
    }
    for finding in orders.keys.sorted() {
      let lines = byFinding[finding]?.map(\.line) ?? []
      let rule = lines.compactMap(\.rule).first ?? .agree
      if rule == .any, columns.decoders[finding].finding.kind != .binary,
        let line = lines.first(where: { $0.rule == .any })
      {
        fault(
          line, "rule",
          "the rule any is for findings that are absent or present; expected agree or first")
      }
      mapped.sources.append(
        MappedColumns.Source(
          finding: finding,
          uses: (orders[finding] ?? []).sorted { $0.order < $1.order }.map(\.use), rule: rule))
    }
  }

  /// The rule of a line; nothing where it is faulty.
  private mutating func rule(_ line: CaseMapping.Line, finding index: Int) -> CellRule? {
    let decoder = columns.decoders[index]
    let finding = decoder.finding
    let before = faults.count
    var patterns: [(pattern: CodePattern, code: UInt8)] = []
    for code in line.codes {
      guard let pattern = pattern(code.pattern, line, "codes") else { continue }
      if code.state.isEmpty {
        patterns.append((pattern, CaseBatch.unknown))
      } else if let state = finding.states.firstIndex(of: code.state) {
        patterns.append((pattern, UInt8(state + 1)))
      } else {
        fault(
          line, "codes",
          "unknown state \"\(code.state)\" of \(finding.id); expected one of "
            + finding.states.joined(separator: ", ")
            + NearestName.suggestion(for: code.state, in: finding.states))
      }
    }
    checkRepeated(line)
    if line.separator != nil, line.codes.isEmpty {
      fault(line, "separator", "a separator without codes; expected codes such as C50*=present")
    }
    let conversion = conversion(line, finding: finding)
    let unknown = line.unknown.compactMap { pattern($0, line, "unknown") }
    guard faults.count == before else { return nil }
    let own = conversion.map { FindingDecoder($0.converted(finding)) }
    return CellRule(decoder: own ?? decoder, line: line, patterns: patterns, unknown: unknown)
  }

  private mutating func diagnosisRule(_ line: CaseMapping.Line) -> DiagnosisRule? {
    let before = faults.count
    var patterns: [(pattern: CodePattern, causes: [Int])] = []
    for code in line.codes {
      guard let pattern = pattern(code.pattern, line, "codes") else { continue }
      var causes: [Int] = []
      for id in code.state.split(separator: "|").map(String.init) {
        if let cause = columns.causeIndices[id] {
          causes.append(cause)
        } else {
          fault(
            line, "codes",
            "unknown cause \"\(id)\""
              + NearestName.suggestion(for: id, in: columns.causeIndices.keys.sorted()))
        }
      }
      patterns.append((pattern, causes))
    }
    checkRepeated(line)
    if !line.unit.isEmpty || line.factor != nil {
      fault(
        line, line.unit.isEmpty ? "factor" : "unit", "a unit or factor of the diagnosis")
    }
    let unknown = line.unknown.compactMap { pattern($0, line, "unknown") }
    guard faults.count == before else { return nil }
    return DiagnosisRule(
      line: line, patterns: patterns, unknown: unknown, causes: columns.causeIndices,
      icd10: icd10)
  }

  private mutating func pattern(
    _ text: String, _ line: CaseMapping.Line, _ field: String
  ) -> CodePattern? {
    do throws(DorsalError) {
      return try CodePattern(text)
    } catch {
      fault(line, field, error.description)
      return nil
    }
  }

  private mutating func checkRepeated(_ line: CaseMapping.Line) {
    var seen: Set<String> = []
    for code in line.codes.map(\.pattern) where !seen.insert(code).inserted {
      fault(line, "codes", "the code \"\(code)\" stands twice")
    }
    for word in line.unknown where !seen.insert(word).inserted {
      fault(line, "unknown", "\"\(word)\" stands twice, or is a code too")
    }
  }

  /// In which unit the numbers of a line are; nothing where it is the finding's.
  private mutating func conversion(
    _ line: CaseMapping.Line, finding: Finding
  ) -> UnitConversion? {
    if line.unit.isEmpty, line.factor == nil { return nil }
    let field = line.unit.isEmpty ? "factor" : "unit"
    guard line.codes.isEmpty else {
      fault(line, field, "a \(field) beside codes, which are compared with numbers as they stand")
      return nil
    }
    do throws(TextFault) {
      guard let factor = line.factor else {
        return try UnitConversion(unit: line.unit, of: finding, at: line.position("unit"))
      }
      guard finding.kind == .number else {
        throw TextFault(
          position: line.position("factor"),
          message: "a factor for \(finding.id), which is no number")
      }
      if !line.unit.isEmpty {
        fault(line, "unit", "a unit beside a factor; expected one of them")
      }
      return try UnitConversion(factor: factor, at: line.position("factor"))
    } catch {
      faults.append(error)
      return nil
    }
  }
}
