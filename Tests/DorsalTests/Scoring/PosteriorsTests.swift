import Dorsal
import Testing

@Suite struct PosteriorsTests {
  private static func posteriors(_ values: [Float]) -> Posteriors {
    var matrix = Matrix(rowCount: 1, columnCount: values.count)
    for (cause, value) in values.enumerated() { matrix[0, cause] = value }
    return Posteriors(matrix: matrix)
  }

  @Test func `ties go to the order of the causes`() {
    let ranking = Self.posteriors([0.2, 0.3, 0.2, 0.3]).ranking(of: 0)
    #expect(ranking.map(\.cause) == [1, 3, 0, 2])
  }

  @Test(arguments: 1...7)
  func `the first few are the beginning of the whole ranking`(top: Int) {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<200 {
      // Few different values, so that ties are common.
      let values = (0..<6).map { _ in Float(Int.random(in: 0..<4, using: &generator)) / 8 }
      let posteriors = Self.posteriors(values)
      let sorted = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
      #expect(posteriors.ranking(of: 0).map(\.cause) == sorted)
      #expect(posteriors.ranking(of: 0, top: top).map(\.cause) == Array(sorted.prefix(top)))
    }
  }

  @Test func `groups sum their causes and add up to one`() throws {
    let model = try SmallModel().load()
    let groups = Self.posteriors([0.5, 0.3, 0.2]).groupProbabilities(model: model)
    #expect(model.groups == ["mechanical", "neoplasm", "other"])
    #expect(Array(groups.row(0)) == [0.5, 0.3, 0.2])
  }

  @Test func `a group is the sum of its causes`() throws {
    let model = try Repository.model()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: ["night_pain": true, "age": 70], model: model)
    let posteriors = Scorer(model: model).score(batch)
    let groups = posteriors.groupProbabilities(model: model)
    for (column, group) in model.groups.enumerated() {
      let sum = model.causes.indices.filter { model.causes[$0].group == group }
        .reduce(0) { $0 + Double(posteriors.probability(case: 0, cause: $1)) }
      #expect(isClose(Double(groups[0, column]), to: sum, within: 1e-6))
    }
  }
}
