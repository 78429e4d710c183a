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
  /// The same without what findings say together.
  private let singles: [Double]
  /// The code of each finding.
  private let codes: [Int]
  /// The causes, the greatest score first; ties go to the order of the model.
  private let order: [Int]
  /// The greatest gain of c on k by unknown findings: `gains[c * causes + k]`.
  private let gains: [Double]
  private let unknown: [Int]

  init(
    case index: Int, of batch: CaseBatch, robustness: Robustness, codes: [Int],
    gains: [Double]
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
    singles = scores
    Self.addJointEvidence(of: codes, scorer, to: &scores)
    self.codes = codes
    (self.model, self.robustness, self.causes) = (model, robustness, causes)
    (self.scores, self.gains) = (scores, gains)
    order = (0..<causes).sorted { (scores[$0], $1) > (scores[$1], $0) }
    unknown = model.findings.indices.filter {
      $0 != model.settingFinding && batch.state(of: $0, case: index) == nil
    }
  }

  /// Adds what findings say together.
  private static func addJointEvidence(
    of codes: [Int], _ scorer: Scorer, to scores: inout [Double]
  ) {
    guard let joint = scorer.model.jointStates else { return }
    for row in joint.rows(code: { codes[$0] }) {
      let evidence = scorer.jointEvidence(ofRow: row)
      for cause in scores.indices { scores[cause] += evidence[cause] }
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
    scores[c] - scores[k] + gains[c * causes + k]
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
    let open = unknown.filter {
      robustness.rivals.matters[$0] || robustness.joints?.isMember[$0] == true
    }
    var completions = 1
    for finding in open {
      completions *= model.findings[finding].states.count
      if completions > robustness.mostCompletions { return nil }
    }
    var ranges = Ranges(
      isExact: true, lowest: [Double](repeating: 1, count: causes),
      highest: [Double](repeating: 0, count: causes),
      canLead: [Bool](repeating: false, count: causes), action: .selfCare)
    visit(open[...], scores: singles, codes: codes, &ranges)
    return ranges
  }

  private func visit(
    _ open: ArraySlice<Int>, scores: [Double], codes: [Int], _ ranges: inout Ranges
  ) {
    guard let finding = open.first else {
      var whole = scores
      Self.addJointEvidence(of: codes, robustness.scorer, to: &whole)
      return score(whole, &ranges)
    }
    var codes = codes
    let values = robustness.scorer.evidence.values
    let first = model.likelihoodTable.firstStateRow[finding]
    for row in first..<first + model.findings[finding].states.count {
      var next = scores
      for cause in 0..<causes { next[cause] += values[row * causes + cause] }
      codes[finding] = row - first + 1
      visit(open.dropFirst(), scores: next, codes: codes, &ranges)
    }
  }

  private func score(_ scores: [Double], _ ranges: inout Ranges) {
    let greatest = scores.max() ?? 0
    var posterior = scores
    Softmax.normalize(&posterior)
    for cause in 0..<causes {
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
    if model.jointStates != nil { return overturnOneByOne() }
    let leader = order[0]
    let rivals = robustness.rivals
    var fewest: (cause: Int, findings: [Int])?
    for rival in order.dropFirst() where greatestLead(of: rival, over: leader) > 0 {
      let distance = scores[leader] - scores[rival]
      var rest = unknown.map {
        (finding: $0, gain: rivals.gain(of: $0, rival, over: leader))
      }.filter { $0.gain > 0 }
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

  /// Answers that put a rival first, each the strongest after those before it; of the rivals the
  /// one that needs the fewest.
  private func overturnOneByOne() -> Robustness.Overturn? {
    let leader = order[0]
    var best: Robustness.Overturn?
    for rival in order.dropFirst() where greatestLead(of: rival, over: leader) > 0 {
      var codes = codes
      var lead = scores[rival] - scores[leader]
      var answers: [Robustness.Overturn.Answer] = []
      while lead <= 0, answers.count < (best?.answers.count ?? unknown.count + 1) - 1,
        let next = strongest(for: rival, over: leader, codes)
      {
        lead += next.gain
        codes[next.finding] = next.state + 1
        answers.append(.init(finding: next.finding, state: next.state))
      }
      if lead > 0 { best = Robustness.Overturn(cause: rival, answers: answers) }
    }
    return best
  }

  /// The answer that moves a rival most against the leader; nothing where none moves it up.
  private func strongest(
    for rival: Int, over leader: Int, _ codes: [Int]
  ) -> (finding: Int, state: Int, gain: Double)? {
    let scorer = robustness.scorer
    guard let joint = model.jointStates else { return nil }
    var best: (finding: Int, state: Int, gain: Double)?
    for finding in unknown where codes[finding] == 0 {
      let first = model.likelihoodTable.firstStateRow[finding]
      let terms = joint.termsOfFinding[finding].map { joint.terms[$0] }
      func together(_ state: Int?) -> Double {
        terms.reduce(0) { sum, term in
          let row = joint.row(of: term) { $0 == finding ? (state ?? -1) + 1 : codes[$0] }
          guard let row else { return sum }
          let evidence = scorer.jointEvidence(ofRow: row)
          return sum + evidence[rival] - evidence[leader]
        }
      }
      let now = together(nil)
      for state in model.findings[finding].states.indices {
        let row = (first + state) * causes
        let own = scorer.evidence.values[row + rival] - scorer.evidence.values[row + leader]
        let gain = own + together(state) - now
        if gain > best?.gain ?? 0 { best = (finding, state, gain) }
      }
    }
    return best
  }
}
