package import DorsalCore

extension Explanation {
  /// The explanation as JSON, with every term unrounded.
  package func json(model: Model, top count: Int) -> JSONValue {
    let known = ways[0].contributions.count
    let grounds = Grounds(model: model, setting: setting)
    let members: [(key: String, value: JSONValue)] = [
      ("id", .string(id)),
      ("summary", .array(summary(model: model).map(JSONValue.string))),
      ("setting", .string(model.settings[setting])),
      ("setting_is_default", .boolean(settingIsDefault)),
      ("findings_known", .integer(known)),
      (
        "known_share",
        .number(known == 0 ? 0 : Double(known) / Double(known + unknownFindings.count))
      ),
      (
        "causes",
        .array(ways.prefix(count).map { json(of: $0, model: model, grounds: grounds) })
      ),
      ("groups", .object(zip(model.groups, groups).map { ($0, .number($1)) })),
      ("urgency", .string(urgency.urgency.rawValue)),
      ("urgency_reason", .string(urgency.leading(model: model).text(model: model))),
      ("urgency_reasons", urgency.json(model: model)),
      ("unknown_findings", .array(unknownFindings.map { .string(model.findings[$0].id) })),
      ("evidence_quality", quality.json(model: model)),
      ("robustness", outlook.json(model: model)),
      ("expected_ranking", expectedRanking.json(model: model, top: count)),
      ("misfit", misfit.json),
      ("model", model.jsonIdentity),
      ("interval_disclaimer", .string(CredibleInterval.disclaimer)),
      ("disclaimer", .string(RankingWriter.disclaimer)),
      ("scores", .array(scores.map(\.json))),
    ]
    let use = calibration.map {
      [("calibration", JSONValue.object([("method", .string($0.rawValue))]))]
    }
    let losses: [(key: String, value: JSONValue)] = [
      ("expected_loss_basis", .array(model.lossGround.bases.map(JSONValue.string))),
      ("expected_loss_sources", .array(model.lossGround.sources.map(JSONValue.string))),
    ]
    let plan = model.steps.isEmpty ? [] : [("steps", steps.json(model: model))]
    return .object(members + (use ?? []) + plan + losses)
  }

  private func json(of way: Way, model: Model, grounds: Grounds) -> JSONValue {
    let members: [(key: String, value: JSONValue)] = [
      ("cause", .string(model.causes[way.cause].id)),
      ("label", .string(model.causes[way.cause].label)),
      ("prior", .number(way.prior)),
      ("probability", .number(way.posterior)),
      ("lower", .optional(way.interval.map { Double($0.lower) })),
      ("upper", .optional(way.interval.map { Double($0.upper) })),
      ("prior_decibans", .number(way.priorDecibans)),
      (
        "contributions",
        .array(
          way.contributions.map { contribution in
            let finding = model.findings[contribution.finding]
            let row = model.likelihoodTable.firstStateRow[contribution.finding] + contribution.state
            return .object(
              [
                ("finding", .string(finding.id)),
                ("state", .string(finding.states[contribution.state])),
                ("question", .string(finding.question)),
                ("likelihood_ratio", .number(contribution.likelihoodRatio)),
                ("decibans", .number(contribution.decibans)),
                ("weight", .number(finding.weight)),
                (
                  "likelihood",
                  .number(model.likelihoodTable.probability(stateRow: row, cause: way.cause))
                ),
                ("background", .number(model.likelihoodTable.background[row])),
                ("basis", .string(basis(of: contribution, cause: way.cause, model: model))),
                (
                  "sources",
                  .array(
                    (contribution.likelihood?.evidence.sources ?? []).map(JSONValue.string))
                ),
              ] + shared(contribution)
                + grounds.background(of: contribution.finding, state: contribution.state)
                .json("background"))
          })
      ),
      ("others_decibans", .number(way.othersDecibans)),
      ("posterior_decibans", .number(way.posteriorDecibans)),
    ]
    let moved = way.calibrationDecibans.map {
      [
        ("uncalibrated_probability", JSONValue.number(way.modelPosterior)),
        ("calibration_decibans", .number($0)),
      ]
    }
    return .object(members + (moved ?? []) + grounds.prior(of: way.cause).json("prior"))
  }

  /// Behind the others, where a finding hangs on known ones.
  private func shared(_ contribution: Contribution) -> [(key: String, value: JSONValue)] {
    contribution.sharedDecibans.map { [("shared_decibans", .number($0))] } ?? []
  }
}
