package import DorsalCore

extension Explanation {
  /// How many causes that could lead are shown as text.
  private static let mostCandidates = 5

  /// What the leading cause rests on, in lines of text.
  func qualityLines(model: Model) -> [String] {
    var lines = ["what \(model.causes[quality.leader].id) rests on:"]
    let shares = quality.shares.map { share in
      "\(share.basis.rawValue) \(share.share.map(NumberText.percent) ?? "-")"
    }
    lines.append("  of its decibans, for and against: " + shares.joined(separator: ", "))
    if let share = quality.assumedBackgroundShare {
      lines.append(
        "  of what its findings add, \(NumberText.percent(share)) is against an assumed background")
    }
    let other = model.causes[quality.leaderWithoutAssumed].id
    let posterior = NumberText.percent(quality.posteriorWithoutAssumed)
    lines.append(
      quality.hangsOnAssumed
        ? "  warning: without the assumed likelihoods \(other) leads, with \(posterior)"
        : "  without the assumed likelihoods it leads too, with \(posterior)")
    return lines
  }

  /// What the unknown findings could change, in lines of text.
  func outlookLines(model: Model) -> [String] {
    var lines = [
      "what the \(unknownFindings.count) unknown findings could change"
        + (calibration == nil ? ":" : " of the uncalibrated probabilities:")
    ]
    let causes = outlook.couldLead.count == 1 ? "1 cause" : "\(outlook.couldLead.count) causes"
    lines.append(
      outlook.method == .exact
        ? "  \(causes) could lead, by every completion:"
        : "  at most \(causes) could lead, by a proven bound:")
    for candidate in outlook.couldLead.prefix(Self.mostCandidates) {
      lines.append(
        "    \(model.causes[candidate.cause].id): \(NumberText.percent(candidate.lowest)) to "
          + NumberText.percent(candidate.highest))
    }
    if outlook.couldLead.count > Self.mostCandidates {
      lines.append("    and \(outlook.couldLead.count - Self.mostCandidates) more")
    }
    lines.append("  highest urgency: \(outlook.highestUrgency.rawValue)")
    if let overturn = outlook.fewestToOverturn {
      let answers = overturn.answers.map { answer in
        let finding = model.findings[answer.finding]
        return "\(finding.id) = \(finding.states[answer.state])"
      }
      let count = answers.count == 1 ? "1 answer" : "\(answers.count) answers"
      lines.append(
        "  \(count) can overturn the leading cause: \(answers.joined(separator: ", ")) would put "
          + "\(model.causes[overturn.cause].id) before it")
    } else {
      lines.append("  no answers can overturn the leading cause")
    }
    guard !expectedRanking.findings.isEmpty else { return lines }
    let findings = expectedRanking.findings.map { model.findings[$0].id }
    lines.append(
      "  if \(findings.joined(separator: ", ")) were known, to be expected, with a leading "
        + "probability of \(NumberText.percent(expectedRanking.expectedLead)):")
    for place in expectedRanking.places.prefix(3) {
      lines.append(
        "    \(model.causes[place.cause].id): place "
          + "\(NumberText.fixed(place.expectedPlace, decimals: 1)), first with "
          + "\(NumberText.percent(place.chanceToLead)), in the first three with "
          + NumberText.percent(place.chanceInTop3))
    }
    return lines
  }
}

extension EvidenceQuality {
  /// The shares as JSON.
  func json(model: Model) -> JSONValue {
    .object([
      ("cause", .string(model.causes[leader].id)),
      (
        "shares",
        .object(
          shares.map { share in
            (
              share.basis.rawValue,
              .object([
                ("decibans", .number(share.decibans)), ("share", .optional(share.share)),
              ])
            )
          })
      ),
      ("assumed_background_share", .optional(assumedBackgroundShare)),
      (
        "without_assumed",
        .object([
          ("cause", .string(model.causes[leaderWithoutAssumed].id)),
          ("probability", .number(posteriorWithoutAssumed)),
          ("leader_changes", .boolean(hangsOnAssumed)),
        ])
      ),
    ])
  }
}

extension Robustness.Outlook {
  /// The outlook as JSON.
  package func json(model: Model) -> JSONValue {
    func json(_ candidate: Candidate) -> JSONValue {
      .object([
        ("cause", .string(model.causes[candidate.cause].id)),
        ("lowest", .number(candidate.lowest)), ("highest", .number(candidate.highest)),
      ])
    }
    return .object([
      ("method", .string(method.rawValue)),
      ("leader", json(leader)),
      ("could_lead", .array(couldLead.map(json))),
      ("highest_urgency", .string(highestUrgency.rawValue)),
      (
        "fewest_to_overturn",
        fewestToOverturn.map { overturn in
          .object([
            ("count", .integer(overturn.answers.count)),
            ("cause", .string(model.causes[overturn.cause].id)),
            (
              "answers",
              .array(
                overturn.answers.map { answer in
                  let finding = model.findings[answer.finding]
                  return .object([
                    ("finding", .string(finding.id)),
                    ("state", .string(finding.states[answer.state])),
                  ])
                })
            ),
          ])
        } ?? .null
      ),
    ])
  }
}

extension ExpectedRanking {
  /// The ranking as JSON.
  func json(model: Model, top count: Int) -> JSONValue {
    .object([
      ("findings", .array(findings.map { .string(model.findings[$0].id) })),
      ("expected_lead", .number(expectedLead)),
      (
        "causes",
        .array(
          places.prefix(count).map { place in
            .object([
              ("cause", .string(model.causes[place.cause].id)),
              ("expected_place", .number(place.expectedPlace)),
              ("chance_to_lead", .number(place.chanceToLead)),
              ("chance_in_top_3", .number(place.chanceInTop3)),
            ])
          })
      ),
    ])
  }
}
