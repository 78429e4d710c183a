import Dorsal
import Testing

/// Sets of causes against going through them in plain loops.
@Suite struct CoexistenceTests {
  /// A score has at most 12 terms, each off by up to 2⁻²³ nats, and the exponential is off by
  /// two units in the last place: 12 · 1.2e-7 + 2.4e-7.
  private static let tolerance = 2e-6

  @Test(arguments: [2, 3])
  func `posteriors and marginals are those of the enumeration`(upTo: Int) throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let reference = ReferenceCoexistence(seed: seed)
      let scorer = CoexistenceScorer(
        scorer: Scorer(model: try Model(tables: reference.tables)), upTo: upTo)
      let sets = reference.sets(upTo: upTo)
      #expect((0..<scorer.hypotheses.count).map { Array(scorer.hypotheses.causes(of: $0)) } == sets)
      let batch = reference.cases(40, seed: seed)
      let posteriors = scorer.posteriors(batch)
      let answer = scorer.score(batch, top: 3)
      for index in 0..<batch.count {
        let codes = Array(batch.codes[index * 12..<(index + 1) * 12])
        let weights = sets.map { reference.weight(of: $0, codes: codes) }
        let sum = weights.reduce(0, +)
        var present = [Double](repeating: 0, count: reference.causeCount)
        for (place, set) in sets.enumerated() {
          let expected = weights[place] / sum
          #expect(
            isClose(Double(posteriors[index, place]), to: expected, within: Self.tolerance))
          for cause in set { present[cause] += expected }
        }
        for (cause, expected) in present.enumerated() {
          #expect(
            isClose(Double(answer.present[index, cause]), to: expected, within: Self.tolerance))
        }
        let together = zip(sets, weights).filter { $0.0.count > 1 }.sorted { $0.1 > $1.1 }
        for (place, ranked) in answer.together[index].enumerated() {
          #expect(
            isClose(
              Double(ranked.probability), to: together[place].1 / sum, within: Self.tolerance))
        }
        #expect(answer.together[index].count == 3)
      }
    }
  }

  @Test(arguments: [2, 3])
  func `the bound holds for what all larger sets add`(upTo: Int) throws {
    var bounds: [Double] = []
    for seed in 1...4 as ClosedRange<UInt64> {
      let reference = ReferenceCoexistence(seed: seed)
      let scorer = CoexistenceScorer(
        scorer: Scorer(model: try Model(tables: reference.tables)), upTo: upTo)
      let sets = reference.sets(upTo: reference.causeCount)
      #expect(sets.count == 2048)
      let batch = reference.cases(15, seed: 100 + seed)
      let answer = scorer.score(batch)
      for index in 0..<batch.count {
        let codes = Array(batch.codes[index * 12..<(index + 1) * 12])
        var (inside, outside) = (0.0, 0.0)
        for set in sets {
          let weight = reference.weight(of: set, codes: codes)
          if set.count > upTo { outside += weight } else { inside += weight }
        }
        #expect(answer.leftOutAtMost[index] >= outside / (inside + outside))
        #expect(answer.leftOutAtMost[index] <= 1)
        bounds.append(answer.leftOutAtMost[index])
      }
    }
    // A bound that says nothing would hold too.
    #expect(bounds.sorted()[bounds.count / 2] < 0.9)
  }

  @Test func `on the shipped model the bound holds for the triples`() throws {
    let model = try Repository.model()
    let batch = SimulatedCases.draw(4, model: model, seed: 5)
    let scorer = Scorer(model: model)
    let bounds = CoexistenceScorer(scorer: scorer).score(batch).leftOutAtMost
    let triples = CoexistenceScorer(scorer: scorer, upTo: 3)
    let posteriors = triples.posteriors(batch)
    // All but `unlisted` come together.
    let named = model.causes.count - 1
    let firstTriple = named + 1 + named * (named - 1) / 2
    #expect(triples.hypotheses.count == firstTriple + named * (named - 1) * (named - 2) / 6)
    for index in 0..<batch.count {
      let share = posteriors.row(index).dropFirst(firstTriple).reduce(0.0) { $0 + Double($1) }
      #expect(bounds[index] >= share)
    }
  }

  @Test func `answers do not depend on the block, the neighbours or the instructions`() throws {
    let reference = ReferenceCoexistence(causeCount: 40, seed: 4)
    let scorer = Scorer(model: try Model(tables: reference.tables))
    let batch = reference.cases(67, seed: 6)
    let usual = CoexistenceScorer(scorer: scorer).score(batch)
    for level in CPULevel.available {
      for size in [1, 7, 33] {
        let other = CoexistenceScorer(scorer: scorer, upTo: 2, blockSize: size, level: level)
          .score(batch)
        #expect(other.present == usual.present)
        #expect(other.together == usual.together)
        #expect(other.leftOutAtMost == usual.leftOutAtMost)
      }
    }
    var alone = CaseBatch(findingCount: batch.findingCount)
    alone.append(case: 40, of: batch)
    let one = CoexistenceScorer(scorer: scorer).score(alone)
    #expect(one.present.row(0).elementsEqual(usual.present.row(40)))
    #expect(one.leftOutAtMost[0] == usual.leftOutAtMost[40])
  }
}
