internal import DorsalNumerics

/// What could change of one case: the scores it has, and how far unknown findings can move
/// each pair of causes.
struct CaseOutlook {
  private typealias Outlook = Robustness.Outlook

  private let model: Model
  private let robustness: Robustness
  private let causes: Int
  /// The evidence and prior that the case has, for each cause, in nats.
  private let scores: [Double]
  /// The causes, the greatest score first; ties go to the order of the model.
  private let order: [Int]
  /// The greatest gain of c on k by unknown findings: `gains[c * causes + k]`.
  private let gains: ArraySlice<Double>
  private let unknown: [Int]

  init(
    case index: Int, of batch: CaseBatch, robustness: Robustness, gains: ArraySlice<Double>
  ) {
    let scorer = robustness.scorer
    let model = scorer.model
    let causes = model.causes.count
    let values = scorer.evidence.values.span
    var scores = [Double](repeating: 0, count: causes)
    for finding in model.findings.indices {
      let state =
        finding == model.settingFinding
        ? scorer.setting(of: index, in: batch) : batch.state(of: finding, case: index)
      guard let state else { continue }
      let row = model.likelihoodTable.firstStateRow[finding] + state
      for cause in 0..<causes { scores[cause] += values[row * causes + cause] }
    }
    (self.model, self.robustness, self.causes) = (model, robustness, causes)
    (self.scores, self.gains) = (scores, gains)
    order = (0..<causes).sorted { (scores[$0], $1) > (scores[$1], $0) }
    unknown = model.findings.indices.filter {
      $0 != model.settingFinding && batch.state(of: $0, case: index) == nil
    }
  }

  /// - Parameter redFlags: The urgency of the most urgent rule that could hold.
  func outlook(redFlags: Urgency) -> Robustness.Outlook {
    let found = enumerated() ?? bounded()
    func candidate(_ cause: Int) -> Robustness.Outlook.Candidate {
      Robustness.Outlook.Candidate(
        cause: cause, lowest: found.lowest[cause], highest: found.highest[cause])
    }
    return Robustness.Outlook(
      method: found.isExact ? .exact : .bound, leader: candidate(order[0]),
      couldLead: order.filter { found.canLead[$0] }.map(candidate),
      highestUrgency: max(redFlags, found.action), fewestToOverturn: fewestToOverturn())
  }

  private struct Ranges {
    let isExact: Bool
    var lowest: [Double]
    var highest: [Double]
    var canLead: [Bool]
    var action: Urgency
  }

  /// The maximum over completions of score(c) − score(k).
  private func greatestLead(of c: Int, over k: Int) -> Double {
    scores[c] - scores[k] + gains[gains.startIndex + c * causes + k]
  }

  // MARK: Bounds

  private static let rounding = 1e-12

  private func bounded() -> Ranges {
    var lowest = [Double](repeating: 0, count: causes)
    var highest = [Double](repeating: 0, count: causes)
    var canLead = [Bool](repeating: true, count: causes)
    for c in 0..<causes {
      var least = 0.0
      var most = 0.0
      for k in 0..<causes {
        let lead = k == c ? 0 : greatestLead(of: c, over: k)
        if lead < 0 { canLead[c] = false }
        least += Elementary.exp(k == c ? 0 : greatestLead(of: k, over: c))
        most += Elementary.exp(-lead)
      }
      // Far beyond the range of a `Double` the bound is zero or one, which still holds.
      lowest[c] = least.isFinite ? 1 / least * (1 - Self.rounding) : 0
      highest[c] = most > 0 ? min(1, 1 / most * (1 + Self.rounding)) : 1
    }
    let action = Urgency.allCases.reversed().first { action in
      Urgency.allCases.allSatisfy { other in
        other == action || canBeat(action, other, lowest: lowest, highest: highest)
      }
    }
    return Ranges(
      isExact: false, lowest: lowest, highest: highest, canLead: canLead,
      action: action ?? .emergency)
  }

  /// Whether posteriors within their ranges exist under which one action costs no more than
  /// another.
  private func canBeat(
    _ action: Urgency, _ other: Urgency, lowest: [Double], highest: [Double]
  ) -> Bool {
    let differences = (0..<causes).map {
      model.loss(of: action, cause: $0) - model.loss(of: other, cause: $0)
    }
    var rest = 1 - lowest.reduce(0, +)
    var sum = zip(lowest, differences).reduce(0) { $0 + $1.0 * $1.1 }
    var size = zip(lowest, differences).reduce(0) { $0 + $1.0 * abs($1.1) }
    for cause in (0..<causes).sorted(by: { differences[$0] < differences[$1] }) where rest > 0 {
      let share = min(rest, highest[cause] - lowest[cause])
      sum += share * differences[cause]
      size += share * abs(differences[cause])
      rest -= share
    }
    return sum <= size * Self.rounding
  }

  // MARK: Enumeration

  /// The ranges over all completions, or nothing where there are too many.
  private func enumerated() -> Ranges? {
    // A finding on which no causes differ moves nothing here; rules are looked at apart.
    let open = unknown.filter { robustness.rivals.matters[$0] }
    var completions = 1
    for finding in open {
      completions *= model.findings[finding].states.count
      if completions > robustness.mostCompletions { return nil }
    }
    var ranges = Ranges(
      isExact: true, lowest: [Double](repeating: 1, count: causes),
      highest: [Double](repeating: 0, count: causes),
      canLead: [Bool](repeating: false, count: causes), action: .selfCare)
    visit(open[...], scores: scores, &ranges)
    return ranges
  }

  private func visit(_ open: ArraySlice<Int>, scores: [Double], _ ranges: inout Ranges) {
    guard let finding = open.first else { return score(scores, &ranges) }
    let values = robustness.scorer.evidence.values
    let first = model.likelihoodTable.firstStateRow[finding]
    for row in first..<first + model.findings[finding].states.count {
      var next = scores
      for cause in 0..<causes { next[cause] += values[row * causes + cause] }
      visit(open.dropFirst(), scores: next, &ranges)
    }
  }

  private func score(_ scores: [Double], _ ranges: inout Ranges) {
    let greatest = scores.max() ?? 0
    var posterior = scores.map { Elementary.exp($0 - greatest) }
    let sum = posterior.reduce(0, +)
    for cause in 0..<causes {
      posterior[cause] /= sum
      ranges.lowest[cause] = min(ranges.lowest[cause], posterior[cause])
      ranges.highest[cause] = max(ranges.highest[cause], posterior[cause])
      // Causes that share the lead could lead.
      if scores[cause] == greatest { ranges.canLead[cause] = true }
    }
    var best = Urgency.selfCare
    var least = Double.infinity
    for action in Urgency.allCases {
      let loss = (0..<causes).reduce(0) { $0 + posterior[$1] * model.loss(of: action, cause: $1) }
      if loss <= least { (best, least) = (action, loss) }
    }
    ranges.action = max(ranges.action, best)
  }

  // MARK: The fewest answers that overturn

  /// For each rival its gains on the leader are those of single findings, which add up, so the
  /// fewest that overcome its distance are the greatest ones; the leader falls when one rival
  /// passes it.
  private func fewestToOverturn() -> Robustness.Overturn? {
    let leader = order[0]
    let matrix = robustness.rivals.matrix
    var fewest: (cause: Int, findings: [Int])?
    for rival in order.dropFirst() where greatestLead(of: rival, over: leader) > 0 {
      let distance = scores[leader] - scores[rival]
      let pair = rival * causes + leader
      var rest = unknown.map { (finding: $0, gain: matrix[$0, pair]) }.filter { $0.gain > 0 }
      var found: [Int] = []
      var sum = 0.0
      while sum <= distance, found.count < (fewest?.findings.count ?? .max) - 1,
        let place = rest.indices.max(by: {
          (rest[$0].gain, rest[$1].finding) < (rest[$1].gain, rest[$0].finding)
        })
      {
        sum += rest[place].gain
        found.append(rest[place].finding)
        rest.remove(at: place)
      }
      if sum > distance { fewest = (rival, found) }
    }
    let values = robustness.scorer.evidence.values
    return fewest.map { rival, findings in
      Robustness.Overturn(
        cause: rival,
        answers: findings.map { finding in
          let first = model.likelihoodTable.firstStateRow[finding]
          func gain(_ state: Int) -> Double {
            values[(first + state) * causes + rival] - values[(first + state) * causes + leader]
          }
          let states = model.findings[finding].states.indices
          let state = states.max { (gain($0), $1) < (gain($1), $0) }
          return Robustness.Overturn.Answer(finding: finding, state: state ?? 0)
        })
    }
  }
}
