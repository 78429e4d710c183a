package import DorsalCore

/// The data dictionary of a model: a table of its findings, causes, rules, settings, steps or scores,
/// or of the inputs of scores.
package struct ModelListing {
  /// What is listed.
  package enum Subject: String, Sendable, CaseIterable {
    case findings, causes, rules, settings, steps, scores, inputs
  }

  private let columns: [String]
  private let rows: [[String]]

  /// Lists a part of a model, in the order of its tables.
  package init(_ subject: Subject, of model: Model) {
    switch subject {
    case .findings, .inputs:
      columns = ["id", "section", "kind", "unit", "states", "minimum", "maximum", "question"]
      rows = (subject == .findings ? model.findings : model.inputs).map { finding in
        [
          finding.id, finding.section, finding.kind.rawValue, finding.unit,
          Self.states(of: finding).joined(separator: ";"),
          finding.range.map { NumberText.plain($0.lowerBound) } ?? "",
          finding.range.map { NumberText.plain($0.upperBound) } ?? "", finding.question,
        ]
      }
    case .scores:
      columns = ["id", "role", "label", "purpose", "population", "not_for", "seen", "sources"]
      rows = model.scores.map { score in
        [
          score.id, score.role.rawValue, score.label, score.purpose, score.population,
          score.notFor, score.seen.rawValue, score.sources.joined(separator: ";"),
        ]
      }
    case .causes:
      columns = ["id", "group", "urgency", "icd_10", "label"]
      rows = model.causes.map { [$0.id, $0.group, $0.urgency.rawValue, $0.icd10, $0.label] }
    case .rules:
      columns = ["id", "kind", "conditions", "text", "sources"]
      rows = RuleListing.all(of: model).map { rule in
        [
          rule.id, rule.kind, rule.conditions.joined(separator: " and "), rule.text,
          rule.sources.joined(separator: ";"),
        ]
      }
    case .settings:
      columns = ["id", "default", "causes_by_prior"]
      rows = model.settings.enumerated().map { index, setting in
        let causes = model.causes.indices.sorted {
          let (left, right) = (
            model.priorTable[index * model.causes.count + $0],
            model.priorTable[index * model.causes.count + $1]
          )
          return left > right || left == right && $0 < $1
        }
        return [
          setting, index == 0 ? "yes" : "",
          causes.prefix(3).map { model.causes[$0].id }.joined(separator: ";"),
        ]
      }
    case .steps:
      columns = StepListing.columns
      rows = StepListing(of: model).rows
    }
  }

  /// The states of a finding; of a number with the numbers that each holds.
  static func states(of finding: Finding) -> [String] {
    guard finding.kind == .number else { return finding.states }
    return finding.states.enumerated().map { index, state in
      if index == 0 { return "\(state) (<\(NumberText.plain(finding.edges[0])))" }
      let least = NumberText.plain(finding.edges[index - 1])
      return index < finding.edges.count
        ? "\(state) (\(least) to <\(NumberText.plain(finding.edges[index])))"
        : "\(state) (>=\(least))"
    }
  }

  /// The table for terminals.
  package var text: String {
    var table = TextTable(columns.map { ($0, .left) })
    for row in rows { table.append(row) }
    return TextEncoding.printableLines(table.lines.joined(separator: "\n") + "\n")
  }

  /// The table as CSV.
  package var csv: [UInt8] { ModelWriter.csv(columns, rows) }

  /// The table as JSON: an object a row.
  package var json: JSONValue {
    .array(rows.map { row in .object(zip(columns, row).map { ($0, JSONValue.string($1)) }) })
  }
}
