internal import DorsalCore

/// What red-flag rules do on the cases of a file, and what leaving each out would change.
public struct RuleEvaluation: Sendable, Hashable {
  /// One rule, or all of them.
  public struct Row: Sendable, Hashable {
    /// The rule, as an index into `model.redFlags`; nothing for all rules together.
    public let rule: Int?
    /// In how many cases it holds.
    public let holdingCount: Int
    /// In which share of them.
    public let holding: Evaluation.Measure
    /// In how many it is the only rule that holds.
    public let aloneCount: Int
    /// In how many the urgency would be less without it.
    public let decidingCount: Int
    /// The diagnoses of cases in which it holds, most frequent first; of several the first.
    public let causes: [CauseCount]
    /// Cases in which it holds, with a diagnosis.
    public let diagnosedCount: Int
    /// What leaving it out changes, A being with it and B without: emergencies given urgent or
    /// emergency, emergencies given emergency, self-care and routine causes given emergency, less
    /// urgency than the cause has, and more, in this order.
    public let without: [PairedMeasure]
  }

  /// How many cases have a diagnosis.
  public struct CauseCount: Sendable, Hashable {
    /// The index of the cause.
    public let cause: Int
    /// How many cases.
    public let count: Int
  }

  /// How many cases there are, with or without a diagnosis.
  public let caseCount: Int
  /// All rules together, then each in the order of the model.
  public let rows: [Row]

  /// Reckons the figures of a tally.
  public init(_ tally: RuleTally) {
    caseCount = tally.caseCount
    let all = tally.rules.count - 1
    rows = ([all] + Array(0..<all)).map { place in
      Row(tally.rules[place], rule: place == all ? nil : place, tally)
    }
  }
}

extension RuleEvaluation.Row {
  init(_ counts: RuleTally.Counts, rule: Int?, _ tally: RuleTally) {
    self.rule = rule
    holdingCount = counts.holding
    holding = .share("holding", "the rule holds", counts.holding, of: tally.caseCount)
    aloneCount = counts.alone
    decidingCount = counts.deciding
    causes = counts.byCause.enumerated().filter { $0.element > 0 }
      .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
      .map { RuleEvaluation.CauseCount(cause: $0.offset, count: $0.element) }
    diagnosedCount = counts.byCause.reduce(0, +)

    let (emergency, urgent, routine) = (
      Urgency.emergency.rank, Urgency.urgent.rank, Urgency.routine.rank
    )
    let levels = Urgency.allCases.indices
    /// Shares of the cases of some urgencies that are given something, with the rule and without.
    func share(
      _ name: String, _ title: String, _ sense: PairedMeasure.Sense, of owns: ClosedRange<Int>,
      where holds: (Int, Int) -> Bool
    ) -> PairedMeasure {
      var pairs = PairedMeasure.Pairs()
      for own in owns {
        for given in levels {
          pairs.count += tally.given[own][given]
          if holds(own, given) { pairs.a += tally.given[own][given] }
          for without in levels {
            let count = counts.moves[own][given][without]
            if holds(own, given), !holds(own, without) { pairs.onlyA += count }
            if !holds(own, given), holds(own, without) { pairs.onlyB += count }
          }
        }
      }
      pairs.b = pairs.a - pairs.onlyA + pairs.onlyB
      return .share(name, title, sense, pairs)
    }
    without = [
      share(
        "emergencies_given_urgent", "emergencies given urgent or emergency", .higher,
        of: emergency...emergency
      ) { $1 >= urgent },
      share(
        "emergencies_given_emergency", "emergencies given emergency", .higher,
        of: emergency...emergency
      ) { $1 == emergency },
      share(
        "benign_given_emergency", "self-care and routine causes given emergency", .lower,
        of: 0...routine
      ) { $1 == emergency },
      share(
        "under_triage", "given less urgency than the cause has", .lower, of: 0...emergency
      ) { $1 < $0 },
      share(
        "over_triage", "given more urgency than the cause has", .lower, of: 0...emergency
      ) { $1 > $0 },
    ]
  }
}
