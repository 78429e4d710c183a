package import DorsalCore

extension Explanation {
  /// How many causes that could lead are shown as text.
  private static let mostCandidates = 5

  /// What the leading cause rests on, in lines of text.
  func qualityLines(model: Model) -> [String] {
    var lines = ["what \(model.causes[quality.leader].label) rests on:"]
    let shares = quality.shares.map { share in
      "\(share.basis.rawValue) \(share.share.map(NumberText.percent) ?? "-")"
    }
    lines.append("  of its decibans, for and against: " + shares.joined(separator: ", "))
    if let share = quality.assumedBackgroundShare {
      lines.append(
        "  of what its findings add, \(NumberText.percent(share)) is against an assumed background")
    }
    let other = model.causes[quality.leaderWithoutAssumed].label
    let posterior = NumberText.percent(quality.posteriorWithoutAssumed)
    lines.append(
      quality.hangsOnAssumed
        ? "  warning: without the assumed likelihoods \(other) leads, with \(posterior)"
        : "  without the assumed likelihoods it leads too, with \(posterior)")
    return lines
  }

  /// What the unknown findings could change, in lines of text: only what is not so for nearly
  /// every case. Nothing where there is nothing to say.
  func outlookLines(model: Model) -> [String] {
    let lines =
      candidateLines(model: model) + urgencyLines + overturnLines(model: model)
      + expectedLines(model: model)
    guard !lines.isEmpty, !unknownFindings.isEmpty else { return [] }
    return [
      "what the \(unknownFindings.count) unknown findings could change"
        + (calibration == nil ? ":" : " of the uncalibrated probabilities:")
    ] + lines
  }

  /// Whether the causes that could lead tell cases apart: they were found exactly, or are few.
  private var tellsCandidates: Bool {
    outlook.method == .exact || outlook.couldLead.count <= Self.mostCandidates
  }

  private func candidateLines(model: Model) -> [String] {
    guard tellsCandidates else { return [] }
    let causes = outlook.couldLead.count == 1 ? "1 cause" : "\(outlook.couldLead.count) causes"
    var lines = [
      outlook.method == .exact
        ? "  \(causes) could lead, by every completion:"
        : "  at most \(causes) could lead, by a proven bound:"
    ]
    for candidate in outlook.couldLead.prefix(Self.mostCandidates) {
      lines.append(
        "    \(model.causes[candidate.cause].label): \(NumberText.percent(candidate.lowest)) to "
          + NumberText.percent(candidate.highest))
    }
    if outlook.couldLead.count > Self.mostCandidates {
      lines.append("    and \(outlook.couldLead.count - Self.mostCandidates) more")
    }
    return lines
  }

  /// With many unknown findings nearly every case could become an emergency.
  private var urgencyLines: [String] {
    if outlook.highestUrgency == urgency.urgency {
      return ["  no answers can make it more urgent than \(urgency.urgency.rawValue)"]
    }
    return tellsCandidates ? ["  highest urgency: \(outlook.highestUrgency.rawValue)"] : []
  }

  private func overturnLines(model: Model) -> [String] {
    guard let overturn = outlook.fewestToOverturn else {
      return ["  no answers can overturn the leading cause"]
    }
    let answers = overturn.answers.map { answer in
      let finding = model.findings[answer.finding]
      return "\(finding.shortWords): \(finding.words(ofState: answer.state))"
    }
    let count = answers.count == 1 ? "1 answer" : "\(answers.count) answers"
    return [
      "  \(count) can overturn the leading cause: \(answers.joined(separator: "; ")) would put "
        + "\(model.causes[overturn.cause].label) before it"
    ]
  }

  /// What to expect of the most valuable findings; in a line where they would leave the leader.
  private func expectedLines(model: Model) -> [String] {
    guard !expectedRanking.findings.isEmpty else { return [] }
    let findings = expectedRanking.findings.map { model.findings[$0].shortWords }
      .joined(separator: "; ")
    let leader = expectedRanking.places.first { $0.cause == outlook.leader.cause }
    if let chance = leader?.chanceToLead, chance >= 0.95 {
      return [
        "  knowing the most valuable (\(findings)) would leave the leading cause first with "
          + NumberText.percent(chance)
      ]
    }
    var lines = [
      "  if the most valuable were known (\(findings)), to be expected, with a leading "
        + "probability of \(NumberText.percent(expectedRanking.expectedLead)):"
    ]
    for place in expectedRanking.places.prefix(3) {
      lines.append(
        "    \(model.causes[place.cause].label): place "
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
