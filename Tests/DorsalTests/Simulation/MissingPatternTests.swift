import Dorsal
import Foundation
import TestSupport
import Testing

@Suite(.releaseOnly) struct MissingPatternTests {
  private static func cases(
    _ count: Int, model: Model, missing: MissingPattern, setting: String = "primary_care"
  ) throws -> CaseBatch {
    var options = CaseSimulator.Options()
    options.seed = 41
    options.missing = missing
    options.setting = try #require(model.index(ofSetting: setting))
    return try CaseSimulator(model: model, options: options).cases(0..<count)
  }

  /// Level: 4 standard errors of a binomial share.
  @Test func `by chance a finding is unknown as often as stated`() throws {
    let model = try Repository.model()
    let batch = try Self.cases(400, model: model, missing: .chance(0.3))
    let findings = batch.findingCount - 1
    let n = Double(batch.count * findings)
    let unknown = Double(batch.codes.count { $0 == CaseBatch.unknown }) / n
    #expect(abs(unknown - 0.3) < 4 * (0.3 * 0.7 / n).squareRoot())
    #expect(
      (0..<batch.count).allSatisfy { batch.state(of: model.settingFinding, case: $0) == 0 })
  }

  @Test func `none and all can be unknown`() throws {
    let model = try Repository.model()
    let all = try Self.cases(20, model: model, missing: .chance(0))
    #expect(!all.codes.contains(CaseBatch.unknown))
    let none = try Self.cases(20, model: model, missing: .chance(1))
    #expect(none.codes.count { $0 != CaseBatch.unknown } == 20)
  }

  @Test(arguments: [MissingPattern.chance(0.6), .workup(0.4)])
  func `what is known does not change with what is unknown`(missing: MissingPattern) throws {
    let model = try Repository.model()
    let full = try Self.cases(50, model: model, missing: .chance(0))
    let partial = try Self.cases(50, model: model, missing: missing)
    #expect(full.diagnoses == partial.diagnoses)
    #expect(zip(full.codes, partial.codes).allSatisfy { $1 == CaseBatch.unknown || $0 == $1 })
  }

  /// The posterior that orders the tests is that of the reference scorer. Levels: 4 standard
  /// errors.
  @Test func `a workup orders tests as its rule says`() throws {
    let model = try Repository.model()
    let reference = try ReferenceScorer(folder: Repository.modelFolder)
    let batch = try Self.cases(100, model: model, missing: .workup(0.3), setting: "emergency")
    let urgent = model.causes.filter { $0.urgency >= .urgent }.map(\.id)
    var (others, othersKnown) = (0.0, 0.0)
    var (tests, expected, variance, weighted) = (0.0, 0.0, 0.0, 0.0)
    for index in 0..<batch.count {
      var observed: [String: String] = [:]
      var known = 0.0
      var count = 0.0
      for (finding, definition) in model.findings.enumerated()
      where finding != model.settingFinding {
        let state = batch.state(of: finding, case: index)
        if definition.section == "tests" {
          count += 1
          known += state == nil ? 0 : 1
        } else {
          others += 1
          othersKnown += state == nil ? 0 : 1
          if let state { observed[definition.id] = definition.states[state] }
        }
      }
      let posterior = reference.posterior(setting: "emergency", observed: observed)
      let suspicion = urgent.reduce(0) { $0 + (posterior[$1] ?? .nan) }
      let share = 0.05 + 0.75 * suspicion
      tests += known - count * share
      variance += count * share * (1 - share)
      expected += count * share
      weighted += suspicion
    }
    #expect(abs(othersKnown / others - 0.7) < 4 * (0.7 * 0.3 / others).squareRoot())
    #expect(abs(tests) < 4 * variance.squareRoot())
    // There is something to see: patients with and without suspicion.
    let mean = weighted / Double(batch.count)
    #expect(mean > 0.1 && mean < 0.9 && expected > 200)
  }

  /// What is known decides what is ordered, so that the posterior stays right: the mean log
  /// loss is the mean entropy of the posteriors, within 4 standard errors. All weights are
  /// set to one, since the simulated findings are independent given the cause.
  @Test func `the model is calibrated on cases of a workup`() throws {
    let model = try Repository.model(weight: 1)
    let batch = try Self.cases(1500, model: model, missing: .workup(0.4))
    let posteriors = Scorer(model: model).score(batch)
    let differences = (0..<batch.count).map { index in
      let row = posteriors.matrix.row(index).map(Double.init)
      let entropy = row.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
      return -log(row[batch.diagnosis(of: index)[0]]) - entropy
    }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let variance =
      differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      / Double(differences.count - 1)
    #expect(abs(mean) < 4 * (variance / Double(differences.count)).squareRoot())
  }

  @Test func `the rule is told in words`() {
    #expect(
      MissingPattern.chance(0.25).rule
        == "each finding is unknown with probability 0.25, independently")
    #expect(MissingPattern.workup(0.25).rule.contains("0.05 + 0.75 x p"))
  }
}
