internal import DorsalCore
package import DorsalLearning

extension Comparison {
  /// Fewer cases than this say little of small differences.
  private static let fewCases = Evaluation.Subgroup.fewCases

  /// What the comparison comes to, in one sentence.
  package var verdict: String {
    let moved =
      "they lead with the same cause in \(movement.sameLeadingCount) of \(caseCount) cases and give "
      + "the same urgency in \(movement.sameUrgencyCount)"
    guard coveredCount > 0, let loss = measure("log_loss") else {
      return "No case has a diagnosis that both models have, so that nothing says which is better: "
        + moved + "."
    }
    let isSame =
      measures.allSatisfy { $0.standing == .alike || $0.difference == nil }
      && movement.sameUrgencyCount == caseCount && movement.sameLeadingCount == caseCount
    if isSame { return "A and B answer these \(caseCount) cases alike." }
    let few =
      coveredCount < Self.fewCases
      ? "; with fewer than \(Self.fewCases) cases small differences cannot be seen" : ""
    return heading(loss) + ": " + details(loss) + few + "."
  }

  private func heading(_ loss: PairedMeasure) -> String {
    let cases = "on these \(coveredCount) cases"
    let first =
      switch loss.standing {
      case .better: "B is better than A \(cases)"
      case .worse: "B is worse than A \(cases)"
      case .level: "A and B are level \(cases)"
      case .alike where measure("brier")?.standing == .alike:
        "A and B give the same probabilities \(cases)"
      case .alike: "A and B give the diagnoses the same probabilities \(cases)"
      case .unknown: "Nothing says whether A and B differ by more than chance \(cases)"
      }
    let changes = urgencyChanges
    guard changes.isEmpty else {
      // What is better in one and worse in the other.
      let isMixed =
        loss.standing == .better && urgencyStandings.contains(.worse)
        || loss.standing == .worse && urgencyStandings.contains(.better)
      return first + (isMixed ? ", but B " : ", and B ") + changes.joined(separator: " and ")
    }
    switch loss.standing {
    case .level: return first + ", the differences may be chance"
    case .alike: return first + ", and their urgencies differ by no more than chance"
    case .better, .worse, .unknown: return first
    }
  }

  private static let urgencyWords = [
    (
      "emergencies_given_urgent", better: "finds more emergencies",
      worse: "finds fewer emergencies"
    ),
    (
      "under_triage", better: "gives \(Group.urgencyWords[0].better)",
      worse: "gives \(Group.urgencyWords[0].worse)"
    ),
    (
      "over_triage", better: "gives \(Group.urgencyWords[1].better)",
      worse: "gives \(Group.urgencyWords[1].worse)"
    ),
  ]

  private var urgencyStandings: [PairedMeasure.Standing] {
    Self.urgencyWords.map { measure($0.0)?.standing ?? .unknown }
  }

  /// What B does otherwise about urgency, by more than chance.
  private var urgencyChanges: [String] {
    zip(Self.urgencyWords, urgencyStandings).compactMap { words, standing in
      switch standing {
      case .better: words.better
      case .worse: words.worse
      default: nil
      }
    }
  }

  private func details(_ loss: PairedMeasure) -> String {
    func both(_ measure: PairedMeasure) -> String {
      "\(measure.text(measure.a)) by A and \(measure.text(measure.b)) by B"
    }
    var parts = [
      "log loss \(both(loss))"
        + (loss.standing == .alike
          ? ""
          : " (\(loss.differenceText)"
            + (loss.interval == nil ? "" : ", 95% interval \(loss.intervalText)") + ")")
    ]
    for (name, title) in [
      ("top_1", "diagnosis first"), ("emergencies_given_urgent", "emergencies found"),
      ("over_triage", "too much urgency"),
    ] {
      guard let measure = measure(name), measure.difference != nil else { continue }
      parts.append("\(title) \(both(measure))")
    }
    return parts.joined(separator: "; ")
  }
}

extension Comparison.Group {
  /// What becomes of the urgency by more than chance.
  fileprivate static let urgencyWords = [
    (
      "under_triage", better: "too little urgency less often",
      worse: "too little urgency more often"
    ),
    ("over_triage", better: "too much urgency less often", worse: "too much urgency more often"),
  ]

  /// What B does otherwise with these cases: of probabilities what the difference of their log loss
  /// says, then the urgency; "alike" where no case differs in either.
  package var verdict: String {
    if otherProbabilityCount == 0, otherUrgencyCount == 0 { return "alike" }
    let loss = measure("log_loss")?.standing ?? .unknown
    let probabilities =
      switch loss {
      case .better, .worse, .level: loss.rawValue
      case .alike, .unknown:
        otherProbabilityCount == 0 ? "same probabilities" : "other probabilities"
      }
    guard otherUrgencyCount > 0 else { return probabilities }
    let changes = Self.urgencyWords.compactMap { name, better, worse in
      switch measure(name)?.standing {
      case .better: better
      case .worse: worse
      default: nil
      }
    }
    let urgency =
      changes.isEmpty
      ? "other urgency in \(otherUrgencyCount)" : changes.joined(separator: " and ")
    return probabilities + ", " + urgency
  }
}
