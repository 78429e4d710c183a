public import DorsalCore

/// What of a file was read, in which way, and how much of it is known.
public struct ReadingSummary {
  private let reader: CaseFileReader
  private let counts: ReadingTally.Counts
  private let model: Model

  /// Sums up a file that was read to its end.
  ///
  /// - Parameters:
  ///   - reader: What read it.
  ///   - model: The model whose findings it names.
  public init(_ reader: CaseFileReader, model: Model) {
    self.reader = reader
    self.counts = reader.tally.counts
    self.model = model
  }

  /// What was taken in another way than literally, a line each; nothing for a plain file.
  public var lines: [String] {
    var lines: [String] = []
    for (word, places) in words {
      let total = places.reduce(0) { $0 + $1.count }
      lines.append(
        "\(total) \(total == 1 ? "cell" : "cells") \(word) taken as unknown: "
          + Self.list(places.map { "\($0.field) \($0.count)" }))
    }
    for (kind, name) in Self.kinds {
      let cells = cells(kind)
      guard !cells.isEmpty else { continue }
      let total = cells.reduce(0) { $0 + $1.count }
      lines.append(
        "\(total) \(total == 1 ? "cell" : "cells") \(name): "
          + Self.list(cells.map { text(of: $0, kind) }))
    }
    for (kind, name) in [
      (Impossibility.Kind.impossible, "that cannot be"),
      (.outside, "that the model is not made for"),
    ] {
      let rules = implausible(kind)
      guard !rules.isEmpty else { continue }
      lines.append(
        "warning: cases \(name): "
          + Self.list(rules.map { "\($0.rule.rule) \($0.count) (line \($0.line))" }))
    }
    if counts.emptyRows > 0 {
      lines.append(
        "\(counts.emptyRows) \(counts.emptyRows == 1 ? "row" : "rows") of nothing but delimiters "
          + "passed over")
    }
    return lines
  }

  /// The most common places; the summary as JSON has them all.
  private static func list(_ places: [String]) -> String {
    let shown = 8
    let further = places.count - shown
    return places.prefix(shown).joined(separator: ", ")
      + (further > 0 ? " and \(further) more" : "")
  }

  /// All that is known of the reading, as JSON.
  ///
  /// - Parameters:
  ///   - cases: How many cases were read.
  ///   - rejected: How many rows were rejected.
  ///   - faults: What was wrong with them.
  public func json(cases: Int, rejected: Int, faults: FaultKinds) -> JSONValue {
    // Inputs of scores are told of where there are any.
    let told = model.findings.indices.filter { $0 < model.firstInput || used.contains($0) }
    let shares = told.map { finding -> (String, JSONValue) in
      let known = counts.known.isEmpty ? 0 : counts.known[finding]
      return (field(finding), cases == 0 ? .null : .number(Double(known) / Double(cases)))
    }
    return .object([
      ("file", .string(reader.file)), ("format", .string(reader.format.rawValue)),
      ("rows", .integer(cases + rejected)), ("cases", .integer(cases)),
      ("rejected", .integer(rejected)), ("empty_rows", .integer(counts.emptyRows)),
      ("read_as", .array(reader.notes.map(JSONValue.string))),
      (
        "columns",
        .object([
          ("used", .array(used.sorted().map { .string(field($0)) })),
          ("ignored", .array(reader.ignoredNames.map(JSONValue.string))),
          (
            "never_seen",
            .array(
              told.filter { !used.contains($0) }.map { .string(field($0)) })
          ),
        ])
      ),
      ("known_share", .object(shares)),
      (
        "taken_as_unknown",
        .array(
          words.flatMap { word, places in
            places.map { place in
              .object([
                ("word", .string(word)), ("field", .string(place.field)),
                ("count", .integer(place.count)),
              ])
            }
          })
      ),
      ("other_spellings", json(of: .spelling)), ("bounds", json(of: .bound)),
      ("bounds_taken_as_unknown", json(of: .emptyBound)),
      ("bad_values_taken_as_unknown", json(of: .badValue)),
      (
        "implausible",
        .array(
          Impossibility.Kind.allCases.flatMap(implausible).map { found in
            .object([
              ("rule", .string(found.rule.rule)), ("kind", .string(found.rule.kind.rawValue)),
              ("count", .integer(found.count)), ("line", .integer(found.line)),
              ("note", .string(found.rule.note)),
            ])
          })
      ),
      (
        "faults",
        .array(
          faults.byCount.map { kind in
            .object([
              ("field", .string(kind.field)), ("reason", .string(kind.reason)),
              ("count", .integer(kind.count)),
              (
                "example",
                .object([
                  ("line", .integer(kind.line)), ("column", .integer(kind.column)),
                  ("id", .string(kind.id)), ("value", .string(kind.value)),
                ])
              ),
            ])
          })
      ),
    ])
  }

  /// The findings that have a column, or in NDJSON those that any case has.
  private var used: Set<Int> {
    Set(reader.findingsWithColumn ?? counts.known.indices.filter { counts.known[$0] > 0 })
  }

  /// The name of a finding, or behind the last one of the diagnosis.
  private func field(_ place: Int) -> String {
    place < model.findings.count ? model.findings[place].id : "diagnosis"
  }

  /// The words taken as unknown and where, the most common first.
  private var words: [(word: String, places: [(field: String, count: Int)])] {
    counts.unknownWords.sorted {
      ($1.value.values.reduce(0, +), $0.key)
        < ($0.value.values.reduce(0, +), $1.key)
    }.map { word, places in
      (
        word,
        places.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
          .map { (field($0.key), $0.value) }
      )
    }
  }

  /// The ways in which cells are taken otherwise than literally, in words.
  private static let kinds: [(kind: ReadingTally.Kind, name: String)] = [
    (.spelling, "read in another spelling"),
    (.bound, "with a bound taken as the state that it proves"),
    (.emptyBound, "with a bound that proves no state taken as unknown"),
    (.badValue, "that cannot be read taken as unknown"),
  ]

  /// The cells that were taken in some way, by finding, the most common first.
  private func cells(
    _ kind: ReadingTally.Kind
  ) -> [(field: String, count: Int, example: String)] {
    (counts.cells[kind] ?? [:]).sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
      .map { (field($0.key), $0.value.count, $0.value.example) }
  }

  /// Cells of a finding that were taken in some way, in words.
  private func text(
    of cell: (field: String, count: Int, example: String), _ kind: ReadingTally.Kind
  ) -> String {
    let words = "\(cell.field) \(cell.count) (\"\(cell.example)\")"
    guard let unit = likelyUnit(of: cell, kind) else { return words }
    return words + ", is it in \(unit)? Then call it \(cell.field)[\(unit)]"
  }

  /// The unit in which a value may have been meant that was out of range and is unknown now; nothing
  /// where the file names a unit.
  private func likelyUnit(
    of cell: (field: String, count: Int, example: String), _ kind: ReadingTally.Kind
  ) -> String? {
    guard kind == .badValue, let finding = model.findings.first(where: { $0.id == cell.field }),
      finding.kind == .number, let number = DecimalNumber.parse(cell.example),
      !reader.notes.contains(where: { $0.contains("\(finding.id) is in ") })
    else { return nil }
    return finding.likelyUnit(of: number)
  }

  /// The rules of plausibility that hold in a case, in the order of the model.
  private func implausible(
    _ kind: Impossibility.Kind
  ) -> [(rule: Impossibility, count: Int, line: Int)] {
    counts.implausible.sorted { $0.key < $1.key }.compactMap { index, found in
      let rule = model.impossibilities[index]
      return rule.kind == kind && found.count > 0 ? (rule, found.count, found.line) : nil
    }
  }

  private func json(of kind: ReadingTally.Kind) -> JSONValue {
    .array(
      cells(kind).map { cell in
        var members: [(key: String, value: JSONValue)] = [
          ("field", .string(cell.field)), ("count", .integer(cell.count)),
          ("example", .string(cell.example)),
        ]
        if kind == .badValue {
          let unit = likelyUnit(of: cell, kind)
          members.append(("likely_unit", unit.map(JSONValue.string) ?? .null))
        }
        return .object(members)
      })
  }
}
