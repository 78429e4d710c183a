import Dorsal
import Foundation
import Testing

@Suite struct PriorWeightTests {
  private static func posteriors(
    _ model: Model, _ findings: [String: FindingValue], setting: String
  ) throws -> [Float] {
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(
      id: "a", findings: findings.merging(["setting": .state(setting)]) { $1 }, model: model)
    return Array(Scorer(model: model).score(batch).matrix.row(0))
  }

  @Test(arguments: [-0.001, 1.001, .infinity, -.infinity, .nan])
  func `a weight lies between 0 and 1`(value: Double) {
    #expect(PriorWeight(value) == nil)
  }

  @Test func `weight 1 changes no bit`() throws {
    let model = try Repository.model()
    let same = model.weighingPriors(by: try #require(PriorWeight(1)))
    #expect(same.priorTable == model.priorTable)
    #expect(model.priorWeight == .full)
  }

  @Test func `at weight 0 every cause of a setting is as probable as any other`() throws {
    let model = try SmallModel().load().weighingPriors(by: try #require(PriorWeight(0)))
    for prior in model.priorTable { #expect(isClose(prior, to: 1.0 / 3, within: 1e-15)) }
  }

  /// 0.875, 0.025 and 0.1 in the clinic: their square roots, divided by the sum of these.
  @Test func `weight one half takes square roots`() throws {
    let model = try SmallModel().load().weighingPriors(by: try #require(PriorWeight(0.5)))
    let roots = [0.875, 0.025, 0.1].map { $0.squareRoot() }
    let sum = roots.reduce(0, +)
    for (prior, root) in zip(model.priorTable, roots) {
      #expect(isClose(prior, to: root / sum, within: 1e-14))
    }
  }

  @Test func `weighing again starts from the tables`() throws {
    let model = try SmallModel().load()
    let (low, half) = (try #require(PriorWeight(0.2)), try #require(PriorWeight(0.5)))
    #expect(
      model.weighingPriors(by: low).weighingPriors(by: half).priorTable
        == model.weighingPriors(by: half).priorTable)
  }

  /// Bayes: the odds of two causes move by the findings as they do with the tables' priors.
  /// Tolerance: rounding of `Float` posteriors down to 0.001.
  @Test(arguments: [0.0, 0.3, 0.7])
  func `evidence counts as before`(weight: Double) throws {
    let model = try SmallModel().load()
    let weighed = model.weighingPriors(by: try #require(PriorWeight(weight)))
    func shift(_ model: Model) throws -> Double {
      let before = try Self.posteriors(model, [:], setting: "clinic")
      let after = try Self.posteriors(
        model, ["sign": .state("present"), "age": .number(60)], setting: "clinic")
      return log(Double(after[1] / after[0])) - log(Double(before[1] / before[0]))
    }
    #expect(isClose(try shift(weighed), to: try shift(model), within: 1e-4))
  }
}
