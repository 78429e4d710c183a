import Dorsal
import Testing

/// Laws of scoring.
@Suite struct ScorerTests {
  private static func randomBatch(_ model: Model, count: Int, seed: UInt64) -> CaseBatch {
    var generator = SplitMix64(seed: seed)
    var batch = CaseBatch(findingCount: model.findings.count)
    for index in 0..<count {
      let codes = model.findings.map { finding in
        Bool.random(using: &generator)
          ? 0 : UInt8.random(in: 1...UInt8(finding.states.count), using: &generator)
      }
      batch.append(id: "case-\(index)".utf8, codes: codes)
    }
    return batch
  }

  @Test(arguments: [0, 1, 3, 8, 17, 255, 256, 257, 1000])
  func `posteriors are probabilities that sum to one`(count: Int) throws {
    let scorer = Scorer(model: try Repository.model())
    let posteriors = scorer.score(Self.randomBatch(scorer.model, count: count, seed: 1))
    #expect(posteriors.matrix.rowCount == count)
    for index in 0..<count {
      let row = posteriors.matrix.row(index)
      #expect(row.allSatisfy { $0 >= 0 && $0 <= 1 })
      // 44 roundings of half a unit in the last place of a number below one.
      #expect(isClose(row.reduce(0) { $0 + Double($1) }, to: 1, within: 44 * 6e-8))
    }
  }

  @Test func `a case without findings gets the prior of its setting`() throws {
    let model = try SmallModel().load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: [:], model: model)
    try batch.append(id: "b", findings: ["setting": "ward"], model: model)
    let posteriors = Scorer(model: model).score(batch)
    for (cause, prior) in [0.875, 0.025, 0.1].enumerated() {
      #expect(
        isClose(Double(posteriors.probability(case: 0, cause: cause)), to: prior, within: 1e-6))
    }
    for (cause, prior) in [0.5, 0.25, 0.25].enumerated() {
      #expect(
        isClose(Double(posteriors.probability(case: 1, cause: cause)), to: prior, within: 1e-6))
    }
  }

  /// A test with sensitivity 60% and specificity 97% at a prevalence of 2.5% makes 33.9%:
  /// the worked example of P. N. Robinson et al., "Interpretable clinical genomics with a
  /// likelihood ratio paradigm", Am J Hum Genet 2020;107:403-17.
  @Test func `a positive test moves the prior as Bayes' theorem says`() throws {
    let model = try SmallModel().load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: ["sign": "present"], model: model)
    let posterior = Scorer(model: model).score(batch).probability(case: 0, cause: 1)
    #expect(isClose(Double(posterior), to: 0.339, within: 5e-4))
  }

  /// By hand: strain 0.875 × (0.8/0.5)^½, tumour 0.025, unlisted 0.1, of site at weight ½.
  @Test func `a weight is the power of a likelihood`() throws {
    let model = try SmallModel().load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: ["site": "back"], model: model)
    let strain = 0.875 * 1.6.squareRoot()
    let posterior = Scorer(model: model).score(batch).probability(case: 0, cause: 0)
    #expect(isClose(Double(posterior), to: strain / (strain + 0.125), within: 1e-6))
  }

  @Test func `an unknown finding changes nothing, bit for bit`() throws {
    let model = try SmallModel().load()
    var without = SmallModel()
    // The same model without the finding at all.
    without.findings = SmallModel().findings.split(separator: "\n")
      .filter { !$0.hasPrefix("age,") }.joined(separator: "\n")
    without.likelihoods = SmallModel().likelihoods.split(separator: "\n")
      .filter { !$0.hasPrefix("age,") }.joined(separator: "\n")
    without.redFlags = SmallModel().redFlags.split(separator: "\n")
      .filter { !$0.hasPrefix("old_chest,") }.joined(separator: "\n")
    let smaller = try without.load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: ["sign": "absent", "site": "leg"], model: model)
    var other = CaseBatch(findingCount: smaller.findings.count)
    try other.append(id: "a", findings: ["sign": "absent", "site": "leg"], model: smaller)
    #expect(
      Scorer(model: model).score(batch).matrix.elements
        == Scorer(model: smaller).score(other).matrix.elements)
  }

  @Test func `the order of the findings in the model does not matter`() throws {
    var turned = SmallModel()
    let lines = turned.findings.split(separator: "\n")
    turned.findings = ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n")
    let values: [String: FindingValue] = ["sign": "present", "age": 70, "site": "leg"]
    let posteriors = try [SmallModel(), turned].map { tables in
      let model = try tables.load()
      var batch = CaseBatch(findingCount: model.findings.count)
      try batch.append(id: "a", findings: values, model: model)
      return Scorer(model: model).score(batch).matrix.row(0)
    }
    #expect(posteriors[0] == posteriors[1])
  }

  @Test(arguments: [1, 2, 7, 64, 256, 1000])
  func `an answer does not depend on the block or on its neighbours`(blockSize: Int) throws {
    let model = try Repository.model()
    let batch = Self.randomBatch(model, count: 700, seed: 2)
    let whole = Scorer(model: model).score(batch)
    // Bit for bit: sums of the evidence are exact, so their order does not matter.
    #expect(Scorer(model: model, blockSize: blockSize).score(batch).matrix == whole.matrix)
    var alone = CaseBatch(findingCount: model.findings.count)
    alone.append(case: 333, of: batch)
    #expect(Scorer(model: model).score(alone).matrix.row(0) == whole.matrix.row(333))
  }

  @Test func `twice the prior odds are twice the posterior odds`() throws {
    var doubled = SmallModel()
    // Odds of tumour to the others: 0.025/0.975, and twice that with the others in proportion.
    let odds = 2 * 0.025 / 0.975
    let tumour = odds / (1 + odds)
    let rest = (1 - tumour) / 0.975
    doubled.priors = doubled.priors
      .replacing("clinic,strain,0.875", with: "clinic,strain,\(0.875 * rest)")
      .replacing("clinic,tumour,0.025", with: "clinic,tumour,\(tumour)")
      .replacing("clinic,unlisted,0.1", with: "clinic,unlisted,\(0.1 * rest)")
    let posteriors = try [SmallModel(), doubled].map { tables in
      let model = try tables.load()
      var batch = CaseBatch(findingCount: model.findings.count)
      try batch.append(id: "a", findings: ["sign": "present", "age": 20], model: model)
      let p = Double(Scorer(model: model).score(batch).probability(case: 0, cause: 1))
      return p / (1 - p)
    }
    #expect(isClose(posteriors[1] / posteriors[0], to: 2, within: 1e-5))
  }

  @Test func `columns of codes give the same batch as rows`() throws {
    let model = try SmallModel().load()
    var rows = CaseBatch(findingCount: model.findings.count)
    try rows.append(id: "a", findings: ["sign": true, "age": 17.5], model: model)
    try rows.append(id: "b", findings: ["setting": "ward", "site": "chest"], model: model)
    let columns = CaseBatch(ids: ["a", "b"], columns: [[0, 2], [2, 0], [1, 0], [0, 2]])
    #expect(columns.codes == rows.codes)
    #expect(columns.id(of: 1) == "b")
  }
}
