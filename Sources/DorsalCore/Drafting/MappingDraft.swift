/// A first mapping of a file, made by looking at the names and values of its columns.
///
/// A line counts only where nothing has to be decided. What a line guesses stands in it, so that
/// deciding is mostly emptying its field `decide`.
package struct MappingDraft {
  /// The lines, one or more for each column of the file.
  package private(set) var lines: [CaseMapping.Line] = []
  private let model: Model
  private var hasID = false
  private var hasDiagnosis = false
  private let ids: [String: String]
  /// Made when a column holds codes.
  private var known: KnownCodes?

  /// Makes a mapping.
  package init(_ profiles: ColumnProfiles, model: Model) {
    self.model = model
    ids = NameGuess.ids(of: model)
    // A column that bears the name itself goes before one that might be meant.
    let names = Set(profiles.columns.map(\.name))
    hasID = names.contains("id")
    hasDiagnosis = names.contains("diagnosis")
    for column in profiles.columns where !column.name.isEmpty { lines += lines(of: column) }
    dropRepeatedProblems()
    setRules()
  }

  /// How many columns are used, are to be decided on, and are passed over.
  package var counts: (sure: Int, undecided: Int, passedOver: Int) {
    let undecided = Set(lines.filter { !$0.decide.isEmpty }.map(\.column))
    let sure = Set(lines.filter { $0.decide.isEmpty && !$0.finding.isEmpty }.map(\.column))
      .subtracting(undecided)
    let all = Set(lines.map(\.column))
    return (sure.count, undecided.count, all.count - sure.count - undecided.count)
  }

  private func finding(_ id: String) -> Finding? {
    model.index(ofFinding: id).map { model.findings[$0] }
  }

  private mutating func lines(of column: ColumnProfile) -> [CaseMapping.Line] {
    var line = CaseMapping.Line(column: column.name)
    if column.valueCount == 0 {
      line.note = "no values"
      return [line]
    }
    let guess = NameGuess(column.name, model: model, ids: ids)
    switch guess.target {
    case "id": return [idLine(line, column, guess)]
    // Diagnoses from before are no answer to this visit: `pmh_icd10`.
    case "diagnosis" where CodeListName(column.name) != .problems:
      return [diagnosisLine(line, column, guess)]
    case let id?:
      guard let finding = finding(id) else { break }
      line.finding = id
      line.unit = guess.unit
      line.note = guess.note
      let reading = ValueGuess(column, finding: finding, guess: guess, model: model)
      line.codes = reading.codes
      line.unit = reading.unit
      line.unknown = reading.unknown
      if line.note.isEmpty { line.note = reading.note }
      line.decide = [guess.isSure ? "" : "is this \(id)?", reading.decide]
        .filter { !$0.isEmpty }.joined(separator: " ")
      return [line]
    case nil: break
    }
    let listed = problemLines(column)
    if !listed.isEmpty { return listed }
    line.note = Self.shown(column)
    return [line]
  }

  private mutating func idLine(
    _ line: CaseMapping.Line, _ column: ColumnProfile, _ guess: NameGuess
  ) -> CaseMapping.Line {
    var line = line
    if hasID, column.name != "id" {
      line.note = "another column of ids is taken"
      return line
    }
    line.finding = "id"
    hasID = true
    if !column.isUnique {
      line.decide = "ids stand twice: which column numbers the visits?"
    } else if column.valueCount < column.rowCount {
      line.decide = "\(column.rowCount - column.valueCount) rows have no id"
    }
    return line
  }

  private mutating func diagnosisLine(
    _ line: CaseMapping.Line, _ column: ColumnProfile, _ guess: NameGuess
  ) -> CaseMapping.Line {
    var line = line
    if hasDiagnosis, column.name != "diagnosis" {
      line.note = "another column of diagnoses is taken"
      return line
    }
    line.finding = "diagnosis"
    hasDiagnosis = true
    let (ids, icd10) = (Set(model.causes.map(\.id)), model.causes.map(\.icd10))
    let strange = column.samples.filter { value in
      !value.split(separator: "|").allSatisfy { part in
        ids.contains(String(part))
          || !DiagnosisRule.causes(ofICD10: String(part), among: icd10).isEmpty
      }
    }
    if !strange.isEmpty {
      let shown = Set(strange).sorted().prefix(5).joined(separator: ", ")
      line.decide =
        "\(strange.count) of \(column.samples.count) are neither causes nor ICD-10 codes of "
        + "causes (\(shown)): give them codes, or *=unlisted for all others, or *= for unknown"
    }
    return line
  }

  /// Lines for a column whose cells hold codes that may be problems.
  ///
  /// They count at once only where the name and the values both say so: codes of the visit itself
  /// would tell each case its own answer.
  private mutating func problemLines(_ column: ColumnProfile) -> [CaseMapping.Line] {
    let name = CodeListName(column.name)
    guard name != .never else { return [] }
    let list = CodeList(column)
    guard let system = list.system else { return [] }
    let known = self.known ?? KnownCodes(model)
    self.known = known
    let knownCount = known.count(list.codes, of: system)
    guard knownCount > 0 else { return [] }
    let isSure = name == .problems && list.isWellFormed && knownCount * 2 >= list.codes.count
    var byFinding: [(finding: String, codes: [CaseMapping.Code])] = []
    for entry in model.synonyms.codes where entry.name.hasPrefix(system + ":") {
      guard finding(entry.finding) != nil else { continue }
      let code = String(entry.name.dropFirst(system.count + 1))
      guard let pattern = list.pattern(for: code) else { continue }
      let own = CaseMapping.Code(pattern: pattern, state: entry.state)
      if let index = byFinding.firstIndex(where: { $0.finding == entry.finding }) {
        byFinding[index].codes.append(own)
      } else {
        byFinding.append((entry.finding, [own]))
      }
    }
    return byFinding.map { finding, codes in
      var line = CaseMapping.Line(column: column.name)
      line.finding = finding
      line.codes = codes
      line.separator = list.separator ?? UInt8(ascii: ";")
      line.note = "a missing code says nothing; add *=absent where the list is complete"
      if !isSure { line.decide = "problems before this visit, or its diagnosis?" }
      return line
    }
  }

  /// A list of problems says less of a finding than a column of its own.
  private mutating func dropRepeatedProblems() {
    let own = Set(lines.filter { $0.separator == nil }.map(\.finding))
    let columns = Set(lines.map(\.column))
    lines.removeAll { $0.separator != nil && own.contains($0.finding) }
    for column in columns.subtracting(lines.map(\.column)).sorted() {
      lines.append(CaseMapping.Line(column: column))
    }
  }

  /// Findings that several columns give need a rule where they may disagree.
  private mutating func setRules() {
    let counts = Dictionary(
      grouping: lines.filter { !$0.finding.isEmpty }, by: \.finding
    ).mapValues(\.count)
    for index in lines.indices where (counts[lines[index].finding] ?? 0) > 1 {
      guard let finding = finding(lines[index].finding) else { continue }
      if finding.kind == .binary {
        lines[index].rule = .any
      } else {
        lines[index].rule = .agree
        lines[index].note += lines[index].note.isEmpty ? "" : "; "
        lines[index].note += "rows in which these columns disagree are rejected; first takes the "
        lines[index].note += "first of them"
      }
    }
  }

  /// A column's values in a few words.
  static func shown(_ column: ColumnProfile) -> String {
    let numbers = column.numbers
    if column.numberCount == column.valueCount, let least = numbers.min(),
      let greatest = numbers.max()
    {
      return "numbers from \(NumberText.plain(least)) to \(NumberText.plain(greatest))"
    }
    guard let values = column.values else { return "many values" }
    let names = values.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    return "values \(names.prefix(6).map { String($0.prefix(20)) }.joined(separator: ", "))"
      + (names.count > 6 ? " and \(names.count - 6) more" : "")
  }
}
