import Dorsal
import TestSupport
import Testing

/// Simulated cases as files.
@Suite(.releaseOnly) struct SimulatedFileTests {
  private static func file(
    _ count: Int, model: Model, options: CaseSimulator.Options, format: CaseFormat = .csv,
    threads: Int = 1, blockSize: Int = 512
  ) async throws -> [UInt8] {
    let simulator = try CaseSimulator(model: model, options: options)
    let run = CohortSimulation(
      simulator: simulator, writer: try CaseWriter(simulator: simulator, format: format),
      threads: threads, blockSize: blockSize)
    var bytes: [UInt8] = []
    let counts = try await run.run(count: count) { bytes += $0 }
    #expect(counts.cases == count)
    #expect(counts.byCause.reduce(0, +) == count)
    return bytes
  }

  private static func everything() -> CaseSimulator.Options {
    var options = CaseSimulator.Options()
    options.seed = 5
    options.correlation = 0.4
    options.missing = .workup(0.3)
    options.likelihoodSeed = 9
    return options
  }

  @Test(arguments: CaseFormat.allCases)
  func `a file is the same for any threads and blocks`(format: CaseFormat) async throws {
    let model = try Repository.model()
    let one = try await Self.file(150, model: model, options: Self.everything(), format: format)
    for (threads, blockSize) in [(3, 16), (2, 7), (1, 149)] {
      let other = try await Self.file(
        150, model: model, options: Self.everything(), format: format, threads: threads,
        blockSize: blockSize)
      #expect(one == other)
    }
  }

  @Test(arguments: CaseFormat.allCases)
  func `a file is read back as the cases it was written from`(format: CaseFormat) async throws {
    let model = try Repository.model()
    let options = Self.everything()
    let bytes = try await Self.file(200, model: model, options: options, format: format)
    var reader = try CaseFileReader(
      source: MemoryByteSource(bytes), file: "simulated", model: model)
    let file = try CaseFile(&reader, model: model)
    let cases = try CaseSimulator(model: model, options: options).cases(0..<200)
    #expect(file.rejections.isEmpty)
    #expect(file.cases.codes == cases.codes)
    #expect(file.cases.diagnoses == cases.diagnoses)
    #expect((0..<200).allSatisfy { file.cases.id(of: $0) == cases.id(of: $0) })
  }

  @Test func `drawn likelihoods give other cases, the same for the same seed`() async throws {
    let model = try Repository.model()
    var options = CaseSimulator.Options()
    let plain = try await Self.file(50, model: model, options: options)
    options.likelihoodSeed = 3
    let drawn = try await Self.file(50, model: model, options: options)
    let again = try await Self.file(50, model: model, options: options)
    options.likelihoodSeed = 4
    let other = try await Self.file(50, model: model, options: options)
    #expect(plain != drawn)
    #expect(drawn == again)
    #expect(drawn != other)
  }

  /// A Dirichlet variable of mean p and concentration n has the variance p (1 − p) / (n + 1).
  /// Levels: 4 standard errors of a mean over independent draws; half of the variance.
  @Test func `drawn likelihoods lie about the table's as far as it is known`() throws {
    let model = try SmallModel().load()
    let draws = (0..<400).map { DrawnLikelihoods.probabilities(model: model, seed: $0) }
    let table = model.likelihoodTable
    let tumour = try #require(model.index(ofCause: "tumour"))
    let strain = try #require(model.index(ofCause: "strain"))
    func check(_ finding: String, _ state: Int, _ cause: Int, _ p: Double, _ n: Double) throws {
      let index = try #require(model.index(ofFinding: finding))
      let place = (table.firstStateRow[index] + state) * table.causeCount + cause
      let values = draws.map { $0[place] }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      let expected = p * (1 - p) / (n + 1)
      #expect(abs(mean - p) < 4 * (expected / Double(values.count)).squareRoot())
      #expect(variance > expected / 2 && variance < expected * 2)
    }
    try check("sign", 1, tumour, 0.6, 40)
    try check("sign", 1, strain, 0.03, 50)
    try check("age", 2, tumour, 0.65, 20)
    try check("site", 0, strain, 0.8, 10)
    // Strain and unlisted have no rows on the sign and share its background.
    let sign = try #require(model.index(ofFinding: "sign"))
    let row = table.firstStateRow[sign] * table.causeCount
    #expect(draws.allSatisfy { $0[row + strain] == $0[row + table.causeCount - 1] })
    // Distributions stay distributions.
    for first in [table.firstStateRow[sign]] {
      #expect(
        draws.allSatisfy {
          abs($0[first * 3 + 1] + $0[(first + 1) * 3 + 1] - 1) < 1e-12
        })
    }
  }

  @Test func `every number of a state between two edges comes up`() async throws {
    let model = try SmallModel().load()
    let bytes = try await Self.file(3000, model: model, options: .init())
    let rows = PlainCSV.rows(String(decoding: bytes, as: UTF8.self))
    let ages = Set(rows.compactMap { Int($0["age", default: ""]) })
    #expect(Set(18..<50).isSubset(of: ages))
    // The open ends stay in the range and do not fill it alike.
    #expect(ages.allSatisfy { (0...120).contains($0) })
    let old = rows.compactMap { Int($0["age", default: ""]) }.filter { $0 >= 50 }
    #expect(old.count { $0 < 66 } > old.count / 2)
  }

  @Test func `a state without a number is told`() throws {
    var tables = SmallModel()
    // No number of six decimals lies between these edges.
    tables.findings = tables.findings.replacing("18;50", with: "18.0000001;18.0000002")
    let simulator = try CaseSimulator(model: try tables.load())
    do throws(DorsalError) {
      _ = try CaseWriter(simulator: simulator, format: .csv)
      Issue.record("was not refused")
    } catch {
      #expect(
        error.description
          == "age has no number in the state middle between its minimum and its maximum")
    }
  }

  /// Edges with decimals and a state narrower than one.
  @Test func `numbers have the decimals that their edges need`() async throws {
    var tables = SmallModel()
    tables.findings = tables.findings.replacing(
      "years,18;50,young;middle;old,0,120", with: "mmol/L,-0.5;2.65,young;middle;old,-3,9")
    let model = try tables.load()
    let bytes = try await Self.file(500, model: model, options: .init())
    let texts = PlainCSV.rows(String(decoding: bytes, as: UTF8.self)).map {
      $0["age", default: ""]
    }
    #expect(texts.allSatisfy { $0.split(separator: ".").last?.count == 2 })
    let numbers = texts.compactMap(Double.init)
    #expect(numbers.count == 500)
    #expect(numbers.contains { $0 < -0.5 } && numbers.contains { $0 >= 2.65 })
    var reader = try CaseFileReader(source: MemoryByteSource(bytes), file: "a", model: model)
    let cases = try CaseFile(&reader, model: model).cases
    #expect(cases.codes == (try CaseSimulator(model: model).cases(0..<500)).codes)
  }
}
