import Dorsal
import Foundation

/// A case file in the page cache to a file of the five leading causes.
struct EndToEnd: Workload {
  private let scorer: Scorer
  private let batch: CaseBatch
  private let format: CaseFormat
  private let file: TemporaryFile
  let threads: Int

  init(scorer: Scorer, batch: CaseBatch, format: CaseFormat, threads: Int) throws {
    self.scorer = scorer
    self.batch = batch
    self.format = format
    self.threads = threads
    file = try TemporaryFile(RandomCases.file(batch, model: scorer.model, format: format))
  }

  var name: String { "\(format.rawValue) file to CSV of the top 5" }
  var cases: Int? { batch.count }
  let operations: Double? = nil

  private func score(_ output: ([UInt8]) throws -> Void) async throws -> Int {
    var reader = try CaseFileReader(
      source: FileByteSource(try FileHandle(forReadingFrom: file.url)), file: file.url.path,
      model: scorer.model)
    let scoring = CohortScoring(
      scorer: scorer, writer: RankingWriter(scorer: scorer), threads: threads)
    let counts = try await scoring.run(&reader, output: output, reject: { _ in })
    return counts.casesOut
  }

  func check() async throws -> String? {
    var bytes: [UInt8] = []
    let count = try await score { bytes += $0 }
    guard count == batch.count else { return "\(count) cases out, expected \(batch.count)" }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst()
    let plain = PlainScorer(model: scorer.model, defaultSetting: scorer.defaultSetting)
    for (index, line) in lines.enumerated() where index % max(1, batch.count / 500) == 0 {
      let cells = line.split(separator: ",")
      let expected = plain.posterior(of: index, in: batch)
      guard cells.count == 14, cells[0] == batch.id(of: index),
        let cause = scorer.model.index(ofCause: String(cells[4])),
        let probability = Double(cells[5]), abs(probability - expected[cause]) <= 2e-5,
        expected[cause] >= (expected.max() ?? 0) - 2e-5
      else { return "row \(index) is \(line)" }
    }
    return nil
  }

  func run() async throws {
    let output = try TemporaryFile([])
    let handle = try FileHandle(forWritingTo: output.url)
    _ = try await score { try handle.write(contentsOf: Data($0)) }
    try handle.close()
  }
}

/// A file that goes when nobody needs it any more.
final class TemporaryFile: Sendable {
  let url: URL

  init(_ bytes: [UInt8]) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "dorsal-bench-" + UUID().uuidString)
    try Data(bytes).write(to: url)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
