extension Evaluation {
  /// The figures as text.
  package func text(model: Model) -> String {
    var lines = [
      "\(caseCount) cases, \(labelledCount) with a diagnosis, \(coveredCount) of them in the model",
      "model \(model.card.name) \(model.card.version)",
      "",
    ]
    var table = TextTable([
      ("figure", .left), ("value", .right), ("95% interval", .left), ("cases", .right),
    ])
    for measure in measures {
      let isShare = !["mean_reciprocal_rank", "log_loss", "brier"].contains(measure.name)
      func show(_ value: Double) -> String {
        isShare
          ? NumberText.fixed(100 * value, decimals: 1) + "%"
          : NumberText.fixed(value, decimals: 3)
      }
      table.append([
        measure.title, measure.value.map(show) ?? "-",
        measure.interval.map { "\(show($0.lowerBound)) to \(show($0.upperBound))" } ?? "-",
        "\(measure.count)",
      ])
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
    lines += [""] + triaged.lines
    return lines.joined(separator: "\n") + "\n"
  }

  /// The figures as JSON.
  package func json(model: Model) -> JSONValue {
    .object([
      ("cases", .integer(caseCount)),
      ("labelled", .integer(labelledCount)),
      ("covered", .integer(coveredCount)),
      (
        "measures",
        .array(
          measures.map { measure in
            .object([
              ("name", .string(measure.name)), ("title", .string(measure.title)),
              ("value", .optional(measure.value)),
              ("lower", .optional(measure.interval?.lowerBound)),
              ("upper", .optional(measure.interval?.upperBound)),
              ("cases", .integer(measure.count)),
            ])
          })
      ),
      (
        "causes",
        .array(
          causes.map { row in
            .object([
              ("cause", .string(model.causes[row.cause].id)), ("cases", .integer(row.count)),
              ("top_1", .integer(row.top1)), ("top_3", .integer(row.top3)),
              ("top_5", .integer(row.top5)),
              ("mean_probability", .number(row.meanProbability)),
              ("mean_reciprocal_rank", .number(row.meanReciprocalRank)),
            ])
          })
      ),
      (
        "triage",
        .object(
          zip(Urgency.allCases, triage).map { own, row in
            (
              own.rawValue,
              .object(zip(Urgency.allCases, row).map { ($0.rawValue, .integer($1)) })
            )
          })
      ),
      ("model", model.jsonIdentity),
    ])
  }
}
