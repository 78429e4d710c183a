import Dorsal
import Foundation
import TestSupport
import Testing

/// Simulated cases against the tables they are drawn from, which the reference scorer reads
/// by itself.
@Suite(.releaseOnly) struct CaseSimulatorTests {
  /// A simulator of one cause.
  private static func simulator(
    of cause: String, model: Model, seed: UInt64, correlation: Double = 0
  ) throws -> CaseSimulator {
    var options = CaseSimulator.Options()
    options.seed = seed
    options.correlation = correlation
    options.priors = model.causes.map { $0.id == cause ? 1 : 0 }
    return try CaseSimulator(model: model, options: options)
  }

  /// Pearson's chi-square of one finding's states less its mean, and its variance, which for
  /// a multinomial is exactly 2(k − 1) + (Σ 1/p − k² − 2k + 2) / n.
  private static func chiSquare(
    _ finding: Int, of batch: CaseBatch, expected: [Double]
  ) -> (excess: Double, variance: Double) {
    var counts = [Double](repeating: 0, count: expected.count)
    for index in 0..<batch.count {
      if let state = batch.state(of: finding, case: index) { counts[state] += 1 }
    }
    let n = Double(batch.count)
    let k = Double(expected.count)
    var statistic = 0.0
    var inverses = 0.0
    for (count, p) in zip(counts, expected) {
      statistic += (count - n * p) * (count - n * p) / (n * p)
      inverses += 1 / p
    }
    return (statistic - (k - 1), 2 * (k - 1) + (inverses - k * k - 2 * k + 2) / n)
  }

  /// The sum of the chi-squares of independent findings, in standard deviations off its mean.
  private static func deviation(
    _ findings: [Int], of batch: CaseBatch, cause: String, model: Model,
    reference: ReferenceScorer
  ) -> Double {
    var excess = 0.0
    var variance = 0.0
    for finding in findings {
      let definition = model.findings[finding]
      let expected = definition.states.map {
        reference.likelihoods[definition.id]?[$0]?[cause] ?? .nan
      }
      let found = chiSquare(finding, of: batch, expected: expected)
      excess += found.excess
      variance += found.variance
    }
    return excess / variance.squareRoot()
  }

  /// Level: 4 standard deviations of a sum of 115 chi-squares, about 1 in 10,000.
  @Test(arguments: ["muscle_strain", "spinal_infection", "unlisted"])
  func `states given the cause have the table's probabilities`(cause: String) throws {
    let model = try Repository.model()
    let reference = try ReferenceScorer(folder: Repository.modelFolder)
    let batch = try Self.simulator(of: cause, model: model, seed: 31).cases(0..<1500)
    let findings = model.findings.indices.filter { $0 != model.settingFinding }
    let deviation = Self.deviation(
      findings, of: batch, cause: cause, model: model, reference: reference)
    #expect(abs(deviation) < 4)
    // The test sees a wrong table: that of another cause.
    let other = cause == "unlisted" ? "pneumonia_or_pleurisy" : "unlisted"
    #expect(
      Self.deviation(findings, of: batch, cause: other, model: model, reference: reference) > 25)
  }

  /// One finding of each group at a time, since those of a group are dependent. Level as above.
  @Test(arguments: [0, 1])
  func `the copula keeps the probabilities`(member: Int) throws {
    let model = try Repository.model()
    let reference = try ReferenceScorer(folder: Repository.modelFolder)
    let cause = "disc_herniation"
    let batch = try Self.simulator(of: cause, model: model, seed: 32, correlation: 0.6)
      .cases(0..<1500)
    let groups = Dictionary(grouping: model.findings.indices) { model.findings[$0].group }
    let findings = groups.filter { $0.key != "" }.values.compactMap {
      $0.count > member ? $0[member] : nil
    }
    #expect(findings.count == 12)
    let deviation = Self.deviation(
      findings, of: batch, cause: cause, model: model, reference: reference)
    #expect(abs(deviation) < 4)
  }

  /// P(both present) of two binary findings under a latent correlation, by the trapezoidal
  /// rule over the common variable.
  private static func bothPresent(_ p: Double, _ q: Double, correlation: Double) -> Double {
    func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
    func quantile(_ p: Double) -> Double {
      var (low, high) = (-9.0, 9.0)
      for _ in 0..<80 {
        let middle = (low + high) / 2
        if cumulative(middle) < p { low = middle } else { high = middle }
      }
      return low
    }
    let (a, b) = (quantile(p), quantile(q))
    let (common, own) = (correlation.squareRoot(), (1 - correlation).squareRoot())
    let step = 0.01
    return stride(from: -8.0, through: 8, by: step).reduce(0) { sum, g in
      let density = exp(-g * g / 2) / (2 * Double.pi).squareRoot()
      return sum + step * density * cumulative((a + common * g) / own)
        * cumulative((b + common * g) / own)
    }
  }

  /// The small model with three signs of P(present) 0.6, 0.4 and 0.3 given a tumour, the
  /// first two of one group.
  private static func signs() throws -> Model {
    var tables = SmallModel()
    tables.findings = tables.findings.replacing(",,,1,,Sign?", with: ",,,1,signs,Sign?")
    tables.findings += """
      second,examination,binary,,,absent;present,,,1,signs,Second?
      third,examination,binary,,,absent;present,,,1,others,Third?

      """
    tables.likelihoods += """
      second,present,*,0.1,50,assumed,,
      second,present,tumour,0.4,20,assumed,,
      third,present,*,0.1,50,assumed,,
      third,present,tumour,0.3,20,assumed,,

      """
    return try tables.load()
  }

  /// How many of some cases of a tumour have two signs.
  private static func both(
    _ pair: [String], of count: Int, correlation: Double, seed: UInt64
  ) throws -> Double {
    let model = try signs()
    let findings = try pair.map { try #require(model.index(ofFinding: $0)) }
    let batch = try simulator(of: "tumour", model: model, seed: seed, correlation: correlation)
      .cases(0..<count)
    return Double(
      (0..<count).count { index in
        findings.allSatisfy { batch.state(of: $0, case: index) == 1 }
      })
  }

  /// The difference of a count from n times a probability, in standard deviations.
  private static func deviation(_ count: Double, of n: Int, from p: Double) -> Double {
    (count - Double(n) * p) / (Double(n) * p * (1 - p)).squareRoot()
  }

  /// Level: 4 standard deviations. The count tells the stated correlation from others.
  @Test func `findings of a group have the stated latent correlation`() throws {
    let n = 20_000
    let both = try Self.both(["sign", "second"], of: n, correlation: 0.4, seed: 33)
    func deviation(_ correlation: Double) -> Double {
      Self.deviation(both, of: n, from: Self.bothPresent(0.6, 0.4, correlation: correlation))
    }
    #expect(abs(deviation(0.4)) < 4)
    #expect(deviation(0.25) > 4)
    #expect(deviation(0.55) < -4)
  }

  @Test func `findings of different groups stay independent`() throws {
    let n = 20_000
    let both = try Self.both(["sign", "third"], of: n, correlation: 0.9, seed: 34)
    #expect(abs(Self.deviation(both, of: n, from: 0.6 * 0.3)) < 4)
  }

  @Test func `causes come from the priors of the setting`() throws {
    let model = try Repository.model()
    let reference = try ReferenceScorer(folder: Repository.modelFolder)
    var options = CaseSimulator.Options()
    options.setting = try #require(model.index(ofSetting: "emergency"))
    options.missing = .chance(1)
    let batch = try CaseSimulator(model: model, options: options).cases(0..<5000)
    var counts = [Double](repeating: 0, count: model.causes.count)
    for index in 0..<batch.count { counts[batch.diagnosis(of: index)[0]] += 1 }
    let n = Double(batch.count)
    let k = Double(model.causes.count)
    let priors = model.causes.map { reference.priors["emergency"]?[$0.id] ?? .nan }
    let statistic = zip(counts, priors).reduce(0) {
      $0 + ($1.0 - n * $1.1) * ($1.0 - n * $1.1) / (n * $1.1)
    }
    let variance = 2 * (k - 1) + (priors.reduce(0) { $0 + 1 / $1 } - k * k - 2 * k + 2) / n
    #expect(abs(statistic - (k - 1)) < 4 * variance.squareRoot())
  }

  @Test func `a case hangs on its number alone`() throws {
    let model = try Repository.model()
    var options = CaseSimulator.Options()
    options.seed = 7
    options.correlation = 0.3
    options.missing = .workup(0.2)
    let simulator = try CaseSimulator(model: model, options: options)
    let all = simulator.cases(0..<60)
    let some = simulator.cases(23..<24)
    #expect(all.id(of: 23) == "s7_24")
    #expect(some.id(of: 0) == "s7_24")
    #expect(some.diagnosis(of: 0) == all.diagnosis(of: 23))
    #expect(some.codes == Array(all.codes[23 * all.findingCount..<24 * all.findingCount]))
  }

  @Test func `another seed gives other cases`() throws {
    let model = try Repository.model()
    let codes = try [UInt64(1), 2].map { seed in
      var options = CaseSimulator.Options()
      options.seed = seed
      return try CaseSimulator(model: model, options: options).cases(0..<10).codes
    }
    #expect(codes[0] != codes[1])
  }

  @Test(arguments: [
    ("missing", "1.5 of the findings unknown; expected 0 to 1"),
    ("correlation", "a correlation of 1.0; expected 0 or more and below 1"),
    ("group", "unknown group of findings \"legs\"; expected one of "),
    ("priors", "priors that are not one for each cause, or do not add up to 1"),
  ])
  func `options that cannot be are refused`(what: String, message: String) throws {
    let model = try Repository.model()
    var options = CaseSimulator.Options()
    switch what {
    case "missing": options.missing = .workup(1.5)
    case "correlation": options.correlation = 1
    case "group": options.groupCorrelations = ["legs": 0.2]
    default: options.priors = [0.5, 0.4]
    }
    do throws(DorsalError) {
      _ = try CaseSimulator(model: model, options: options)
      Issue.record("was not refused")
    } catch {
      #expect(error.description.hasPrefix(message))
    }
  }
}
