/// What the values of a column say of a finding: codes, a unit, and what a person must decide.
struct ValueGuess {
  private(set) var codes: [CaseMapping.Code] = []
  private(set) var unit = ""
  /// Words for unknown.
  private(set) var unknown: [String] = []
  /// What is to be decided; empty where the column can be read as it is.
  private(set) var decide = ""
  private(set) var note = ""

  private let column: ColumnProfile
  private let finding: Finding
  private let guess: NameGuess
  private let model: Model

  /// Words for yes and no that mean a ticked box, in small letters.
  private static let ticked: Set<String> = [
    "1", "1.0", "yes", "y", "true", "t", "checked", "x", "present", "ja", "positive", "pos",
  ]
  private static let empty: Set<String> = [
    "0", "0.0", "no", "n", "false", "f", "unchecked", "absent", "nein", "negative", "neg",
  ]

  init(_ column: ColumnProfile, finding: Finding, guess: NameGuess, model: Model) {
    (self.column, self.finding, self.guess, self.model) = (column, finding, guess, model)
    if guess.state.contains("=") {
      setRanges()
    } else if guess.choice != nil || !guess.state.isEmpty {
      setBox()
    } else if finding.kind == .number {
      setNumber()
    } else {
      setStates()
    }
  }

  /// Numbers that are compared, such as a temperature; or a finding that is there already.
  private mutating func setRanges() {
    if column.numberCount < column.valueCount || Set(column.numbers).isSubset(of: [0, 1]) {
      setStates()
      return
    }
    codes = CaseMapping.codes(guess.state) { _ in }
    var questions: [String] = []
    if guess.tableUnit == "Cel" {
      let inFahrenheit = CaseMapping.codes(Self.fahrenheit) { _ in }
      if outside(inFahrenheit).count < outside(codes).count {
        codes = inFahrenheit
        let greatest = column.numbers.filter { !outside(codes).contains($0) }.max() ?? 0
        questions.append("values up to \(NumberText.plain(greatest)): degrees Fahrenheit?")
      }
    }
    let strange = Set(outside(codes)).sorted()
    if !strange.isEmpty {
      let shown = strange.prefix(5).map { NumberText.plain($0) }
      // A few numbers that no patient has are how many programs write that nothing is known.
      if strange.count <= shown.count { unknown = shown }
      questions.append(
        shown.joined(separator: ", ")
          + (strange.count > shown.count ? " and \(strange.count - shown.count) more" : "")
          + " \(strange.count == 1 ? "is" : "are") in none of the ranges: unknown, or another unit?"
      )
    }
    decide = questions.joined(separator: " ")
  }

  /// A temperature in degrees Fahrenheit: 25 to 45 degrees Celsius, cut at 38.
  private static let fahrenheit = "100.4..113=present;77..100.4="

  /// The numbers that no code names.
  private func outside(_ codes: [CaseMapping.Code]) -> [Double] {
    let patterns = codes.compactMap { try? CodePattern($0.pattern) }
    return column.numbers.filter { number in
      !patterns.contains { pattern in
        switch pattern {
        case .range(let least, let end): number >= least && number < end
        case .exact(_, let own): own == number
        case .any: true
        case .prefix: false
        }
      }
    }
  }

  /// What a box says that is not ticked: absent, or for a question of two states such as `is_male`
  /// the other one. One of several boxes says nothing.
  private var stateOfNo: String {
    let state = guess.state
    if finding.kind == .binary { return state == "present" ? "absent" : "" }
    guard guess.choice == nil, finding.kind == .category, finding.states.count == 2 else {
      return ""
    }
    return finding.states.first { $0 != state } ?? ""
  }

  /// A box to tick: it means one state, and not ticked means nothing, or absent.
  private mutating func setBox() {
    let state = guess.state
    guard let values = column.values,
      values.keys.allSatisfy({
        Self.ticked.contains($0.lowercased()) || Self.empty.contains($0.lowercased())
      })
    else {
      decide = "not a box to tick: \(MappingDraft.shown(column))"
      return
    }
    for value in values.keys.sorted() {
      if Self.ticked.contains(value.lowercased()) {
        codes.append(CaseMapping.Code(pattern: value, state: state))
      } else {
        codes.append(CaseMapping.Code(pattern: value, state: stateOfNo))
      }
    }
    if state.isEmpty {
      decide =
        "which state of \(finding.id) is choice \(guess.choice ?? "")? "
        + finding.states.joined(separator: ", ")
    }
  }

  private mutating func setNumber() {
    unit = conversion(guess.unit)?.isIdentity == true ? "" : guess.unit
    if column.grouped == nil, column.numberCount < column.valueCount {
      setStates()
      return
    }
    if let grouped = column.grouped {
      decide = "\(grouped): a point between thousands, or before decimals?"
      return
    }
    if Set(column.numbers).isSubset(of: [0, 1]), column.numbers.count > 4 {
      decide = "only 0 and 1: is this a number of \(finding.unit)?"
      return
    }
    if !unit.isEmpty {
      if conversion(unit) == nil {
        decide = "\"\(unit)\" is no unit of \(finding.id); expected \(finding.unit)"
        unit = ""
      } else if !fits(unit) {
        decide = "\(MappingDraft.shown(column)): are they \(unit)?"
      }
      return
    }
    let shown = MappingDraft.shown(column)
    if !fits(finding.unit) {
      let others = UnitTable.usual(for: finding).filter(fits)
      let usual = others.filter(isUsual)
      unit = usual.first ?? others.first ?? ""
      if usual.count == 1 {
        note = "\(shown), not \(finding.unit)"
      } else {
        decide =
          "\(shown), not \(finding.unit): "
          + (others.isEmpty ? "in which unit?" : "in \(others.joined(separator: ", "))?")
      }
    } else if finding.unit == UnitTable.multiple {
      decide = "multiples of the upper limit, or U/L? then the unit is such as U/L limit=60"
    } else if finding.section == "tests" {
      // Only laboratories have units that a file does not name, and only near ones are mistaken.
      let others = UnitTable.usual(for: finding).filter { name in
        guard let factor = conversion(name)?.factor, factor != 1 else { return false }
        return (0.05...20).contains(factor) && fits(name) && isUsual(name)
      }
      if !others.isEmpty {
        decide = "\(finding.unit), or \(others.joined(separator: ", "))? \(shown) may be either"
      }
    }
  }

  private func conversion(_ unit: String) -> UnitConversion? {
    try? UnitConversion(
      unit: unit, of: finding, at: SourcePosition(file: "", line: 1, column: 1))
  }

  /// Whether nearly all numbers can be meant, if they are in a unit.
  private func fits(_ unit: String) -> Bool {
    let range =
      unit == finding.unit
      ? finding.range : conversion(unit).flatMap { $0.converted(finding).range }
    guard let range else { return unit == finding.unit }
    return column.numbers.count { range.contains($0) } * 100 >= column.numbers.count * 99
  }

  /// Whether the numbers are no rarity, if they are in a unit: most of them lie in no state that
  /// the model expects in a patient in fifty at most.
  private func isUsual(_ unit: String) -> Bool {
    guard let converted = conversion(unit)?.converted(finding),
      let index = model.index(ofFinding: finding.id)
    else { return false }
    var counts = [Int](repeating: 0, count: finding.states.count)
    for number in column.numbers { counts[converted.state(of: number)] += 1 }
    let first = model.likelihoodTable.firstStateRow[index]
    return counts.indices.allSatisfy { state in
      counts[state] * 2 <= column.numbers.count
        || model.likelihoodTable.background[first + state] > UnusualStates.greatestShare
    }
  }

  /// States by their ids, their other spellings, or words that stand for them.
  private mutating func setStates() {
    guard let values = column.values else {
      decide = "many values, no codes: \(column.samples.prefix(3).joined(separator: ", "))"
      return
    }
    let decoder = FindingDecoder(finding)
    let forms = CellForms(Dialect())
    var isReadable = true
    var missing: [String] = []
    for value in values.keys.sorted() {
      let bytes = Array(value.utf8)
      if (try? decoder.read(bytes.span, range: 0..<bytes.count, forms: forms)) != nil {
        codes.append(CaseMapping.Code(pattern: value, state: ownState(value) ?? ""))
        continue
      }
      isReadable = false
      let state = model.synonyms.state(of: value, finding: finding.id) ?? yesOrNo(value)
      codes.append(CaseMapping.Code(pattern: value, state: state ?? ""))
      if state == nil { missing.append(value) }
    }
    if isReadable {
      codes = []
    } else if codes.contains(where: { $0.pattern.contains(";") || $0.pattern.contains("=") }) {
      codes = []
      decide = "values with ; or =: write this mapping as JSON"
    } else if !missing.isEmpty {
      decide =
        "which state of \(finding.id) is \(missing.prefix(8).joined(separator: ", "))? "
        + finding.states.joined(separator: ", ")
    }
  }

  /// The state that a cell is read as without codes.
  private func ownState(_ value: String) -> String? {
    let bytes = Array(value.utf8)
    let reading = try? FindingDecoder(finding).read(
      bytes.span, range: 0..<bytes.count, forms: CellForms(Dialect()))
    switch reading {
    case .literal(let code), .spelled(let code): return finding.states[Int(code) - 1]
    case .bounded, .unknown, nil: return nil
    }
  }

  private func yesOrNo(_ value: String) -> String? {
    guard finding.kind == .binary else { return nil }
    let word = value.lowercased()
    if Self.ticked.contains(word) { return "present" }
    return Self.empty.contains(word) ? "absent" : nil
  }
}
