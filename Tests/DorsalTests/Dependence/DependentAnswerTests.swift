import Dorsal
import Testing

/// Suggestions, simulated cases and bounds of a model whose findings hang on each other, beside
/// `DependentModel`, which reckons in plain loops.
@Suite struct DependentAnswerTests {
  private let made = DependentModel(seed: 11)

  private func batch(_ codes: [UInt8], _ model: Model) -> CaseBatch {
    var batch = CaseBatch(model: model)
    batch.append(id: "x".utf8, codes: [1] + codes)
    return batch
  }

  private func states(_ codes: [UInt8]) -> [Int?] { codes.map { $0 == 0 ? nil : Int($0) - 1 } }

  /// f0 and f3 known (groups), the parent f5 known, and its child f6 unknown.
  private let codes: [UInt8] = [2, 0, 0, 3, 0, 3, 0, 0, 1]

  @Test func `information and value are those of scoring every answer`() throws {
    let model = try made.model()
    let scorer = Scorer(model: model)
    let batch = batch(codes, model)
    let posteriors = scorer.score(batch)
    let suggester = Suggester(scorer: scorer)
    let appraisals = suggester.appraise(batch, posteriors: posteriors)[0]
    let quick = suggester.information(of: batch, posteriors: posteriors)
    let known = states(codes)
    let now = made.posterior(of: known)
    let actions = Urgency.allCases
    func losses(_ q: [Double]) -> [Double] {
      actions.map { action in
        q.indices.reduce(0) { $0 + q[$1] * model.loss(of: action, cause: $1) }
      }
    }
    let present = losses(now)
    let best = present.indices.min { (present[$0], -$0) < (present[$1], -$1) } ?? 0
    #expect(appraisals.map(\.finding) == [2, 3, 5, 7, 8])
    for appraisal in appraisals {
      let finding = appraisal.finding - 1
      var information = 0.0
      var value = 0.0
      for state in 0..<DependentModel.stateCounts[finding] {
        var then = known
        then[finding] = state
        let probability = now.indices.reduce(0.0) { sum, cause in
          sum + now[cause] * made.probability(of: then, cause: cause)
            / made.probability(of: known, cause: cause)
        }
        let updated = made.posterior(of: then)
        for cause in now.indices {
          information += probability * updated[cause] * logarithm(updated[cause] / now[cause])
        }
        let after = losses(updated)
        value += probability * (after[best] - (after.min() ?? 0))
      }
      #expect(abs(appraisal.information - information / logarithm(2)) < 1e-6)
      #expect(abs(Double(quick[0, appraisal.finding]) - information / logarithm(2)) < 5e-6)
      #expect(abs(appraisal.value - value) < 1e-6)
    }
  }

  @Test func `a parent asked for after its children is updated as scoring does`() throws {
    let model = try made.model()
    let scorer = Scorer(model: model)
    let codes: [UInt8] = [0, 0, 0, 0, 0, 0, 2, 3, 0]
    let answers = try #require(
      DependentAnswers(of: 6, in: model) { $0 == 0 ? 1 : Int(codes[$0 - 1]) })
    let now = made.posterior(of: states(codes))
    for state in 0..<3 {
      var then = codes
      then[5] = UInt8(state + 1)
      let scored = scorer.score(batch(then, model))
      let terms = now.indices.map { now[$0] * answers.updates[state * 4 + $0] }
      let sum = terms.reduce(0, +)
      for cause in now.indices {
        let found = Double(scored.probability(case: 0, cause: cause))
        #expect(abs(terms[cause] / sum - found) < 3e-6)
        let all = (0..<3).reduce(0) { $0 + answers.probabilities[$1 * 4 + cause] }
        #expect(abs(all - 1) < 1e-12)
      }
    }
  }

  @Test func `places to expect are averages over the answers of a group`() throws {
    let model = try made.model()
    let scorer = Scorer(model: model)
    let known = states(codes)
    let now = made.posterior(of: known)
    let found = ExpectedRanking(
      knowing: [2, 3], posterior: now, scorer: scorer, codes: [1] + codes)
    var leads = [Double](repeating: 0, count: 4)
    for first in 0..<3 {
      for second in 0..<2 {
        var then = known
        then[1] = first
        then[2] = second
        let probability = now.indices.reduce(0.0) { sum, cause in
          sum + now[cause] * made.probability(of: then, cause: cause)
            / made.probability(of: known, cause: cause)
        }
        let updated = made.posterior(of: then)
        leads[updated.indices.max { updated[$0] < updated[$1] } ?? 0] += probability
      }
    }
    for place in found.places {
      #expect(abs(place.chanceToLead - leads[place.cause]) < 1e-9)
    }
  }

  @Test func `cases are drawn as the model scores them`() throws {
    let model = try made.model()
    var options = CaseSimulator.Options()
    options.priors = [1, 0, 0, 0]
    let count = 40_000
    let drawn = try CaseSimulator(model: model, options: options).cases(0..<count)
    // Pairs within groups, parent and child, and findings of different groups.
    for pair in [(0, 1), (0, 2), (3, 4), (5, 6), (5, 7), (6, 7), (2, 3)] {
      for first in 0..<DependentModel.stateCounts[pair.0] {
        for second in 0..<DependentModel.stateCounts[pair.1] {
          var expected = 0.0
          if pair == (6, 7) {
            for parent in 0..<3 {
              var known = [Int?](repeating: nil, count: 9)
              (known[5], known[6], known[7]) = (parent, first, second)
              expected += made.probability(of: known, cause: 0)
            }
          } else {
            var known = [Int?](repeating: nil, count: 9)
            (known[pair.0], known[pair.1]) = (first, second)
            expected = made.probability(of: known, cause: 0)
          }
          let found = (0..<count).count {
            drawn.state(of: pair.0 + 1, case: $0) == first
              && drawn.state(of: pair.1 + 1, case: $0) == second
          }
          let error = (expected * (1 - expected) / Double(count)).squareRoot()
          #expect(abs(Double(found) / Double(count) - expected) < 5 * error, "\(pair)")
        }
      }
    }
  }

  @Test func `a correlation that is asked for takes the place of the model's`() throws {
    let model = try made.model()
    func together(_ correlation: Double?) throws -> Double {
      var options = CaseSimulator.Options()
      options.priors = [1, 0, 0, 0]
      options.correlation = correlation
      let drawn = try CaseSimulator(model: model, options: options).cases(0..<20_000)
      return Double(
        (0..<drawn.count).count {
          drawn.state(of: 1, case: $0) == 1 && drawn.state(of: 3, case: $0) == 1
        }) / 20_000
    }
    let (p, q) = (made.likelihoods[0][0][1], made.likelihoods[0][2][1])
    let error = (p * q * (1 - p * q) / 20_000).squareRoot()
    #expect(abs(try together(0) - p * q) < 5 * error)
    #expect(try together(0.9) > together(nil) && together(nil) > p * q)
  }

  @Test func `bounds hold every completion, and enumeration finds the extremes`() throws {
    let model = try made.model()
    let scorer = Scorer(model: model)
    var overturned = 0
    for codes in [
      // With nothing known there are 2,592 completions, under the 4,096 that are enumerated.
      [UInt8](repeating: 0, count: 9),
      [2, 0, 0, 3, 2, 0, 2, 3, 1], [0, 0, 1, 3, 0, 3, 0, 0, 1], [0, 3, 0, 1, 1, 0, 0, 2, 2],
    ] as [[UInt8]] {
      let batch = batch(codes, model)
      let exact = Robustness(scorer: scorer).assess(batch)[0]
      let bound = Robustness(scorer: scorer, mostCompletions: 0).assess(batch)[0]
      #expect(exact.method == .exact && bound.method == .bound)
      var lowest = [Double](repeating: 1, count: 4)
      var highest = [Double](repeating: 0, count: 4)
      // How far each cause stands before all others where it does so by most.
      var margins = [Double](repeating: -1, count: 4)
      func visit(_ place: Int, _ known: [Int?]) {
        guard place < known.count else {
          let posterior = made.posterior(of: known)
          for (cause, p) in posterior.enumerated() {
            let other = posterior.indices.filter { $0 != cause }.map { posterior[$0] }.max() ?? 0
            margins[cause] = max(margins[cause], p - other)
            lowest[cause] = min(lowest[cause], p)
            highest[cause] = max(highest[cause], p)
          }
          return
        }
        if known[place] != nil { return visit(place + 1, known) }
        for state in 0..<DependentModel.stateCounts[place] {
          var next = known
          next[place] = state
          visit(place + 1, next)
        }
      }
      visit(0, states(codes))
      let leading = Set(exact.couldLead.map(\.cause))
      #expect(leading.count == exact.couldLead.count)
      for (cause, margin) in margins.enumerated() {
        // Posteriors of the library are within 1e-5 of these; nothing here is as near as that.
        #expect(abs(margin) > 1e-5, "a tie of cause \(cause)")
        #expect(leading.contains(cause) == (margin > 0), "cause \(cause) by \(margin)")
      }
      for candidate in exact.couldLead {
        #expect(abs(candidate.lowest - lowest[candidate.cause]) < 1e-5)
        #expect(abs(candidate.highest - highest[candidate.cause]) < 1e-5)
        let wide = try #require(bound.couldLead.first { $0.cause == candidate.cause })
        #expect(wide.lowest <= candidate.lowest && candidate.highest <= wide.highest)
      }
      if let overturn = bound.fewestToOverturn {
        overturned += 1
        var then = codes
        for answer in overturn.answers { then[answer.finding - 1] = UInt8(answer.state + 1) }
        let after = scorer.score(self.batch(then, model))
        let (rival, leader) = (overturn.cause, bound.leader.cause)
        #expect(
          after.probability(case: 0, cause: rival) > after.probability(case: 0, cause: leader))
      }
    }
    #expect(overturned > 0)
  }
}
