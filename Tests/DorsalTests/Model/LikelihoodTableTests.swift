import Dorsal
import Testing

@Suite struct LikelihoodTableTests {
  @Test func `gaps are filled as the rows leave room`() throws {
    let model = try SmallModel().load()
    let table = model.likelihoodTable
    func probability(_ finding: String, _ state: Int, _ cause: Int) throws -> Double {
      let index = try #require(model.index(ofFinding: finding))
      return table.probability(stateRow: table.firstStateRow[index] + state, cause: cause)
    }
    // A cause without rows has the background; so does `unlisted`.
    #expect(try probability("sign", 1, 0) == 0.03)
    #expect(try isClose(probability("sign", 0, 2), to: 0.97, within: 1e-15))
    // Old is 0.65; young and middle share 0.35 as 0.2 to 0.5.
    #expect(try isClose(probability("age", 0, 1), to: 0.1, within: 1e-15))
    #expect(try isClose(probability("age", 1, 1), to: 0.25, within: 1e-15))
    #expect(try probability("age", 2, 1) == 0.65)
    // Back is 0.8; chest and leg share 0.2 evenly.
    #expect(try isClose(probability("site", 1, 0), to: 0.1, within: 1e-15))
  }

  /// 0.03 of the background against 0.2 of its own: the odds 0.875 to 0.1 of strain move by
  /// 0.03/0.2, whichever cause is asked about.
  @Test func `unlisted may have rows of its own`() throws {
    var small = SmallModel()
    small.likelihoods += "sign,present,unlisted,0.2,10,assumed,,\n"
    let model = try small.load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(
      id: "a", findings: ["setting": .state("clinic"), "sign": .state("present")], model: model)
    let row = Array(Scorer(model: model).score(batch).matrix.row(0))
    let expected = [0.875 * 0.03, 0.025 * 0.6, 0.1 * 0.2]
    let sum = expected.reduce(0, +)
    // Tolerance: rounding of a `Float`.
    for (posterior, product) in zip(row, expected) {
      #expect(isClose(Double(posterior), to: product / sum, within: 1e-6))
    }
  }

  @Test func `every distribution of the shipped model sums to one and has no zero`() throws {
    let model = try Repository.model()
    let table = model.likelihoodTable
    for (index, finding) in model.findings.enumerated() where index != model.settingFinding {
      for cause in model.causes.indices {
        let values = finding.states.indices.map {
          table.probability(stateRow: table.firstStateRow[index] + $0, cause: cause)
        }
        #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
        // The loader lets sums be off by a millionth, for decimals.
        #expect(isClose(values.reduce(0, +), to: 1, within: 1e-6))
      }
    }
  }

  @Test func `the concentration is that of the weakest number`() throws {
    var tables = SmallModel()
    tables.likelihoods += "age,young,tumour,0.05,7,assumed,,\n"
    let model = try tables.load()
    let age = try #require(model.index(ofFinding: "age"))
    #expect(model.likelihoodTable.concentrations[age * 3 + 1] == 7)
    #expect(model.likelihoodTable.concentrations[age * 3 + 0] == 50)
  }
}
