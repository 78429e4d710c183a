import Dorsal
import Testing

@Suite struct ExpectedRankingTests {
  /// By loops over the completions of the three findings, from the plain arrays.
  @Test func `it averages the ranks after every combination of answers`() throws {
    for seed in 0..<20 {
      let random = RandomModel(causes: 5, stateCounts: [2, 3, 4, 2], seed: UInt64(300 + seed))
      let scorer = Scorer(model: try random.load())
      let states: [Int?] = [nil, nil, nil, seed % 2]
      let now = random.posterior(states)
      // Findings of the model begin with the setting.
      let found = ExpectedRanking(knowing: [1, 2, 3], posterior: now, scorer: scorer)
      var places = [Double](repeating: 0, count: 5)
      var leads = places
      var top3 = places
      var lead = 0.0
      for completion in random.completions(of: states) {
        let probability = (0..<5).reduce(0.0) { sum, cause in
          sum
            + (0..<3).reduce(now[cause]) {
              $0 * random.likelihoods[$1][completion[$1] ?? 0][cause]
            }
        }
        let then = random.posterior(completion)
        for cause in 0..<5 {
          let better = then.count { $0 > then[cause] }
          places[cause] += probability * Double(better + 1)
          if better == 0 { leads[cause] += probability }
          if better < 3 { top3[cause] += probability }
        }
        lead += probability * (then.max() ?? 0)
      }
      #expect(found.places.map(\.cause).sorted() == [0, 1, 2, 3, 4])
      for place in found.places {
        // The grid of the evidence moves posteriors by 1e-6; ranks do not tie in these models.
        #expect(isClose(place.expectedPlace, to: places[place.cause], within: 1e-9))
        #expect(isClose(place.chanceToLead, to: leads[place.cause], within: 1e-9))
        #expect(isClose(place.chanceInTop3, to: top3[place.cause], within: 1e-9))
      }
      #expect(isClose(found.expectedLead, to: lead, within: 1e-6))
      #expect(isClose(found.places.reduce(0) { $0 + $1.expectedPlace }, to: 15, within: 1e-9))
      #expect(isClose(found.places.reduce(0) { $0 + $1.chanceInTop3 }, to: 3, within: 1e-9))
    }
  }

  @Test func `with nothing to ask it is the ranking that stands`() throws {
    let random = RandomModel(causes: 4, stateCounts: [2, 3], seed: 7)
    let scorer = Scorer(model: try random.load())
    let found = ExpectedRanking(
      knowing: [], posterior: [0.2, 0.1, 0.4, 0.3], scorer: scorer)
    #expect(found.places.map(\.cause) == [2, 3, 0, 1])
    #expect(found.expectedLead == 0.4)
  }
}
