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
    for row in rows { table.append(row.cells(model: model, causes: Self.shownCauses)) }
    return [
      "red flags: what each does, and what leaving it out changes (with it to without it)", "",
    ] + table.lines + [
      "\"alone\": no other rule holds. \"decides\": the urgency would be less without it. Cases are "
        + "counted, not weighted."
    ]
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
    let cells = rows.map { $0.cells(model: model, causes: Self.shownCauses).map(Page.escape) }
    return """
      <h2>Red flags</h2>
      \(Page.table(
        [
          ("red flag", false), ("urgency", false), ("holds", true), ("of cases", true),
          ("alone", true), ("decides", true), ("emergencies found", true),
          ("too little urgency", true), ("too much urgency", true), ("most among", false),
        ], cells, caption: "What each rule does, and what leaving it out changes"))
      <p class="small">"Alone": no other rule holds. "Decides": the urgency would be less without \
      it. From with the rule to without it. Cases are counted, not weighted.</p>
      """
  }
}

extension RuleEvaluation.Row {
  fileprivate func cells(model: Model, causes: Int) -> [String] {
    /// A share with the rule and without, or once where nothing changes.
    func change(_ name: String) -> String {
      guard let measure = without.first(where: { $0.name == name }), measure.a != nil else {
        return "-"
      }
      guard measure.standing != .alike else { return measure.text(measure.a) }
      return "\(measure.text(measure.a)) to \(measure.text(measure.b))"
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
