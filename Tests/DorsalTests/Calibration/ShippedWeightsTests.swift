import Dorsal
import Foundation
import TestSupport
import Testing

/// Whether the weights of the shipped model do what they are for, on simulated patients that
/// they were not fitted to.
@Suite(.releaseOnly) struct ShippedWeightsTests {
  /// The latent correlations that the model card assumes.
  private static let correlations = [
    "inflammatory_response": 0.5, "neurological_deficit": 0.35, "leg_pain": 0.5,
    "sacral_nerves": 0.5, "cardiac_pain": 0.3, "biliary_signs": 0.3, "urinary_signs": 0.3,
  ]

  /// As many patients of each setting, tests ordered on suspicion.
  private static func cohort(
    _ count: Int, model: Model, seed: UInt64, isDependent: Bool
  ) throws -> CaseBatch {
    var batch = CaseBatch(findingCount: model.findings.count)
    for setting in model.settings.indices {
      var options = CaseSimulator.Options()
      options.seed = seed + UInt64(setting)
      options.setting = setting
      options.missing = .workup(0.3)
      options.correlation = isDependent ? 0.4 : 0
      options.groupCorrelations = isDependent ? correlations : [:]
      let cases = try CaseSimulator(model: model, options: options).cases(0..<count)
      for index in 0..<cases.count { batch.append(case: index, of: cases) }
    }
    return batch
  }

  /// The mean log loss, and the slope: the power of the posteriors that fits best.
  private static func judge(
    _ batch: CaseBatch, _ model: Model
  ) -> (logLoss: Double, slope: Double) {
    let posteriors = Scorer(model: model).score(batch)
    let logs = (0..<batch.count).map { index in
      posteriors.matrix.row(index).map { log(max(Double($0), 1e-38)) }
    }
    let loss = (0..<batch.count).reduce(0) { $0 - logs[$1][batch.diagnosis(of: $1)[0]] }
    var slope = 1.0
    for _ in 0..<5 {
      var (first, second) = (0.0, 0.0)
      for (index, row) in logs.enumerated() {
        let terms = row.map { exp(slope * $0) }
        let sum = terms.reduce(0, +)
        let mean = zip(terms, row).reduce(0) { $0 + $1.0 * $1.1 } / sum
        let square = zip(terms, row).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / sum
        first += row[batch.diagnosis(of: index)[0]] - mean
        second += square - mean * mean
      }
      slope += first / second
    }
    return (loss / Double(batch.count), slope)
  }

  /// On 90,000 cases the loss fell by 0.0095 and the slope rose from 0.951 to 0.997; the limits
  /// leave room for the errors of 4,500 cases.
  @Test func `weights help where findings of a group are dependent`() throws {
    let ones = try Repository.model(weight: 1)
    let shipped = try Repository.model()
    let batch = try Self.cohort(1500, model: ones, seed: 61, isDependent: true)
    let (before, after) = (Self.judge(batch, ones), Self.judge(batch, shipped))
    #expect(after.logLoss < before.logLoss - 0.003)
    #expect(after.slope > before.slope + 0.02)
    #expect(abs(after.slope - 1) < abs(before.slope - 1))
  }

  /// On 90,000 cases the loss rose by 0.006 and the slope to 1.027.
  @Test func `weights cost little where findings are independent`() throws {
    let ones = try Repository.model(weight: 1)
    let shipped = try Repository.model()
    let batch = try Self.cohort(1500, model: ones, seed: 71, isDependent: false)
    let (before, after) = (Self.judge(batch, ones), Self.judge(batch, shipped))
    #expect(after.logLoss < before.logLoss + 0.012)
    #expect(after.slope < before.slope + 0.06)
  }

  /// The method gives the weights of the table again on other cases. Level: 4 standard
  /// errors, and 0.03 for two decimals and for likelihoods that have changed since.
  @Test func `the weights are those of the method`() throws {
    let model = try Repository.model()
    let batch = try Self.cohort(1500, model: model, seed: 81, isDependent: true)
    let fit = try WeightFit(batch, scorer: Scorer(model: model))
    for term in fit.terms {
      let weights = Set(term.findings.map { model.findings[$0].weight })
      let shipped = try #require(weights.first)
      #expect(weights.count == 1, "one weight a group")
      let error = term.standardError ?? max(0.05, 1 - shipped)
      #expect(abs(term.weight - shipped) < 4 * error + 0.03, "\(term.name)")
    }
    #expect(model.findings.allSatisfy { !$0.group.isEmpty || $0.weight == 1 })
  }
}
