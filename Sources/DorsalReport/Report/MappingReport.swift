public import DorsalCore

/// What a mapping gives of a file that was read to its end, finding by finding.
public struct MappingReport {
  private struct Row {
    let finding: String
    let known: Int
    let columns: String
  }

  /// The answer as JSON has all findings without a column.
  private static let mostMissing = 12

  private let rows: [Row]
  private let missing: [String]
  private let undecided: [(column: String, decide: String)]

  /// Looks at what was read.
  ///
  /// - Parameters:
  ///   - reader: What read the file; it counted how much is known.
  ///   - model: The model whose findings it names.
  public init(_ reader: CaseFileReader, model: Model) {
    let known = reader.tally.counts.known
    let used = Set(reader.findingsWithColumn ?? [])
    rows = model.findings.indices.filter(used.contains).map { finding in
      Row(
        finding: model.findings[finding].id, known: known.isEmpty ? 0 : known[finding],
        columns: (reader.mappedColumns?[finding] ?? [model.findings[finding].id])
          .map { TextEncoding.printable($0) }.joined(separator: ", "))
    }
    // Nobody misses an input of scores.
    missing = model.findings.indices.filter { $0 < model.firstInput && !used.contains($0) }
      .map { model.findings[$0].id }
    undecided = reader.undecided
  }

  /// A line a finding that a column gives, then those that none gives, then what is to be decided.
  public func text(cases: Int) -> String {
    let width = rows.map(\.finding.utf8.count).max() ?? 0
    var text = ""
    for row in rows {
      let name = row.finding + String(repeating: " ", count: width - row.finding.utf8.count)
      let share = cases == 0 ? "-" : NumberText.percent(Double(row.known) / Double(cases))
      text +=
        "  \(name)  \(String(repeating: " ", count: max(0, 6 - share.utf8.count)))\(share)  "
        + "\(row.columns)\n"
    }
    if !missing.isEmpty {
      let shown = missing.prefix(Self.mostMissing).joined(separator: ", ")
      let further = missing.count - Self.mostMissing
      text += "no column gives \(missing.count) findings: \(shown)"
      text += further > 0 ? " and \(further) more\n" : "\n"
    }
    for line in undecided {
      text += TextEncoding.printable(
        "to be decided, not used: \"\(line.column)\": \(line.decide)")
      text += "\n"
    }
    return text
  }

  /// The same as JSON.
  public func json(cases: Int) -> JSONValue {
    .object([
      (
        "findings",
        .array(
          rows.map { row in
            .object([
              ("finding", .string(row.finding)), ("known", .integer(row.known)),
              ("columns", .string(row.columns)),
            ])
          })
      ), ("without_column", .array(missing.map(JSONValue.string))),
      (
        "to_be_decided",
        .array(
          undecided.map {
            .object([("column", .string($0.column)), ("decide", .string($0.decide))])
          })
      ),
    ])
  }
}
