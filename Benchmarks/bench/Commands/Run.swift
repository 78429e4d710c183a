import ArgumentParser
import Dorsal
import Foundation

/// `dorsal-bench run`: every workload, on the shipped model and on the synthetic shape.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check every workload against plain loops in double precision, then time it.",
    discussion: """
      A workload whose answer is wrong is not timed: the case is named and the exit status is 1. \
      Rounds go through the machine's limits and all workloads in turn, so that a machine whose \
      speed drifts drifts for all alike; only ratios within a run mean anything on a shared one. \
      Workloads: \(WorkloadName.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Option(name: .long, help: "A model folder, in place of the shipped model and the synthetic one.")
  var model: String?

  @Option(name: .long, help: "Cases of each subject.")
  var cases: Int?

  @Option(name: .long, help: "How often everything is run.")
  var rounds = 7

  @Option(name: .long, help: "Threads of the rows of several threads.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(name: .long, help: "The workload to run; may be given several times. (default: all)")
  var workload: [WorkloadName] = []

  @Option(name: .long, help: "The share of findings that are known in cases of a real model.")
  var known = 0.15

  @Option(name: .long, help: "Where the random cases begin.")
  var seed: UInt64 = 1

  @Flag(name: .long, help: "Few cases, once: to see that the answers are right.")
  var quick = false

  @Option(name: .long, help: ArgumentHelp("Keep the figures.", valueName: "file"))
  var json: String?

  @Flag(name: .long, help: .hidden)
  var spoil = false

  func validate() throws {
    if (cases ?? 1) < 1 || rounds < 1 || threads < 1 {
      throw ValidationError("--cases, --rounds and --threads are at least 1")
    }
    if !(0...1).contains(known) { throw ValidationError("--known is a share from 0 to 1") }
  }

  func run() async throws {
    let count = cases ?? (quick ? 20_000 : 1_000_000)
    let names = workload.isEmpty ? WorkloadName.allCases : workload
    let files = names.contains { $0.readsFiles }
    var records: [RunRecord.SubjectRecord] = []
    let folder = model ?? "Models/back-pain"
    records.append(
      try await measure(
        try .model(folder, cases: count, known: known, seed: seed, files: files), names))
    if model == nil {
      records.append(
        try await measure(try .synthetic(cases: count, seed: seed, files: files), names))
    }
    let record = RunRecord(
      machine: .current(threads: threads), rounds: quick ? 1 : rounds, subjects: records)
    print(RunReport(record: record).text)
    if let json { try record.json().write(to: URL(fileURLWithPath: json), options: .atomic) }
  }

  private func measure(
    _ subject: Subject, _ names: [WorkloadName]
  ) async throws -> RunRecord.SubjectRecord {
    var limits: [any Limit] = [
      MatrixProduct.square(side: quick ? 256 : 2048),
      MatrixProduct.scoring(subject.model, cases: subject.batch.count),
      MemoryTriad(count: quick ? 1 << 20 : 1 << 24),
    ]
    if names.contains(where: \.readsFiles) {
      limits.append(try FileScan(subject.file(.csv)))
    }
    // Once is enough of what has a model of its own: beside the synthetic one, or the only one.
    let names = names.filter { !$0.isOfItsOwn || subject.name == "synthetic" || model != nil }
    let workloads = try names.flatMap { name in
      try name.workloads(
        of: subject, threads: threads == 1 ? [1] : [1, threads],
        drawnCases: quick ? 400 : 20_000, spoiled: spoil)
    }
    return try await Rounds(count: quick ? 1 : rounds, limits: limits, workloads: workloads)
      .measure(subject)
  }
}
