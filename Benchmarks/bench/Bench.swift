import ArgumentParser
import Dorsal
import Foundation

/// `dorsal-bench`: proves an answer right, then times it beside the machine's limit.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dorsal-bench",
    abstract: "Time scoring beside the machine's own limits, after proving the answers right.",
    subcommands: [Information.self, Questions.self])

  @Option(name: .long, help: "The model folder.")
  var model = "Models/back-pain"

  @Option(name: .long, help: "How many random cases.")
  var cases = 200_000

  @Option(name: .long, help: "How often each measurement is repeated.")
  var repeats = 5

  @Option(name: .long, help: "Threads of the end-to-end run.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(name: .long, help: "Where the random cases begin.")
  var seed: UInt64 = 1

  @Option(name: .long, help: "The share of findings that are known.")
  var known = 0.15

  @Flag(name: .long, help: "Few cases, once: to see that the answers are right.")
  var quick = false

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  func validate() throws {
    if cases < 1 || repeats < 1 || threads < 1 {
      throw ValidationError("--cases, --repeats and --threads are at least 1")
    }
    if !(0...1).contains(known) { throw ValidationError("--known is a share from 0 to 1") }
  }

  func run() async throws {
    let count = quick ? min(cases, 5000) : cases
    let rounds = quick ? 1 : repeats
    let model = try Model(folder: model)
    let scorer = Scorer(model: model)
    let batch = RandomCases.batch(model: model, count: count, known: known, seed: seed)
    let workloads: [any Workload] = [
      MatrixProduct.square(side: quick ? 256 : 1536),
      MatrixProduct.scoring(scorer, cases: count),
      ScoreInMemory(scorer: scorer, batch: batch),
      IntervalsInMemory(scorer: scorer, batch: batch),
      try CoexistingInMemory(part: .posteriors, cases: min(count, 100_000), seed: seed),
      try CoexistingInMemory(part: .everything, cases: min(count, 10_000), seed: seed),
      try EndToEnd(scorer: scorer, batch: batch, format: .csv, threads: threads),
      try EndToEnd(scorer: scorer, batch: batch, format: .jsonl, threads: threads),
    ]
    for workload in workloads {
      if let fault = try await workload.check() {
        throw CleanExit.message("\(workload.name): not timed, the answer is wrong: \(fault)")
      }
    }
    // Rounds go through all workloads, so that a machine whose speed drifts drifts for all.
    var seconds = [[Double]](repeating: [], count: workloads.count)
    for _ in 0..<rounds {
      for (index, workload) in workloads.enumerated() {
        let start = DispatchTime.now()
        try await workload.run()
        let end = DispatchTime.now()
        seconds[index].append(Double(end.uptimeNanoseconds - start.uptimeNanoseconds) / 1e9)
      }
    }
    let report = BenchReport(
      model: model, batch: batch, threads: threads,
      rows: zip(workloads, seconds).map { BenchReport.Row(workload: $0, seconds: $1.sorted()) })
    print(json ? report.json.indentedText : report.text)
  }
}
