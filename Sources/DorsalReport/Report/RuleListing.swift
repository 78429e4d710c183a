package import DorsalCore

/// A rule of a model in words: of its red flags, or of what cases cannot be.
package struct RuleListing {
  /// The rule's id.
  let id: String
  /// `red flag, urgent`, `impossible` or `outside`.
  let kind: String
  /// What must hold, all of it: `fever = present`.
  let conditions: [String]
  /// Why.
  let text: String
  /// The keys of its sources.
  let sources: [String]
  private let basis: String
  /// The steps of a red flag; none of other rules.
  private var steps: StepListing {
    StepListing(ofRule: kind.hasPrefix("red flag") ? id : "", in: model)
  }
  private let model: Model

  /// All rules of a model.
  static func all(of model: Model) -> [RuleListing] {
    model.redFlags.map { rule in
      RuleListing(
        id: rule.rule, kind: "red flag, \(rule.urgency.rawValue)",
        conditions: words(rule.conditions, model), text: rule.message, sources: rule.sources,
        basis: "", model: model)
    }
      + model.impossibilities.map { rule in
        RuleListing(
          id: rule.rule, kind: rule.kind.rawValue, conditions: words(rule.conditions, model),
          text: rule.note, sources: rule.sources, basis: rule.basis.rawValue, model: model)
      }
  }

  private static func words(_ conditions: [RedFlag.Condition], _ model: Model) -> [String] {
    conditions.map { condition in
      let finding = model.findings[condition.finding]
      return "\(finding.id) = "
        + condition.states.map { finding.states[$0] }.joined(separator: " or ")
    }
  }

  /// The rules of an id, of which a model may have one of each table.
  package static func named(_ id: String, in model: Model) -> [RuleListing] {
    all(of: model).filter { $0.id == id }
  }

  /// The ids of all rules.
  package static func ids(of model: Model) -> [String] { all(of: model).map(\.id) }

  /// The rule in some lines, with the citations of its sources.
  package var lines: String {
    var lines = [text, "rule \(id), \(kind)" + (basis.isEmpty ? "" : ", basis \(basis)"), ""]
    lines += conditions
    if !steps.lines.isEmpty { lines += [""] + steps.lines }
    let sources = (sources + steps.sources).uniqued()
    if !sources.isEmpty { lines.append("") }
    for key in sources {
      let source = model.sources[key]
      lines.append("\(key): \(source?.citation ?? "") \(source?.identifier ?? "")")
    }
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }

  /// The rule as JSON.
  package var json: JSONValue {
    let members: [(key: String, value: JSONValue)] = [
      ("rule", .string(id)), ("kind", .string(kind)),
      ("conditions", .array(conditions.map(JSONValue.string))), ("text", .string(text)),
      ("sources", .array(sources.map(JSONValue.string))), ("model", model.jsonIdentity),
    ]
    return .object(members + (steps.lines.isEmpty ? [] : [("steps", steps.json)]))
  }
}
