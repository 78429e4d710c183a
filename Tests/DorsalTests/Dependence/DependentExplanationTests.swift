import Dorsal
import Testing

/// Explanations of a model whose findings hang on each other.
@Suite struct DependentExplanationTests {
  private let made = DependentModel(seed: 11)
  /// Two members of `g`, both of `h`, the parent f5 with its children.
  private let codes: [UInt8] = [2, 1, 0, 3, 1, 3, 1, 2, 1]

  private func explanation(_ codes: [UInt8]) throws -> Explanation {
    let model = try made.model()
    var batch = CaseBatch(model: model)
    batch.append(id: "x".utf8, codes: [1] + codes)
    return Explainer(scorer: Scorer(model: model)).explain(0, of: batch)
  }

  @Test func `the terms of every cause add up to its posterior, which is that of the joint state`()
    throws
  {
    let explained = try explanation(codes)
    let expected = made.posterior(of: codes.map { $0 == 0 ? nil : Int($0) - 1 })
    for way in explained.ways {
      let sum = way.contributions.reduce(way.priorDecibans + way.othersDecibans) {
        $0 + $1.decibans
      }
      let logit = logarithm(way.posterior / (1 - way.posterior)) * 10 / logarithm(10)
      #expect(abs(sum - logit) < 1e-6)
      #expect(abs(way.posteriorDecibans - logit) < 1e-6)
      #expect(abs(way.posterior - expected[way.cause]) < 3e-6)
    }
  }

  /// Of two players each gets what it has alone and half of what they have together.
  @Test func `two findings of a group share what they say together in halves`() throws {
    let both = try explanation([0, 0, 0, 3, 2, 0, 0, 0, 0])
    let known: [Int?] = [nil, nil, nil, 2, 1, nil, nil, nil, nil]
    for way in both.ways {
      func log(_ states: [Int?]) -> Double {
        logarithm(
          made.probability(of: states, cause: way.cause) / made.probability(of: states, cause: 3))
          * 10 / logarithm(10)
      }
      var (first, second) = (known, known)
      first[4] = nil
      second[3] = nil
      let together = log(known) - log(first) - log(second)
      #expect(abs(way.contributions[0].decibans - log(first) - together / 2) < 1e-5)
      #expect(abs(way.contributions[1].decibans - log(second) - together / 2) < 1e-5)
      for contribution in way.contributions {
        #expect(abs((contribution.sharedDecibans ?? .nan) - together / 2) < 1e-5)
      }
    }
  }

  /// By all orders in which the members can become known.
  @Test func `shares in a group are means over the orders of its members`() throws {
    let explained = try explanation([2, 3, 1, 0, 0, 0, 0, 0, 0])
    let states = [1, 2, 0]
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    for way in explained.ways {
      var shares = [0.0, 0.0, 0.0]
      for order in orders {
        var known = [Int?](repeating: nil, count: 9)
        var before = 0.0
        for member in order {
          known[member] = states[member]
          let now = logarithm(
            made.probability(of: known, cause: way.cause) / made.probability(of: known, cause: 3))
          shares[member] += (now - before) / Double(orders.count) * 10 / logarithm(10)
          before = now
        }
      }
      for (contribution, share) in zip(way.contributions, shares) {
        #expect(abs(contribution.decibans - share) < 1e-5)
      }
    }
  }
}
