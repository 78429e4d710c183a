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
    if !counts.spellings.isEmpty {
      let total = counts.spellings.values.reduce(0) { $0 + $1.count }
      lines.append(
        "\(total) \(total == 1 ? "cell" : "cells") read in another spelling: "
          + Self.list(spellings.map { "\($0.field) \($0.count) (\"\($0.example)\")" }))
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
    let shares = model.findings.indices.map { finding -> (String, JSONValue) in
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
              model.findings.indices.filter { !used.contains($0) }.map { .string(field($0)) })
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
      (
        "other_spellings",
        .array(
          spellings.map { spelling in
            .object([
              ("field", .string(spelling.field)), ("count", .integer(spelling.count)),
              ("example", .string(spelling.example)),
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

  private var spellings: [(field: String, count: Int, example: String)] {
    counts.spellings.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
      .map { (field($0.key), $0.value.count, $0.value.example) }
  }
}
