import Dorsal
import Testing

/// Answers as Arrow. That other programs read them is tested from Python.
@Suite struct ArrowAnswerTests {
  private static func answers(
    _ rows: any CaseRows, model: Model, threads: Int = 1
  ) async throws -> (bytes: [UInt8], pieces: [[UInt8]]) {
    var options = CaseFileReader.Options()
    options.blockSize = 1 << 10
    var reader = try CaseFileReader(
      source: MemoryByteSource(try ArrowFixture.bytes("many.csv")), file: "f", model: model,
      options: options)
    var pieces: [[UInt8]] = []
    _ = try await CohortScoring(rows, threads: threads).run(&reader) {
      pieces.append($0)
    } reject: { _ in
    }
    return (Array(pieces.joined()), pieces)
  }

  private static func parts(_ scorer: Scorer) -> AnswerParts {
    var parts = AnswerParts()
    parts.hasGroups = true
    parts.intervals = CredibleIntervals(scorer: scorer, level: 0.9, method: .analytic)
    return parts
  }

  @Test(arguments: ArrowForm.Packing.allCases, [false, true])
  func `answers are read back by the reader of cases`(
    packing: ArrowForm.Packing, isFile: Bool
  ) async throws {
    let model = try ArrowFixture.model()
    let scorer = Scorer(model: model)
    var form = ArrowForm()
    (form.packing, form.isFile) = (packing, isFile)
    let rows = ArrowRankingRows(scorer: scorer, parts: Self.parts(scorer), form: form)
    let (bytes, pieces) = try await Self.answers(rows, model: scorer.model)
    #expect(pieces.count > 3)
    let read = CaseReading(bytes, model: model)
    #expect(read.fault == nil)
    let cases = CaseReading(try ArrowFixture.bytes("many.csv"), model: model, headerLines: 1)
    // An answer names the id and the setting, which is the first one where the case names none.
    func key(_ line: String, setting: String? = nil) -> String {
      let parts = line.split(separator: " ")
      let code = parts[2].filter(\.isNumber)
      return "\(parts[0]) \(parts[1]) \(code == "0" ? setting ?? code : code)"
    }
    #expect(read.cases.map { key($0) } == cases.cases.map { key($0, setting: "1") })
    #expect(read.cases.count == 300)
  }

  @Test func `answers do not depend on threads`() async throws {
    let scorer = Scorer(model: try ArrowFixture.model())
    let rows = ArrowRankingRows(scorer: scorer, parts: Self.parts(scorer))
    let one = try await Self.answers(rows, model: scorer.model)
    let other = try await Self.answers(rows, model: scorer.model, threads: 4)
    #expect(one.bytes == other.bytes)
  }

  @Test func `a row whose id stood before is left out of its batch`() async throws {
    let model = try ArrowFixture.model()
    var reader = try CaseFileReader(
      source: MemoryByteSource("id,sign\na,yes\nb,no\na,no\nc,yes\n"), file: "f", model: model)
    var bytes: [UInt8] = []
    var rejected = 0
    _ = try await CohortScoring(ArrowRankingRows(scorer: Scorer(model: model)), threads: 1)
      .run(&reader) {
        bytes += $0
      } reject: { _ in
        rejected += 1
      }
    let read = CaseReading(bytes, model: model)
    #expect(rejected == 1)
    #expect(read.cases.map { $0.split(separator: " ")[1] } == ["a", "b", "c"])
  }
}
