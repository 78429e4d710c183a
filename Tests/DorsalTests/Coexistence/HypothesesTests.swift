import Dorsal
import Testing

/// The sets of causes, their priors and their likelihoods, by hand.
@Suite struct HypothesesTests {
  private static let associations = """
    cause,other_cause,odds_multiplier,basis,source,note
    tumour,strain,4,assumed,,

    """

  private func scorer(_ associations: String? = associations) throws -> CoexistenceScorer {
    var model = SmallModel()
    model.associations = associations
    return CoexistenceScorer(scorer: Scorer(model: try model.load()))
  }

  @Test func `priors are products with the multiplier and sum to one`() throws {
    let scorer = try scorer()
    let model = try SmallModel().load()
    #expect(
      (0..<scorer.hypotheses.count).map { Array(scorer.hypotheses.causes(of: $0)) }
        == [[0], [1], [2], [0, 1]])
    var linked = SmallModel()
    linked.associations = Self.associations
    let priors = scorer.hypotheses.priors(model: try linked.load(), setting: 0)
    // 0.875, 0.025, 0.1 and 0.875 x 0.025 x 4 = 0.0875, over their sum.
    let expected = [0.875, 0.025, 0.1, 0.0875].map { $0 / 1.0875 }
    for (prior, value) in zip(priors, expected) {
      // Logarithms and exponentials of numbers near one.
      #expect(isClose(prior, to: value, within: 1e-14))
    }
    let unlinked = scorer.hypotheses.priors(model: model, setting: 0)
    #expect(isClose(unlinked.reduce(0, +), to: 1, within: 1e-14))
    #expect(isClose(unlinked[3] / unlinked[0], to: 0.025, within: 1e-14))
  }

  @Test func `with nothing known the answer is the prior`() throws {
    let scorer = try scorer()
    var batch = CaseBatch(findingCount: 4)
    batch.append(id: "a".utf8, codes: [1, 0, 0, 0])
    let answer = scorer.score(batch)
    let expected = [0.875 + 0.0875, 0.025 + 0.0875, 0.1].map { $0 / 1.0875 }
    for (cause, value) in expected.enumerated() {
      // A term is off by up to 2^-23 nats, the exponential by 2 units in the last place.
      #expect(isClose(Double(answer.present[0, cause]), to: value, within: 1e-6))
    }
    #expect(answer.together[0].map(\.hypothesis) == [3])
    // No set of three can be left out where only two causes can be in one.
    #expect(answer.leftOutAtMost == [0])
  }

  /// sign: background 0.03, tumour 0.6, strain as the background.
  /// site (weight 0.5): back 0.8 under strain, 0.5 under tumour, so 0.65 together.
  @Test func `a binary finding is a noisy-or, another one the average`() throws {
    let scorer = try scorer()
    var batch = CaseBatch(findingCount: 4)
    batch.append(id: "sign".utf8, codes: [1, 2, 0, 0])
    batch.append(id: "site".utf8, codes: [1, 0, 0, 1])
    let posteriors = scorer.posteriors(batch)
    let priors = [0.875, 0.025, 0.1, 0.0875]
    let sign = [0.03, 0.6, 0.03, 0.6]
    let site = [0.8, 0.5, 0.5, 0.65].map { $0.squareRoot() }
    for (row, likelihoods) in [sign, site].enumerated() {
      let weights = zip(priors, likelihoods).map { $0 * $1 }
      for (column, weight) in weights.enumerated() {
        #expect(
          isClose(
            Double(posteriors[row, column]), to: weight / weights.reduce(0, +), within: 1e-6))
      }
    }
  }

  @Test func `more causes never make a binary finding rarer`() throws {
    // Background 0.1; 0.5 and 0.7 alone: 1 - 0.9 x (0.5 / 0.9) x (0.3 / 0.9) = 0.8333.
    // Below the background, 0.02 and 0.05: as frequent as under the second, 0.05.
    // One below and one above, 0.02 and 0.5: as under the second, 0.5.
    for (first, second, expected) in [(0.5, 0.7, 5.0 / 6), (0.02, 0.05, 0.05), (0.02, 0.5, 0.5)] {
      var model = SmallModel()
      model.likelihoods = model.likelihoods
        .replacing("sign,present,*,0.03", with: "sign,present,*,0.1")
        .replacing(
          "sign,present,tumour,0.6,40,published,smith2001,",
          with:
            "sign,present,tumour,\(first),9,assumed,,\nsign,present,strain,\(second),9,assumed,,"
        )
      let scorer = CoexistenceScorer(scorer: Scorer(model: try model.load()))
      var batch = CaseBatch(findingCount: 4)
      batch.append(id: "a".utf8, codes: [1, 2, 0, 0])
      let posteriors = scorer.posteriors(batch)
      let weights = [0.875 * second, 0.025 * first, 0.1 * 0.1, 0.875 * 0.025 * expected]
      #expect(
        isClose(
          Double(posteriors[0, 3]), to: weights[3] / weights.reduce(0, +), within: 1e-6))
    }
  }
}
