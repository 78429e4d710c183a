/// What codes of other programs say of the findings of a model, as its tables have it. Codes are
/// compared byte for byte, and nothing else of a record is.
package struct RecordCodes: Sendable {
  private var exact: [Key: [CodeRule]] = [:]
  private var prefixes: [Key: [CodeRule]] = [:]
  private var longestPrefix = 0
  private var unitsOfFinding: [Int: [(code: String, unit: CodeUnit)]] = [:]
  private var answers: [Key: (reading: CodeRule.Reading, holds: Bool)] = [:]
  /// The rules, with the systems of their codes, in the order of the table.
  package private(set) var rules: [(system: String, isPrefix: Bool, rule: CodeRule)] = []

  private struct Key: Hashable, Sendable {
    let system: String
    let code: String
  }

  /// Reads the tables of a model.
  ///
  /// - Throws: `DorsalError` with every fault of the tables.
  package init(model: Model) throws(DorsalError) {
    var faults: [TextFault] = []
    let tables = model.codeTables
    if let table = Self.table("codes.csv", of: tables, Self.codeColumns) {
      faults += read(codes: table, model: model)
    }
    if let table = Self.table("code_units.csv", of: tables, Self.unitColumns) {
      faults += read(units: table, model: model)
    }
    if let table = Self.table("code_answers.csv", of: tables, Self.answerColumns) {
      faults += read(answers: table)
    }
    if !faults.isEmpty { throw DorsalError(.model, faults: faults) }
  }

  private static let codeColumns = [
    "system", "code", "match", "name", "finding", "rule", "threshold", "state", "otherwise",
    "since", "until", "basis",
  ]
  private static let unitColumns = ["finding", "unit", "factor", "offset"]
  private static let answerColumns = ["system", "code", "name", "rule", "holds"]

  private static func table(
    _ name: String, of tables: CodeTables, _ columns: [String]
  ) -> ModelTable? {
    tables.files[name].map {
      ModelTable(bytes: $0, file: tables.origin + "/" + name, required: columns)
    }
  }

  private enum Match: String, CaseIterable {
    case code, prefix
  }

  private mutating func read(codes given: ModelTable, model: Model) -> [TextFault] {
    var table = given
    guard table.isComplete else { return table.faults }
    var seen: [[String]: Int] = [:]
    for row in table.rows {
      guard let system = table.nonEmpty(row, "system"), let code = table.nonEmpty(row, "code"),
        let match = table.word(row, "match", as: Match.self),
        let reading = table.word(row, "rule", as: CodeRule.Reading.self),
        table.word(row, "basis", as: Basis.self) != nil
      else { continue }
      let finding = model.index(ofFinding: table.text(row, "finding"))
      if finding == nil, reading != .reason || !table.text(row, "finding").isEmpty {
        table.fault(row, "finding", "unknown finding \"\(table.text(row, "finding"))\"")
        continue
      }
      func state(_ column: String) -> UInt8? {
        let text = table.text(row, column)
        if text.isEmpty { return 0 }
        guard let finding, let state = model.findings[finding].states.firstIndex(of: text) else {
          return nil
        }
        return UInt8(clamping: state + 1)
      }
      guard let own = state("state"), let other = state("otherwise") else {
        table.fault(row, "state", "no states of \(table.text(row, "finding"))")
        continue
      }
      let makesStates = ![.number, .timesUpperLimit, .reason].contains(reading)
      if makesStates == (own == 0) {
        table.fault(row, "state", makesStates ? "expected a state" : "expected no state")
      }
      if let finding, !makesStates, model.findings[finding].kind != .number {
        table.fault(row, "rule", "\(table.text(row, "finding")) is no number")
      }
      var threshold: Double?
      if [.above, .atLeast, .below].contains(reading) {
        threshold = table.number(row, "threshold", expected: "a number") { _ in true }
      } else if !table.text(row, "threshold").isEmpty {
        table.fault(row, "threshold", "expected none")
      }
      let since = table.text(row, "since")
      let until = Int(table.text(row, "until"))
      guard since.isEmpty || Int(since).map({ $0 >= 0 }) == true, let until, until >= 0 else {
        table.fault(row, "since", "expected whole numbers of days")
        continue
      }
      let key = [system, code, match.rawValue, table.text(row, "finding")]
      if let line = seen.updateValue(table.line(row), forKey: key) {
        table.fault(row, "code", "the code stands on line \(line) already")
      }
      add(
        CodeRule(
          code: code, name: table.text(row, "name"), finding: finding, reading: reading,
          threshold: threshold, state: own, otherwise: other, since: Int(since), until: until),
        system: system, isPrefix: match == .prefix)
    }
    return table.faults
  }

  private mutating func add(_ rule: CodeRule, system: String, isPrefix: Bool) {
    let key = Key(system: system, code: rule.code)
    rules.append((system, isPrefix, rule))
    if isPrefix {
      prefixes[key, default: []].append(rule)
      longestPrefix = max(longestPrefix, rule.code.utf8.count)
    } else {
      exact[key, default: []].append(rule)
    }
  }

  private mutating func read(units given: ModelTable, model: Model) -> [TextFault] {
    var table = given
    guard table.isComplete else { return table.faults }
    for row in table.rows {
      guard let finding = model.index(ofFinding: table.text(row, "finding")) else {
        table.fault(row, "finding", "unknown finding \"\(table.text(row, "finding"))\"")
        continue
      }
      guard
        let factor = table.number(row, "factor", expected: "a number above 0", where: { $0 > 0 }),
        let offset = table.number(row, "offset", expected: "a number", where: { _ in true })
      else { continue }
      let code = table.text(row, "unit")
      if unitsOfFinding[finding]?.contains(where: { $0.code == code }) == true {
        table.fault(row, "unit", "the unit stands twice")
      }
      unitsOfFinding[finding, default: []].append(
        (code, CodeUnit(factor: factor, offset: offset)))
    }
    return table.faults
  }

  private enum Holds: String, CaseIterable {
    case yes, no
  }

  private mutating func read(answers given: ModelTable) -> [TextFault] {
    var table = given
    guard table.isComplete else { return table.faults }
    for row in table.rows {
      guard let reading = table.word(row, "rule", as: CodeRule.Reading.self),
        let holds = table.word(row, "holds", as: Holds.self)
      else { continue }
      let key = Key(system: table.text(row, "system"), code: table.text(row, "code"))
      if answers.updateValue((reading, holds == .yes), forKey: key) != nil {
        table.fault(row, "code", "the code stands twice")
      }
    }
    return table.faults
  }

  /// What the tables call systems that have further names: the object identifiers of HL7's
  /// registry, and the German modification of ICD-10, whose categories are those of ICD-10.
  private static let usualNames: [String: String] = [
    "urn:oid:2.16.840.1.113883.6.1": "http://loinc.org",
    "urn:oid:2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "urn:oid:2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
    "urn:oid:2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "urn:oid:2.16.840.1.113883.6.73": "http://www.whocc.no/atc",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": "http://hl7.org/fhir/sid/icd-10",
    "http://fhir.de/CodeSystem/dimdi/icd-10-gm": "http://hl7.org/fhir/sid/icd-10",
    "http://fhir.de/CodeSystem/bfarm/atc": "http://www.whocc.no/atc",
  ]

  /// What a code says.
  ///
  /// - Complexity: O(length of the code).
  package func rules(system: String, code: String) -> [CodeRule] {
    let system = Self.usualNames[system] ?? system
    var found = exact[Key(system: system, code: code)] ?? []
    var prefix = code.prefix(longestPrefix)
    while !prefix.isEmpty {
      found += prefixes[Key(system: system, code: String(prefix))] ?? []
      prefix.removeLast()
    }
    return found
  }

  /// The unit of a finding that a UCUM code names; empty for a number without a unit.
  package func unit(_ code: String, of finding: Int) -> CodeUnit? {
    unitsOfFinding[finding]?.first { $0.code == code }?.unit
  }

  /// The UCUM codes that a finding's numbers may have; empty for a number without a unit.
  package func units(of finding: Int) -> [String] { unitsOfFinding[finding]?.map(\.code) ?? [] }

  /// Whether a coded answer or interpretation says yes to a rule; nothing where it says neither.
  package func holds(system: String, code: String, for reading: CodeRule.Reading) -> Bool? {
    let system = Self.usualNames[system] ?? system
    guard let answer = answers[Key(system: system, code: code)], answer.reading == reading else {
      return nil
    }
    return answer.holds
  }
}
