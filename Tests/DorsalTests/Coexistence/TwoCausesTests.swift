import Dorsal
import TestSupport
import Testing

/// Whether both causes of a patient are found.
@Suite(.releaseOnly) struct TwoCausesTests {
  @Test func `with coexisting causes both are in the first three more often`() throws {
    let model = try Repository.model()
    let drawn = try TwoCauseCases(200, folder: Repository.modelFolder, seed: 8)
    var reader = try CaseFileReader(
      source: MemoryByteSource(drawn.csv), file: "drawn", model: model)
    let file = try CaseFile(&reader, model: model)
    #expect(file.rejections.isEmpty)
    try #require(file.cases.count == drawn.causes.count)
    let scorer = Scorer(model: model)
    let single = scorer.score(file.cases)
    let coexisting = CoexistenceScorer(scorer: scorer).score(file.cases)
    func share(_ ranking: (Int) -> [Posteriors.Ranked]) -> Int {
      drawn.causes.indices.count { index in
        drawn.causes[index].isSubset(of: ranking(index).map { model.causes[$0.cause].id })
      }
    }
    let alone = share { single.ranking(of: $0, top: 3) }
    let together = share { coexisting.ranking(of: $0, top: 3) }
    print(
      "both causes of \(drawn.causes.count) cases in the first three: \(alone) by the ranking of "
        + "single causes, \(together) with coexistence")
    #expect(together > alone)
    // The drawn pairs are what the hypotheses are about: the right pair is often among the
    // leading three of 903.
    let pairs = drawn.causes.indices.count { index in
      coexisting.together[index].prefix(3).contains { set in
        drawn.causes[index]
          == Set(coexisting.hypotheses.causes(of: set.hypothesis).map { model.causes[$0].id })
      }
    }
    #expect(pairs > drawn.causes.count / 4)
  }
}
