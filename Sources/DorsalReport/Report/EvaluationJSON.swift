public import DorsalCore
public import DorsalLearning

extension Evaluation {
  /// The figures as JSON.
  ///
  /// - Parameter rules: What red-flag rules do, where that was asked for.
  public func json(model: Model, rules: RuleEvaluation? = nil) -> JSONValue {
    let seedValue = Int(exactly: seed).map(JSONValue.integer) ?? JSONValue.string("\(seed)")
    let noParts = JSONValue.null
    let members: [(key: String, value: JSONValue)] = [
      ("cases", .integer(caseCount)),
      ("labelled", .integer(labelledCount)),
      ("covered", .integer(coveredCount)),
      ("measures", .array(measures.map(\.json))),
      ("causes", .array(causes.map { causeJSON($0, model: model) })),
      ("triage", triageJSON),
      ("model", model.jsonIdentity),
      ("with_one_diagnosis", .integer(soleCount)),
      ("bootstrap", .integer(draws)),
      ("seed", seedValue), ("intervals", .string(IntervalNote(self).text)),
      ("triage_rates", .array(triageRows.map(\.json))),
      ("events", .array(events.map(\.json))),
      ("one_against_rest", .array(causeEvents.map(\.json))),
      ("brier_parts", brier?.json ?? noParts),
      ("log_loss_parts", logLoss?.json ?? noParts),
      ("decision_curves", .array(decisionCurves.map(\.json))),
      ("confusion", confusionJSON(model: model)),
      ("subgroups", .array(subgroups.map { $0.json(model: model) })),
      ("coverage", sets?.json(model: model) ?? .null),
      ("verdicts", .array(verdicts.map { .string($0) })),
      ("weighting", weighting?.json ?? .null),
      ("rules", rules?.json(model: model) ?? .null),
    ]
    return .object(members)
  }

  private func causeJSON(_ row: CauseRow, model: Model) -> JSONValue {
    .object([
      ("cause", .string(model.causes[row.cause].id)), ("cases", .integer(row.count)),
      ("top_1", .integer(row.top1)), ("top_3", .integer(row.top3)),
      ("top_5", .integer(row.top5)),
      ("mean_probability", .number(row.meanProbability)),
      ("mean_reciprocal_rank", .number(row.meanReciprocalRank)),
    ])
  }

  private var triageJSON: JSONValue {
    var rows: [(key: String, value: JSONValue)] = []
    for (own, counts) in zip(Urgency.allCases, triage) {
      var cells: [(key: String, value: JSONValue)] = []
      for (given, count) in zip(Urgency.allCases, counts) {
        cells.append((given.rawValue, .integer(count)))
      }
      rows.append((own.rawValue, .object(cells)))
    }
    return .object(rows)
  }

  /// The diagnoses with the causes that lead them: only pairs that have cases.
  private func confusionJSON(model: Model) -> JSONValue {
    var pairs: [JSONValue] = []
    for (diagnosis, row) in confusion.enumerated() {
      for (leading, count) in row.enumerated() where count > 0 {
        pairs.append(
          .object([
            ("diagnosis", .string(model.causes[diagnosis].id)),
            ("leading", .string(model.causes[leading].id)), ("cases", .integer(count)),
          ]))
      }
    }
    return .array(pairs)
  }
}

extension SetCoverage {
  /// The sets as JSON.
  package func json(model: Model) -> JSONValue {
    .object([
      ("stated", .number(stated)), ("held", held.json), ("mean_size", .number(meanSize)),
      ("sizes", .array(sizes.map { .integer($0) })),
      (
        "causes",
        .array(
          causes.map { row in
            .object([("cause", .string(model.causes[row.kind].id)), ("held", row.held.json)])
          })
      ),
      (
        "urgencies",
        .array(
          urgencies.map { row in
            .object([("urgency", .string(row.kind.rawValue)), ("held", row.held.json)])
          })
      ),
    ])
  }
}

extension Evaluation.Weighting {
  /// How cases count, as JSON.
  fileprivate var json: JSONValue {
    .object([
      ("column", column.map(JSONValue.string) ?? .null),
      ("patients", patientCount.map(JSONValue.integer) ?? .null),
      ("effective_cases", .number(effectiveCount)), ("weightless", .integer(weightlessCount)),
    ])
  }
}

extension Evaluation.Subgroup {
  /// The subgroup as JSON.
  package func json(model: Model) -> JSONValue {
    .object([
      ("finding", .string(name)), ("state", value.map(JSONValue.string) ?? .null),
      ("few_cases", .boolean(isSmall)),
      ("cases", .integer(evaluation.labelledCount)),
      ("covered", .integer(evaluation.coveredCount)),
      ("measures", .array(evaluation.measures.map(\.json))),
      ("events", .array(evaluation.events.map(\.json))),
      ("coverage", evaluation.sets?.json(model: model) ?? .null),
    ])
  }
}

extension TriageRow {
  /// The row as JSON.
  package var json: JSONValue {
    .object([
      ("urgency", .string(own.rawValue)), ("under", under.json), ("right", right.json),
      ("over", over.json),
    ])
  }
}

extension Evaluation.Measure {
  /// The figure as JSON.
  package var json: JSONValue {
    .object([
      ("name", .string(name)), ("title", .string(title)), ("value", .optional(value)),
      ("lower", .optional(interval?.lowerBound)), ("upper", .optional(interval?.upperBound)),
      ("cases", .integer(count)),
      ("interval", method.map { JSONValue.string($0.rawValue) } ?? JSONValue.null),
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
      ("observed", .number(observed)),
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
