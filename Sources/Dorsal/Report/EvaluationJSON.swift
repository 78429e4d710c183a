extension Evaluation {
  /// The figures as JSON.
  package func json(model: Model) -> JSONValue {
    .object([
      ("cases", .integer(caseCount)),
      ("labelled", .integer(labelledCount)),
      ("covered", .integer(coveredCount)),
      (
        "measures",
        .array(
          measures.map(\.json))
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
      ("with_one_diagnosis", .integer(soleCount)),
      ("bootstrap", .integer(draws)),
      ("seed", Int(exactly: seed).map { .integer($0) } ?? .string("\(seed)")),
      (
        "triage_rates",
        .array(
          triageRows.map { row in
            .object([
              ("urgency", .string(row.own.rawValue)), ("under", row.under.json),
              ("right", row.right.json), ("over", row.over.json),
            ])
          })
      ),
      ("events", .array(events.map(\.json))),
      ("one_against_rest", .array(causeEvents.map(\.json))),
      ("brier_parts", brier?.json ?? .null),
      ("log_loss_parts", logLoss?.json ?? .null),
      ("decision_curves", .array(decisionCurves.map(\.json))),
      ("confusion", confusionJSON(model: model)),
      (
        "subgroups",
        .array(
          subgroups.map { group in
            .object([
              ("finding", .string(model.findings[group.finding].id)),
              (
                "state",
                group.state.map { .string(model.findings[group.finding].states[$0]) } ?? .null
              ),
              ("few_cases", .boolean(group.isSmall)),
              ("cases", .integer(group.evaluation.labelledCount)),
              ("covered", .integer(group.evaluation.coveredCount)),
              ("measures", .array(group.evaluation.measures.map(\.json))),
              ("events", .array(group.evaluation.events.map(\.json))),
            ])
          })
      ),
      // The coverage of prediction sets stands here once a calibration gives them.
      ("coverage", .null),
    ])
  }

  /// The diagnoses with the causes that lead them: only pairs that have cases.
  private func confusionJSON(model: Model) -> JSONValue {
    .array(
      confusion.enumerated().flatMap { diagnosis, row in
        row.enumerated().filter { $0.element > 0 }.map { leading, count in
          .object([
            ("diagnosis", .string(model.causes[diagnosis].id)),
            ("leading", .string(model.causes[leading].id)), ("cases", .integer(count)),
          ])
        }
      })
  }
}

extension Evaluation.Measure {
  /// The figure as JSON.
  package var json: JSONValue {
    .object([
      ("name", .string(name)), ("title", .string(title)), ("value", .optional(value)),
      ("lower", .optional(interval?.lowerBound)), ("upper", .optional(interval?.upperBound)),
      ("cases", .integer(count)), ("interval", method.map { .string($0.rawValue) } ?? .null),
    ])
  }
}

extension Evaluation.Event {
  /// The event as JSON.
  package var json: JSONValue {
    .object([
      ("name", .string(name)), ("title", .string(title)), ("cases", .integer(count)),
      ("events", .integer(events)), ("expected", .number(expected)),
      ("measures", .array(measures.map(\.json))), ("brier_parts", brier?.json ?? .null),
      ("log_loss_parts", logLoss?.json ?? .null),
      (
        "bins",
        .array(
          bins.map { bin in
            .object([
              ("cases", .integer(bin.count)), ("events", .integer(bin.events)),
              ("mean_probability", .number(bin.meanProbability)),
              ("observed", .number(bin.observed)), ("lower", .optional(bin.interval?.lowerBound)),
              ("upper", .optional(bin.interval?.upperBound)),
            ])
          })
      ),
    ])
  }
}

extension ScoreDecomposition {
  /// The parts as JSON.
  package var json: JSONValue {
    .object([
      ("score", .number(score)), ("miscalibration", .number(miscalibration)),
      ("discrimination", .number(discrimination)), ("uncertainty", .number(uncertainty)),
    ])
  }
}

extension DecisionCurve {
  /// The curve as JSON.
  package var json: JSONValue {
    .object([
      ("event", .string(name)), ("loss_threshold", .optional(lossThreshold)),
      (
        "points",
        .array(
          points.map { point in
            .object([
              ("threshold", .number(point.threshold)), ("model", point.model.json),
              ("everyone", point.everyone.json), ("nobody", .number(0)),
              ("triage", point.triage.json),
            ])
          })
      ),
    ])
  }
}
