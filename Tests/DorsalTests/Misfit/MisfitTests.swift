import Dorsal
import Foundation
import TestSupport
import Testing

@Suite(.releaseOnly) struct MisfitTests {
  /// By the definition, in plain loops over the reference's tables.
  private static func reference(
    _ model: Model, scorer: ReferenceScorer, setting: String, observed: [String: String]
  ) -> Double {
    let posterior = scorer.posterior(setting: setting, observed: observed)
    var (total, listed) = (0.0, 0.0)
    for cause in scorer.causes where cause != "unlisted" {
      var (excess, variance) = (0.0, 0.0)
      for (finding, state) in observed {
        let own = scorer.states[finding, default: []].map {
          scorer.likelihoods[finding]?[$0]?[cause] ?? .nan
        }
        let mean = own.reduce(0) { $0 - $1 * log($1) }
        let square = own.reduce(0) { $0 + $1 * log($1) * log($1) }
        excess -= log(scorer.likelihoods[finding]?[state]?[cause] ?? .nan) + mean
        variance += square - mean * mean
      }
      total += posterior[cause, default: .nan] * excess / variance.squareRoot()
      listed += posterior[cause, default: .nan]
    }
    return total / listed
  }

  /// Tolerance: posteriors of the library are `Float` and its evidence is rounded to 2⁻²² nats.
  @Test func `the score is what its definition gives`() throws {
    let model = try Repository.model()
    let reference = try ReferenceScorer(folder: Repository.modelFolder)
    let scorer = Scorer(model: model)
    let misfit = Misfit(scorer: scorer)
    let batch = try Repository.vignettes(model)
    let answers = misfit.assess(batch, posteriors: scorer.score(batch))
    for index in 0..<batch.count {
      var observed: [String: String] = [:]
      for (number, finding) in model.findings.enumerated() where finding.id != "setting" {
        if let state = batch.state(of: number, case: index) {
          observed[finding.id] = finding.states[state]
        }
      }
      let expected = Self.reference(
        model, scorer: reference, setting: model.settings[scorer.setting(of: index, in: batch)],
        observed: observed)
      let score = try #require(answers[index].score)
      #expect(isClose(score, to: expected, within: 1e-4), "\(batch.id(of: index))")
    }
  }

  @Test func `where nothing is known nothing fits badly`() throws {
    let model = try SmallModel().load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: ["setting": .state("ward")], model: model)
    let scorer = Scorer(model: model)
    let answer = Misfit(scorer: scorer).assess(batch, posteriors: scorer.score(batch))[0]
    #expect(answer.score == nil && answer.share == nil && !answer.isPoorFit)
  }

  /// The share is a rank among cases of the model, so that others of the model are below 1% or
  /// 20% of it as often: levels of 4 standard errors of 3,000 cases and of the 6,000 drawn.
  @Test(arguments: [(0.01, 0.5), (0.2, 0.5), (0.2, 0.2)])
  func `the model's own cases fit badly as often as the share says`(
    share: Double, missing: Double
  ) throws {
    let model = try Repository.model()
    let scorer = Scorer(model: model)
    let misfit = Misfit(scorer: scorer)
    var options = CaseSimulator.Options()
    options.seed = 77
    options.missing = .chance(missing)
    let batch = try CaseSimulator(model: model, options: options).cases(0..<3000)
    let answers = misfit.assess(batch, posteriors: scorer.score(batch))
    let found = Double(answers.count { ($0.share ?? 1) <= share }) / 3000
    let error = (share * (1 - share) * (1 / 3000.0 + 1 / 6000.0)).squareRoot()
    // The three shares of unknown findings differ a little in their tails.
    #expect(abs(found - share) < 4 * error + 0.25 * share, "\(found)")
  }
}
