import Dorsal
import Foundation

/// A case file in the page cache to a CSV of the five leading causes, by the tool as its
/// users run it: from process start to exit.
struct FileToFile: Workload {
  let name: String
  let summary: String
  let threads: Int
  let cases: Int
  let cost: Cost
  private let scorer: Scorer
  private let batch: CaseBatch
  private let arguments: [String]
  private let output: URL
  private let keeper: TemporaryFolder

  /// The whole file of a subject.
  init(_ subject: Subject, format: CaseFormat, threads: Int) throws {
    try self.init(
      subject, name: format == .csv ? "csv" : "ndjson",
      summary: "\(format == .csv ? "CSV" : "NDJSON") file to CSV of the top 5, the tool's process",
      batch: subject.batch, input: subject.file(format), threads: threads)
  }

  /// A file of one case: what starting the tool costs.
  static func start(_ subject: Subject) throws -> FileToFile {
    let folder = try TemporaryFolder()
    let input = folder.url.appendingPathComponent("one.csv")
    try CaseFileText(model: subject.model, format: .csv).write(subject.first(1), to: input)
    return try FileToFile(
      subject, name: "start", summary: "the tool on a file of one case, start to exit",
      batch: subject.first(1), input: input, threads: 1, keeper: folder)
  }

  private init(
    _ subject: Subject, name: String, summary: String, batch: CaseBatch, input: URL, threads: Int,
    keeper: TemporaryFolder? = nil
  ) throws {
    self.keeper = try keeper ?? TemporaryFolder()
    self.name = name
    self.summary = summary
    self.threads = threads
    self.batch = batch
    scorer = subject.scorer
    cases = batch.count
    output = self.keeper.url.appendingPathComponent("top5.csv")
    arguments = [
      "score", input.path, "--model", subject.modelFolder.path, "--output", output.path,
      "--threads", String(threads), "--quiet",
    ]
    let size = try FileManager.default.attributesOfItem(atPath: input.path)[.size] as? Int
    cost = Cost(fileBytes: size.map(Double.init))
  }

  func check() async throws -> Checked {
    let peak = try await ChildProcess.dorsal(arguments, watchesMemory: true)
    let lines = try String(contentsOf: output, encoding: .utf8).split(separator: "\n").dropFirst()
    guard lines.count == batch.count else {
      throw WrongAnswer("\(lines.count) rows out, expected \(batch.count)")
    }
    let plain = PlainScorer(scorer: scorer)
    let rows = Array(lines)
    var checked = Checked(peakMegabytes: peak)
    for index in checkedCases(of: batch) {
      if let fault = fault(in: rows[index], of: index, plain: plain) {
        throw WrongAnswer("case \(batch.id(of: index)): \(fault) in \(rows[index])")
      }
      checked.cases += 1
    }
    return checked
  }

  /// What is wrong with a row of the output: id, setting, urgency and its reason, findings known
  /// and their share, and then a cause and its probability for each rank.
  private func fault(in row: Substring, of index: Int, plain: PlainScorer) -> String? {
    let cells = row.split(separator: ",")
    let ranks = min(5, scorer.model.causes.count)
    guard cells.count == 6 + 2 * ranks, cells[0] == batch.id(of: index) else {
      return "wrong cells or id"
    }
    let expected = plain.posterior(of: index, in: batch)
    var leading: [Int] = []
    for rank in 0..<ranks {
      guard let cause = scorer.model.index(ofCause: String(cells[6 + 2 * rank])),
        let probability = Double(cells[7 + 2 * rank])
      else { return "rank \(rank + 1)" }
      // Probabilities are written with six decimals.
      if abs(probability - expected[cause]) > PlainScorer.tolerance + 1e-6 {
        return "rank \(rank + 1), expected \(expected[cause]),"
      }
      leading.append(cause)
    }
    return plain.fault(inRanking: leading, expected: expected)
  }

  func run() async throws { _ = try await ChildProcess.dorsal(arguments) }
}
