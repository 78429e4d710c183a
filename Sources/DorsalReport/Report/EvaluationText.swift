public import DorsalCore
public import DorsalLearning

extension Evaluation {
  /// The figures as text, what they come to first.
  ///
  /// - Parameter rules: What red-flag rules do, where that was asked for.
  public func text(model: Model, rules: RuleEvaluation? = nil) -> String {
    var lines =
      verdicts + [
        "",
        "\(caseCount) cases, \(labelledCount) with a diagnosis, \(coveredCount) of them in the model",
        "model \(model.titleLine)",
      ] + weightingLines + [""]
    var table = TextTable([
      ("figure", .left), ("value", .right), ("95% interval", .left), ("cases", .right),
    ])
    for measure in measures {
      table.append([measure.title, measure.valueText, measure.intervalText, "\(measure.count)"])
    }
    lines += table.lines + [""]
    var byCause = TextTable([
      ("diagnosis", .left), ("cases", .right), ("first", .right), ("first 3", .right),
      ("first 5", .right), ("mean probability", .right), ("mean reciprocal rank", .right),
    ])
    for row in causes {
      byCause.append([
        model.causes[row.cause].id, "\(row.count)", "\(row.top1)", "\(row.top3)", "\(row.top5)",
        NumberText.fixed(row.meanProbability, decimals: 3),
        NumberText.fixed(row.meanReciprocalRank, decimals: 3),
      ])
    }
    lines += byCause.lines
    var triaged = TextTable(
      [("urgency of the cause", .left)] + Urgency.allCases.map { ("given \($0.rawValue)", .right) })
    for (own, row) in zip(Urgency.allCases, triage) {
      triaged.append([own.rawValue] + row.map { "\($0)" })
    }
    lines += [""] + triaged.lines + [""] + triageRateLines
    if let rules { lines += [""] + rules.lines(model: model) }
    if let sets { lines += [""] + sets.lines(model: model) }
    for event in events { lines += [""] + event.lines }
    lines += decompositionLines
    for curve in decisionCurves { lines += [""] + curve.lines }
    if !causeEvents.isEmpty { lines += [""] + causeEventLines }
    if !subgroups.isEmpty { lines += [""] + subgroupLines(model: model) }
    lines += [""] + notes(hasRules: rules != nil)
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }
}
