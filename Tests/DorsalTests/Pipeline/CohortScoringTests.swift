import Dorsal
import Testing

@Suite struct CohortScoringTests {
  private struct BrokenSource: ByteSource {
    struct Broken: Error {}
    var isBroken = false

    mutating func read(upTo count: Int) throws -> [UInt8] {
      if isBroken { throw Broken() }
      isBroken = true
      let rows = (0..<2000).map { "case-\($0),yes\n" }
      return Array(("id,sign\n" + rows.joined()).utf8)
    }
  }

  private static func run(
    _ text: String, threads: Int, blockSize: Int, format: CaseFormat = .csv
  ) async throws -> (output: String, rejected: [String], counts: ReadingProgress) {
    let model = try SmallModel().load()
    let scorer = Scorer(model: model)
    var options = CaseFileReader.Options()
    options.blockSize = blockSize
    var reader = try CaseFileReader(
      source: MemoryByteSource(text), file: "f", model: model, options: options)
    var output: [UInt8] = []
    var rejected: [String] = []
    let counts = try await CohortScoring(
      RankingRows(scorer: scorer, format: format), threads: threads
    ).run(&reader) {
      output += $0
    } reject: {
      rejected.append($0.description)
    }
    return (String(decoding: output, as: UTF8.self), rejected, counts)
  }

  private static let text: String = {
    var text = "id,sign,age\n"
    for index in 0..<3000 {
      let sign = ["", "yes", "no", "maybe"][index % 4]
      text += "case-\(index % 2900),\(sign),\(index % 97)\n"
    }
    return text
  }()

  @Test(arguments: [1, 2, 5], [64, 1000, 1 << 20])
  func `answers do not depend on threads or blocks, and rows are never lost`(
    threads: Int, blockSize: Int
  ) async throws {
    let one = try await Self.run(Self.text, threads: 1, blockSize: 1 << 20)
    let other = try await Self.run(Self.text, threads: threads, blockSize: blockSize)
    #expect(other.output == one.output)
    #expect(other.rejected == one.rejected)
    #expect(other.counts.rowsIn == 3000)
    #expect(other.counts.casesOut + other.counts.rejected == 3000)
    #expect(other.output.split(separator: "\n").count == other.counts.casesOut + 1)
    // A quarter has a state that does not exist; of the last hundred, three quarters repeat an id.
    #expect(other.counts.rejected == 750 + 75)
  }

  @Test func `answers stand in the order of the file`() async throws {
    let run = try await Self.run(Self.text, threads: 4, blockSize: 128)
    let ids = run.output.split(separator: "\n").dropFirst().compactMap {
      Int($0.prefix { $0 != "," }.dropFirst("case-".count))
    }
    #expect(ids == ids.sorted())
  }

  @Test func `what a source throws is thrown on`() async throws {
    let model = try SmallModel().load()
    let scorer = Scorer(model: model)
    var options = CaseFileReader.Options()
    options.blockSize = 1000
    var reader = try CaseFileReader(
      source: BrokenSource(), file: "f", model: model, options: options)
    let scoring = CohortScoring(RankingRows(scorer: scorer), threads: 2)
    await #expect(throws: BrokenSource.Broken.self) {
      _ = try await scoring.run(&reader, output: { _ in }, reject: { _ in })
    }
  }

  /// What a batch writes of its urgencies, from prepared texts, is what one explanation says.
  @Test func `reasons are written as they are explained`() throws {
    let model = try Repository.model()
    let scorer = Scorer(model: model)
    let cases = try Repository.vignettes(model)
    let posteriors = scorer.score(cases)
    let assessment = Triage(scorer: scorer).assess(cases, posteriors: posteriors)
    let rows = RankingRows(scorer: scorer, format: .jsonl).rows(for: cases).bytes
    let lines = String(decoding: rows, as: UTF8.self).split(separator: "\n")
    try #require(lines.count == cases.count && cases.count == 70)
    for (index, line) in lines.enumerated() {
      let posterior = posteriors.matrix.row(index)
      let reasons = assessment.outcome(of: index).reasons(model: model, posterior: posterior)
      #expect(line.contains(",\"urgency_reasons\":\(reasons.json(model: model).text),\"model\":"))
      #expect(
        line.contains(",\"urgency_reason\":\"\(reasons.leading(model: model).text(model: model))\"")
      )
      // The causes are those whose share of the loss is greatest, sorted the plain way.
      let action = reasons.expectedLossUrgency
      let place = Urgency.allCases.firstIndex(of: action) ?? 0
      guard place > 0 else {
        #expect(reasons.causes.isEmpty)
        continue
      }
      let savings = model.causes.indices.map { cause in
        (model.loss(of: Urgency.allCases[place - 1], cause: cause)
          - model.loss(of: action, cause: cause)) * Double(Array(posterior)[cause])
      }
      let sorted = model.causes.indices.filter { savings[$0] > 0 }
        .sorted { (savings[$0], $1) > (savings[$1], $0) }
      #expect(reasons.causes.map(\.cause) == Array(sorted.prefix(3)))
    }
  }
}
