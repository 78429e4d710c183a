package import DorsalCore
package import DorsalLearning

extension RuleEvaluation {
  /// Diagnoses that a line names.
  private static let shownCauses = 3

  /// The rules as lines of text.
  package func lines(model: Model) -> [String] {
    guard rows.count > 1 else { return ["the model has no red-flag rule"] }
    var table = TextTable([
      ("red flag", .left), ("urgency", .left), ("holds", .right), ("of cases", .left),
      ("alone", .right), ("decides", .right), ("emergencies found", .left),
      ("too little urgency", .left), ("too much urgency", .left), ("most among", .left),
    ])
    for row in shown { table.append(row.cells(model: model, causes: Self.shownCauses)) }
    return [
      "red flags: what each does, and what leaving it out changes (with it to without it)", "",
    ] + table.lines + neverHolding(model: model) + [
      "\"alone\": no other rule holds. \"decides\": the urgency would be less without it. "
        + "\"=\": nothing changes. Cases are counted, not weighted."
    ]
  }

  /// All rules together, and those that hold in some case.
  private var shown: [Row] { rows.filter { $0.rule == nil || $0.holdingCount > 0 } }

  /// The rules that hold in no case.
  private func neverHolding(model: Model) -> [String] {
    let names = rows.filter { $0.holdingCount == 0 }.compactMap { $0.rule }.map {
      model.redFlags[$0].rule
    }
    return names.isEmpty ? [] : ["holding in no case: " + names.joined(separator: ", ")]
  }

  /// The rules as JSON.
  package func json(model: Model) -> JSONValue {
    .array(
      rows.map { row in
        .object([
          ("rule", row.rule.map { .string(model.redFlags[$0].rule) } ?? .null),
          ("urgency", row.rule.map { .string(model.redFlags[$0].urgency.rawValue) } ?? .null),
          ("holds", row.holding.json), ("alone", .integer(row.aloneCount)),
          ("decides", .integer(row.decidingCount)), ("diagnosed", .integer(row.diagnosedCount)),
          (
            "causes",
            .array(
              row.causes.map { item in
                .object([
                  ("cause", .string(model.causes[item.cause].id)), ("cases", .integer(item.count)),
                ])
              })
          ),
          ("without", .array(row.without.map(\.json))),
        ])
      })
  }

  /// The rules as a table of a page.
  package func section(model: Model) -> String {
    let cells = shown.map { $0.cells(model: model, causes: Self.shownCauses).map(Page.escape) }
    let never = neverHolding(model: model).map { "<p class=\"small\">\(Page.escape($0))</p>" }
    return """
      <h2>Red flags</h2>
      \(Page.table(
        [
          ("red flag", false), ("urgency", false), ("holds", true), ("of cases", true),
          ("alone", true), ("decides", true), ("emergencies found", true),
          ("too little urgency", true), ("too much urgency", true), ("most among", false),
        ], cells, caption: "What each rule does, and what leaving it out changes"))
      \(never.joined())
      \(sources(model: model))
      <p class="small">"Alone": no other rule holds. "Decides": the urgency would be less without \
      it. From with the rule to without it; "=" where nothing changes. Cases are counted, not \
      weighted.</p>
      """
  }

  /// Where the rules of the table are from.
  private func sources(model: Model) -> String {
    let citations = Citations(of: model)
    let rules = shown.compactMap(\.rule).map { model.redFlags[$0] }.filter { !$0.sources.isEmpty }
    if rules.isEmpty { return "" }
    let items = rules.map { "\(Page.escape($0.rule)) (\(citations.links($0.sources)))" }
    return "<p class=\"small\">Where the rules are from: \(items.joined(separator: "; ")).</p>"
  }
}

extension RuleEvaluation.Row {
  fileprivate func cells(model: Model, causes: Int) -> [String] {
    /// A share with the rule and without, where it changes.
    func change(_ name: String) -> String {
      guard let measure = without.first(where: { $0.name == name }), measure.a != nil else {
        return "-"
      }
      if rule == nil || measure.standing != .alike {
        return "\(measure.text(measure.a)) to \(measure.text(measure.b))"
      }
      return "="
    }
    let named = self.causes.prefix(causes).map { "\(model.causes[$0.cause].id) \($0.count)" }
    return [
      rule.map { model.redFlags[$0].rule } ?? "all together",
      rule.map { model.redFlags[$0].urgency.rawValue } ?? "",
      "\(holdingCount)", holding.valueText,
      "\(aloneCount)", "\(decidingCount)", change("emergencies_given_urgent"),
      change("under_triage"), change("over_triage"), named.joined(separator: ", "),
    ]
  }
}
