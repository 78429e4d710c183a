internal import DorsalNumerics

/// The columns of a mapped file as the inner loop reads them: each use of single codes has a place
/// of its own behind the codes of the findings. What it cannot read is read from the cells.
struct PlainMappedReader: Sendable {
  let rows: PlainCSVReader
  /// How many codes a row has.
  let codeStride: Int
  /// The uses that the inner loop reads, and where their codes are.
  let slots: [(use: Int, slot: Int)]
  /// The uses that are read from their cells.
  let others: [Int]
  /// The usual words for unknown, as they may be written.
  let words: [[UInt8]]

  /// From here on codes are words for unknown.
  static let firstWord: UInt8 = 180
  /// The code of what the mapping takes as unknown.
  static let silent = UInt8.max

  /// Prepares the columns of a file.
  ///
  /// - Parameters:
  ///   - fields: What each column holds.
  ///   - mapped: What the mapped ones mean.
  ///   - columns: The names of the model.
  init(
    fields: [CaseField], mapped: MappedColumns, columns: CaseColumns, level: CPULevel
  ) {
    let words =
      columns.forms.map { forms in
        Set(
          forms.words.flatMap { [$0, $0.uppercased(), $0.prefix(1).uppercased() + $0.dropFirst()] }
        )
        .sorted().prefix(Int(Self.silent - Self.firstWord))
      } ?? []
    self.words = words.map { Array($0.utf8) }
    var slots: [(use: Int, slot: Int)] = []
    var others: [Int] = []
    var plainColumns: [Int: PlainCSVReader.Column] = [:]
    let findingCount = columns.decoders.count
    for (index, field) in fields.enumerated() {
      guard case .mapped(let column) = field else { continue }
      let own = mapped.usesOfColumn[column]
      let slot = findingCount + slots.count
      if own.count == 1, column != mapped.diagnosisColumn,
        let names = Self.names(of: mapped.uses[own[0]].rule, words: Array(words), columns.forms)
      {
        plainColumns[index] = .names(names, target: .code(slot))
        slots.append((own[0], slot))
      } else {
        others += own
      }
    }
    self.slots = slots
    self.others = others
    codeStride = findingCount + slots.count
    rows = PlainCSVReader(
      columns: fields.enumerated().map { index, field in
        plainColumns[index] ?? columns.plainColumn(field)
      }, codeStride: codeStride, level: level)
  }

  /// The texts that a rule reads, each with its code; nothing where it reads more than single codes.
  private static func names(
    of rule: CellRule, words: [String], _ forms: CellForms?
  ) -> [(name: String, code: UInt16)]? {
    guard rule.separator == nil, rule.patterns.allSatisfy(\.pattern.isExact),
      rule.unknown.allSatisfy(\.isExact), rule.decoder.finding.states.count < Int(firstWord)
    else { return nil }
    var names: [(name: String, code: UInt16)] = []
    var seen: Set<String> = []
    func add(_ pattern: CodePattern, code: UInt8) {
      guard case .exact(let bytes, let number) = pattern else { return }
      var texts = [String(decoding: bytes, as: UTF8.self)]
      if let number, let whole = Int(exactly: number) { texts += ["\(whole)", "\(whole).0"] }
      let code = code == CaseBatch.unknown ? UInt16(silent) : UInt16(code)
      for text in texts where seen.insert(text).inserted { names.append((text, code)) }
    }
    for pattern in rule.unknown { add(pattern, code: CaseBatch.unknown) }
    if rule.patterns.isEmpty {
      guard case .names(let own, _) = rule.decoder.column(target: .label) else { return nil }
      for name in own where seen.insert(name.name).inserted { names.append(name) }
    } else {
      for (pattern, code) in rule.patterns { add(pattern, code: code) }
    }
    for (index, word) in words.enumerated() where seen.insert(word).inserted {
      names.append((word, UInt16(firstWord) + UInt16(index)))
    }
    return names
  }
}
