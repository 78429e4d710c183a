import Dorsal
import Foundation
import Testing

@Suite struct EvaluationTests {
  /// Cases whose posteriors are the priors: 0.875, 0.025, 0.1 in the clinic.
  private static func evaluation(_ diagnoses: [[Int]]) throws -> Evaluation {
    let model = try SmallModel().load()
    var batch = CaseBatch(findingCount: model.findings.count)
    let unknown = [UInt8](repeating: 0, count: model.findings.count)
    for (index, diagnosis) in diagnoses.enumerated() {
      batch.append(id: "\(index)".utf8, codes: unknown, diagnosis: diagnosis)
    }
    return Evaluation(batch, scorer: Scorer(model: model))
  }

  private static func value(_ name: String, _ evaluation: Evaluation) throws -> Double {
    let measure = try #require(evaluation.measures.first { $0.name == name })
    return try #require(measure.value)
  }

  @Test func `figures are those reckoned by hand`() throws {
    // Two strains (rank 1), a tumour (rank 3), either (rank 1, p 0.9), unlisted, no diagnosis.
    let evaluation = try Self.evaluation([[0], [0], [1], [1, 0], [2], []])
    #expect(evaluation.caseCount == 6)
    #expect(evaluation.labelledCount == 5)
    #expect(evaluation.coveredCount == 4)
    #expect(try Self.value("top_1", evaluation) == 0.75)
    #expect(try Self.value("top_3", evaluation) == 1)
    #expect(
      try isClose(
        Self.value("mean_reciprocal_rank", evaluation), to: (1 + 1 + 1 / 3.0 + 1) / 4,
        within: 1e-12))
    let loss = -(2 * log(0.875) + log(0.025) + log(0.9)) / 4
    #expect(try isClose(Self.value("log_loss", evaluation), to: loss, within: 1e-6))
    let strain = 0.125 * 0.125 + 0.025 * 0.025 + 0.1 * 0.1
    let tumour = 0.975 * 0.975 + 0.875 * 0.875 + 0.1 * 0.1
    let either = 0.1 * 0.1 + 0.1 * 0.1
    #expect(
      try isClose(
        Self.value("brier", evaluation), to: (2 * strain + tumour + either) / 4, within: 1e-6))
    #expect(try Self.value("unlisted_top_1", evaluation) == 0)
    #expect(evaluation.measures.first { $0.name == "emergencies_top_3" }?.value == nil)
    #expect(evaluation.causes.map(\.cause) == [0, 1])
    #expect(evaluation.causes.map(\.count) == [2, 2])
    #expect(evaluation.causes[1].top1 == 1)
  }

  @Test func `no labels give no figures`() throws {
    let evaluation = try Self.evaluation([[], []])
    #expect(evaluation.labelledCount == 0)
    #expect(evaluation.measures.allSatisfy { $0.value == nil && $0.interval == nil })
  }

  /// Areas of probabilities that are all alike are a half in every sample, which tells nothing.
  @Test func `every figure has an interval that holds it, and the same seed the same one`() throws {
    let labels = (0..<40).map { [$0 % 5 == 0 ? 1 : 0] }
    let (first, second) = (try Self.evaluation(labels), try Self.evaluation(labels))
    #expect(first.measures == second.measures)
    var without: Set<String> = []
    for measure in first.measures {
      guard let value = measure.value else { continue }
      guard let interval = measure.interval else {
        without.insert(measure.name)
        continue
      }
      #expect(interval.contains(value), "\(measure.name)")
      #expect(interval.lowerBound < interval.upperBound, "\(measure.name)")
    }
    #expect(without == ["auroc_mean", "auprc_mean"])
    #expect(first.measures.count { $0.interval != nil } >= 10)
  }

  /// Of 40 cases 8 are tumours, so that a sample has a binomial number of them, and its log loss
  /// follows from that number: the percentiles are known without a sample.
  @Test func `a percentile interval is that of the binomial distribution`() throws {
    let labels = (0..<40).map { [$0 % 5 == 0 ? 1 : 0] }
    let evaluation = try Self.evaluation(labels)
    let measure = try #require(evaluation.measures.first { $0.name == "log_loss" })
    let interval = try #require(measure.interval)
    #expect(measure.method == .percentile && evaluation.draws == 1000)
    // P(as many tumours), one after the other.
    var chances = [pow(0.8, 40)]
    for tumours in 1...40 {
      chances.append(chances[tumours - 1] * Double(41 - tumours) / Double(tumours) * 0.25)
    }
    /// The log loss of the sample that as great a share of samples lie below.
    func loss(at share: Double) -> Double {
      var sum = 0.0
      let tumours = chances.firstIndex { chance in
        sum += chance
        return sum >= share
      }
      let count = Double(tumours ?? 40)
      return -(count * log(0.025) + (40 - count) * log(0.875)) / 40
    }
    // Four standard errors of a share of 2.5% in 1,000 samples; posteriors are floats.
    let error = 4 * (0.025 * 0.975 / 1000).squareRoot()
    for (found, share) in [(interval.lowerBound, 0.025), (interval.upperBound, 0.975)] {
      #expect(found >= loss(at: share - error) - 1e-5, "\(share)")
      #expect(found <= loss(at: share + error) + 1e-5, "\(share)")
    }
  }

  /// On cases drawn from the model itself, with findings independent and of weight one,
  /// probabilities are right on average: the mean log loss is the mean entropy of the
  /// posteriors. The tolerance is four standard errors.
  @Test func `the model is calibrated on its own cases`() throws {
    let model = try Repository.model(weight: 1)
    let scorer = Scorer(model: model)
    let batch = SimulatedCases.draw(4000, model: model, seed: 14)
    let posteriors = scorer.score(batch)
    var differences: [Double] = []
    for index in 0..<batch.count {
      let row = posteriors.matrix.row(index).map(Double.init)
      let entropy = row.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
      differences.append(-log(row[batch.diagnosis(of: index)[0]]) - entropy)
    }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let variance =
      differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      / Double(differences.count - 1)
    #expect(abs(mean) < 4 * (variance / Double(differences.count)).squareRoot())
  }
}
