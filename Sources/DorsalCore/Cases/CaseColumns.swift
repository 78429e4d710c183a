internal import DorsalNumerics

/// What a column of a case file, or a member of a JSON case, holds.
package enum CaseField: Sendable, Equatable {
  case id
  case diagnosis
  case finding(Int)
  case ignored
  /// A column without a name, which has no values either.
  case blank
  /// A column that a mapping gives a meaning, by its place among those.
  case mapped(Int)
}

/// The names that a case file may use, and the columns of one file.
package struct CaseColumns: Sendable {
  /// Where each name leads.
  private let fields: [String: CaseField]
  private let names: [String]
  /// What only scores ask for, which is passed over where none are asked for.
  private let inputs: Set<String>
  package internal(set) var decoders: [FindingDecoder]
  package let causeIndices: [String: Int]
  /// How many bytes the longest id of a cause has.
  let longestCause: Int
  package let ignoresUnknown: Bool
  /// Where names that are passed over are told, if anywhere.
  let ignored: IgnoredNames?
  /// The forms of cells that the file may use beyond exact ids, if any.
  var forms: CellForms?
  /// What is done with values that findings cannot take.
  let badValues: Dialect.BadValues
  /// What stands between the cells of a row.
  var delimiter = Dialect.Delimiter.comma
  /// Counts what is taken in another way than literally.
  let tally: ReadingTally
  /// What codes stand for.
  let vocabulary: CaseVocabulary
  /// The findings by their bytes, for keys of JSON.
  let findingNames: NameTable
  /// What the columns of the file mean beyond their names; nothing without a mapping.
  var mapped: MappedColumns?
  /// The ICD-10 codes of the causes, in their order.
  private let icd10: [String]
  /// Other names for findings, for suggestions.
  private let synonyms: Synonyms
  /// The findings of other models that read the same file, and their causes, where this one has none
  /// of the name: they are passed over.
  private let namesOfOthers: Set<String>
  let causesOfOthers: Set<String>
  /// Columns whose texts are kept, by name, and where they stand in the header.
  private let keptNames: [String]
  package private(set) var keptPlaces: [Int] = []

  /// Prepares the names of a model.
  ///
  /// - Parameters:
  ///   - model: The model whose findings and causes the cases name.
  ///   - ignoresUnknown: Whether a column that the model does not know is passed over.
  ///   - noteIgnored: Is told of names that are.
  ///   - dialect: What cells may say.
  ///   - countsKnown: Whether it is counted how much is known.
  ///   - otherModels: Models whose names are passed over where this one does not know them.
  ///   - keptColumns: Columns whose texts are kept, whether the model knows them or not.
  package init(
    model: Model, ignoresUnknown: Bool,
    noteIgnored: (@Sendable ([IgnoredName]) -> Void)? = nil, dialect: Dialect = Dialect(),
    countsKnown: Bool = false, otherModels: [Model] = [], keptColumns: [String] = []
  ) {
    self.keptNames = keptColumns
    self.forms = dialect.isStrict ? nil : CellForms(dialect)
    self.badValues = dialect.badValues
    self.tally = ReadingTally(
      findingCount: model.findings.count, countsKnown: countsKnown,
      check: PlausibilityCheck(model.impossibilities))
    self.ignored = ignoresUnknown ? noteIgnored.map(IgnoredNames.init) : nil
    var fields: [String: CaseField] = ["id": .id, "diagnosis": .diagnosis]
    for (index, finding) in model.findings.enumerated() { fields[finding.id] = .finding(index) }
    for input in model.inputs { fields[input.id] = .ignored }
    self.fields = fields
    self.names = ["id", "diagnosis"] + (model.findings + model.inputs).map(\.id)
    self.inputs = Set(model.inputs.map(\.id))
    self.decoders = model.findings.map(FindingDecoder.init)
    self.causeIndices = Dictionary(
      model.causes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let others = Set(otherModels.flatMap { $0.causes.map(\.id) })
    self.causesOfOthers = others.subtracting(model.causes.map(\.id))
    self.namesOfOthers = Set(
      otherModels.flatMap { $0.findings.map(\.id) + $0.inputs.map(\.id) }
    ).subtracting(model.findings.map(\.id) + model.inputs.map(\.id))
    self.longestCause = (model.causes.map(\.id) + others).map(\.utf8.count).max() ?? 0
    self.ignoresUnknown = ignoresUnknown
    self.vocabulary = model.vocabulary
    self.findingNames = NameTable(model.findings.map(\.id))
    self.icd10 = model.causes.map(\.icd10)
    self.synonyms = model.synonyms
  }

  /// The names that a case file may use.
  var knownNames: [String] { names }

  /// What a mapping's line gives, by the name of a finding, `id` or `diagnosis`.
  func field(ofTarget name: String) -> CaseField? { fields[name] }

  /// The field that a name means, or nothing where it means none.
  package func field(named name: String) -> CaseField? {
    fields[name]
      ?? (ignoresUnknown || isOfOthers(name) || keptNames.contains(name) ? .ignored : nil)
  }

  /// Whether the texts of a column are kept.
  package func keeps(_ name: String) -> Bool { keptNames.contains(name) }

  /// Finds the columns that are kept in a header.
  ///
  /// - Throws: What is wrong with those that are not there once.
  package mutating func findKept(
    in header: [(name: String, position: SourcePosition)], file: String
  ) throws(DorsalError) {
    var faults: [TextFault] = []
    for name in keptNames {
      let places = header.indices.filter { header[$0].name == name }
      if let first = places.first { keptPlaces.append(first) }
      if places.isEmpty {
        faults.append(
          TextFault(
            position: SourcePosition(file: file, line: 1, column: 1),
            message: "no column \"\(name)\""
              + NearestName.suggestion(
                for: name, in: (header.map(\.name) + names).filter { $0 != name })))
      } else if places.count > 1 {
        faults.append(
          TextFault(
            position: header[places[1]].position, message: "the column \"\(name)\" stands twice"))
      }
    }
    guard faults.isEmpty else { throw DorsalError(.caseFile, faults: faults) }
  }

  /// Gives the columns whose texts are kept other numbers.
  mutating func renumberKept(_ number: (Int) -> Int) { keptPlaces = keptPlaces.map(number) }

  /// Whether a name is passed over since another model knows it.
  func isOfOthers(_ name: String) -> Bool {
    !namesOfOthers.isEmpty && namesOfOthers.contains(name)
  }

  /// The column from which a mapping takes a field, if one does.
  package func mappedColumn(giving field: CaseField) -> String? { mapped?.column(giving: field) }

  /// Whether a name is one of an input of scores, which is passed over.
  package func isInput(_ name: String) -> Bool { inputs.contains(name) }

  /// Whether a name is known.
  func knows(_ name: String) -> Bool { fields[name] != nil }

  /// What to tell of a name that is passed over.
  package func ignoredName(_ name: String) -> IgnoredName {
    IgnoredName(
      name,
      suggestion: (synonym(of: name) ?? NearestName.findClose(name, in: names))
        .map { "; did you mean \"\($0)\"?" } ?? "")
  }

  /// The field that a name is another name for.
  private func synonym(of name: String) -> String? {
    synonyms.entry(named: name)?.finding
  }

  /// What somebody may have meant by a name that the model does not know.
  func suggestion(for name: String) -> String {
    if let synonym = synonym(of: name) { return "; did you mean \"\(synonym)\"?" }
    return NearestName.suggestion(for: name, in: names)
  }

  /// Whether the inner loops read what the reader of single records would.
  var hasPlainForms: Bool { forms?.hasWordsThatAreValues != true }

  /// The columns of a CSV file as the inner loop reads them; nothing where it cannot.
  func plainCSV(fields: [CaseField], level: CPULevel) -> PlainCSVReader? {
    guard hasPlainForms, delimiter == .comma, !fields.contains(.blank) else { return nil }
    return PlainCSVReader(
      columns: fields.map(plainColumn), codeStride: decoders.count, level: level)
  }

  /// The same for a file whose columns a mapping names.
  func plainMapped(fields: [CaseField], level: CPULevel) -> PlainMappedReader? {
    guard let mapped, hasPlainForms, delimiter == .comma, !fields.contains(.blank) else {
      return nil
    }
    return PlainMappedReader(fields: fields, mapped: mapped, columns: self, level: level)
  }

  /// A column as the inner loop reads it.
  func plainColumn(_ field: CaseField) -> PlainCSVReader.Column {
    switch field {
    case .ignored, .blank, .mapped: .ignored
    case .id: .id
    case .finding(let finding): decoders[finding].column(target: .code(finding))
    case .diagnosis: .names(causeCodes, target: .label)
    }
  }

  /// The members of a JSON case as the inner loop reads them.
  func plainJSON(level: CPULevel) -> PlainJSONReader? {
    guard hasPlainForms, case .finding(let setting)? = fields["setting"] else { return nil }
    return PlainJSONReader(
      findings: decoders.enumerated().map { $1.column(target: .code($0)) },
      names: decoders.map(\.finding.id), binary: decoders.map { $0.finding.kind == .binary },
      setting: setting, causes: causeCodes, level: level)
  }

  private var causeCodes: [(name: String, code: UInt16)] {
    causeIndices.sorted { $0.value < $1.value }.map { ($0.key, UInt16($0.value + 1)) }
  }

  /// What to say of a name that the model does not know.
  package func unknownName(_ name: String) -> String {
    if name.isEmpty {
      return "a column without a name, such as one of row numbers; expected a name"
    }
    let shown = name.utf8.count > 80 ? String(name.prefix(77)) + "..." : name
    return "unknown column \"\(shown)\"" + suggestion(for: name)
  }

  /// Puts a mapping together with a header.
  ///
  /// - Returns: What it makes of the columns that it names.
  /// - Throws: Every fault of the mapping.
  package mutating func apply(
    _ mapping: CaseMapping, to header: [(name: String, position: SourcePosition)], file: String
  ) throws(DorsalError) -> [Int: CaseField] {
    var compiler = MappingCompiler(mapping, columns: self, icd10: icd10)
    let (fields, mapped) = compiler.compile(header: header, file: file)
    let faults = compiler.faults.sorted {
      ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
    }
    guard faults.isEmpty else {
      throw DorsalError(.caseFile, faults: Array(faults.prefix(50)), count: faults.count)
    }
    self.mapped = mapped
    return fields
  }

  /// The most faults of a header that are told one by one.
  private static let mostHeaderFaults = 10

  /// The fields of a CSV header, in its order.
  ///
  /// - Parameters:
  ///   - header: The header's names and where they stand.
  ///   - blank: The columns that have neither a name nor values.
  ///   - given: What a mapping makes of columns.
  /// - Throws: One fault that tells of every column that is unknown or repeated.
  package func fields(
    header: [(name: String, position: SourcePosition)], blank: Set<Int> = [],
    given: [Int: CaseField] = [:]
  ) throws(DorsalError) -> [CaseField] {
    var faults: [TextFault] = []
    var faultCount = 0
    func note(_ position: SourcePosition, _ message: () -> String) {
      faultCount += 1
      if faults.count < Self.mostHeaderFaults {
        faults.append(TextFault(position: position, message: message()))
      }
    }
    var seen: Set<String> = []
    var result: [CaseField] = []
    result.reserveCapacity(header.count)
    for (column, (name, position)) in header.enumerated() {
      if blank.contains(column) {
        result.append(.blank)
      } else if let field = given[column] {
        if field == .id { seen.insert("id") }
        result.append(field)
      } else if let field = field(named: name) {
        if let other = mapped?.column(giving: field) {
          note(position) {
            "the column \"\(name)\" gives what the mapping takes from \"\(other)\"; name both in it"
          }
        }
        if field != .ignored || isInput(name), !seen.insert(name).inserted {
          note(position) { "the column \"\(name)\" stands twice" }
        }
        result.append(field)
      } else {
        note(position) { unknownName(name) }
        result.append(.ignored)
      }
    }
    if !seen.contains("id"), let first = header.first {
      note(first.position) {
        "no column \"id\"; expected a header row with id, then findings"
      }
    }
    guard faults.isEmpty else { throw DorsalError(.caseFile, faults: faults, count: faultCount) }
    return result
  }
}
