import Dorsal
import Foundation
import TestSupport
import Testing

@Suite(.releaseOnly) struct RobustnessTests {
  /// Evidence is rounded to 2^-22 nats, which moves a posterior by up to 1e-6.
  private static let grid = 1e-6

  /// How many random cases; more by `DORSAL_RANDOM_CASES`.
  private static let caseCount =
    ProcessInfo.processInfo.environment["DORSAL_RANDOM_CASES"].flatMap(Int.init) ?? 400

  /// What exhaustive completion says of a case.
  private struct Exhaustive {
    var lowest: [Double]
    var highest: [Double]
    /// Causes that lead some completion, and those that lead one by more than rounding.
    var canLead: Set<Int> = []
    var surelyLeads: Set<Int> = []
    var urgency = 0
    var sureUrgency = 0

    init(_ random: RandomModel, _ states: [Int?]) {
      lowest = [Double](repeating: 1, count: random.causes)
      highest = [Double](repeating: 0, count: random.causes)
      for completion in random.completions(of: states) {
        let posterior = random.posterior(completion)
        let greatest = posterior.max() ?? 0
        for cause in 0..<random.causes {
          lowest[cause] = min(lowest[cause], posterior[cause])
          highest[cause] = max(highest[cause], posterior[cause])
          if posterior[cause] > greatest - grid { canLead.insert(cause) }
          let others = (0..<random.causes).filter { $0 != cause }.map { posterior[$0] }
          if posterior[cause] > (others.max() ?? 0) + grid { surelyLeads.insert(cause) }
        }
        let losses = random.expectedLosses(posterior)
        let least = losses.min() ?? 0
        let flag = random.redFlag(completion)
        let near = losses.lastIndex { $0 < least + 1e-4 } ?? 0
        let sure = losses.firstIndex { $0 < least + 1e-4 } ?? 0
        urgency = max(urgency, max(near, flag))
        sureUrgency = max(sureUrgency, max(sure, flag))
      }
    }
  }

  private static func eachCase(
    causes: Int, seed: UInt64, count: Int,
    body: (RandomModel, [Int?], Model, CaseBatch, Int) -> Void
  ) throws {
    var generator = SplitMix64(seed: seed)
    let perModel = 50
    for round in 0..<(count + perModel - 1) / perModel {
      let counts = (0..<5).map { _ in Int.random(in: 2...4, using: &generator) }
      let random = RandomModel(causes: causes, stateCounts: counts, seed: seed &+ UInt64(round))
      let model = try random.load()
      var batch = CaseBatch(findingCount: model.findings.count)
      var cases: [[Int?]] = []
      for index in 0..<perModel {
        let states = counts.map { count in
          Bool.random(using: &generator) ? Int.random(in: 0..<count, using: &generator) : nil
        }
        cases.append(states)
        batch.append(id: "\(index)".utf8, codes: [1] + states.map { UInt8(($0 ?? -1) + 1) })
      }
      for (index, states) in cases.enumerated() { body(random, states, model, batch, index) }
    }
  }

  @Test(arguments: [2, 4, 7])
  func `no completion breaks a bound, and enumeration is exact`(causes: Int) throws {
    var outlooks: (bounds: [Robustness.Outlook], exact: [Robustness.Outlook]) = ([], [])
    var broken = 0
    try Self.eachCase(causes: causes, seed: UInt64(100 + causes), count: Self.caseCount) {
      random, states, model, batch, index in
      if index == 0 {
        let scorer = Scorer(model: model)
        outlooks = (
          Robustness(scorer: scorer, mostCompletions: 0).assess(batch),
          Robustness(scorer: scorer).assess(batch)
        )
      }
      let truth = Exhaustive(random, states)
      let (bound, exact) = (outlooks.bounds[index], outlooks.exact[index])
      if !states.contains(nil) { #expect(bound.method == .exact) }
      #expect(exact.method == .exact)
      let listed = Set(bound.couldLead.map(\.cause))
      if !truth.surelyLeads.isSubset(of: listed) { broken += 1 }
      for candidate in bound.couldLead {
        if truth.lowest[candidate.cause] < candidate.lowest - Self.grid { broken += 1 }
        if truth.highest[candidate.cause] > candidate.highest + Self.grid { broken += 1 }
      }
      let rank = Urgency.allCases.firstIndex(of: bound.highestUrgency) ?? -1
      if rank < truth.sureUrgency { broken += 1 }
      // The exact answer, and with two causes the bound too, is the truth.
      for outlook in causes == 2 ? [exact, bound] : [exact] {
        let listed = Set(outlook.couldLead.map(\.cause))
        #expect(listed.isSubset(of: truth.canLead))
        #expect(truth.surelyLeads.isSubset(of: listed))
        for candidate in outlook.couldLead {
          #expect(isClose(candidate.lowest, to: truth.lowest[candidate.cause], within: Self.grid))
          #expect(isClose(candidate.highest, to: truth.highest[candidate.cause], within: Self.grid))
        }
      }
      // Ranges know nothing of the values between their ends, so the urgency of a bound may be
      // higher even then.
      let highest = Urgency.allCases.firstIndex(of: exact.highestUrgency) ?? -1
      #expect((truth.sureUrgency...truth.urgency).contains(highest))
    }
    #expect(broken == 0)
  }

  @Test func `a table that is too large to be kept changes nothing`() throws {
    try Self.eachCase(causes: 5, seed: 300, count: 100) { _, _, model, batch, index in
      guard index == 0 else { return }
      let scorer = Scorer(model: model)
      for most in [0, Robustness.usualMostCompletions] {
        let kept = Robustness(scorer: scorer, mostCompletions: most)
        let anew = Robustness(scorer: scorer, mostCompletions: most, largestTable: 0)
        #expect(kept.assess(batch) == anew.assess(batch))
      }
    }
  }

  @Test func `no fewer answers put another cause first`() throws {
    var outlooks: [Robustness.Outlook] = []
    var overturned = 0
    try Self.eachCase(causes: 4, seed: 200, count: 200) { random, states, model, batch, index in
      if index == 0 {
        let scorer = Scorer(model: model)
        outlooks = Robustness(scorer: scorer).assess(batch)
      }
      let now = random.posterior(states)
      let leader = outlooks[index].leader.cause
      var fewest = Int.max
      for completion in random.completions(of: states, leavesUnknown: true) {
        let then = random.posterior(completion)
        let answered = zip(states, completion).count { $0 == nil && $1 != nil }
        // Posteriors nearer than this are the same on the grid of the evidence.
        if (then.max() ?? 0) > then[leader] + Self.grid { fewest = min(fewest, answered) }
      }
      #expect(now[leader] >= (now.max() ?? 0) - Self.grid)
      let found = outlooks[index].fewestToOverturn
      #expect((found?.answers.count ?? .max) == fewest)
      guard let found else { return }
      overturned += 1
      var then = states
      for answer in found.answers { then[answer.finding - 1] = answer.state }
      let posterior = random.posterior(then)
      #expect(posterior[found.cause] > posterior[leader])
    }
    #expect(overturned > 50)
  }

  @Test func `a case in which everything is known cannot change`() throws {
    let random = RandomModel(causes: 4, stateCounts: [2, 3], seed: 5)
    let model = try random.load()
    let scorer = Scorer(model: model)
    var batch = CaseBatch(findingCount: model.findings.count)
    batch.append(id: "a".utf8, codes: [1, 1, 2])
    let posteriors = scorer.score(batch)
    let outlook = Robustness(scorer: scorer).assess(batch)[0]
    #expect(outlook.couldLead.count == 1)
    #expect(isClose(outlook.leader.lowest, to: outlook.leader.highest, within: 0))
    #expect(outlook.fewestToOverturn == nil)
    #expect(
      outlook.highestUrgency
        == Triage(scorer: scorer).assess(batch, posteriors: posteriors).urgency(of: 0))
  }
}
