import ArgumentParser
import Dorsal

/// The workloads by name.
enum WorkloadName: String, CaseIterable, ExpressibleByArgument {
  case score
  case scoreGEMM = "score-gemm"
  case scoreGather = "score-gather"
  case scoreBlocks = "score-blocks"
  case answers
  case draws
  case drawsTop5 = "draws-top5"
  case oneFirst = "one-first"
  case oneWarm = "one-warm"
  case csv, ndjson, intervals, information, coexisting
  case coexistingAll = "coexisting-all"
  case start

  /// Whether it has a model and cases of its own, and is the same for every subject.
  var isOfItsOwn: Bool { self == .coexisting || self == .coexistingAll }

  /// Whether it reads the subject's case files.
  var readsFiles: Bool { self == .csv || self == .ndjson }

  /// Makes the workload of a subject, once for each number of threads that it is run with.
  ///
  /// - Parameters:
  ///   - subject: The model and its cases.
  ///   - threads: The numbers of threads, for the workloads that are parallel.
  ///   - drawnCases: The most cases of the workloads that draw models or look at findings.
  ///   - spoiled: Whether the answer is made wrong on purpose.
  func workloads(
    of subject: Subject, threads: [Int], drawnCases: Int = 20_000, spoiled: Bool = false
  ) throws -> [any Workload] {
    switch self {
    case .score: return [ScoreInMemory.whole(subject, spoiled: spoiled)]
    case .scoreGEMM: return [ScoreInMemory.whole(subject, kernel: .gemm)]
    case .scoreGather: return [ScoreInMemory.whole(subject, kernel: .gather)]
    case .scoreBlocks:
      let blocks = subject.blocks(of: ScoreInMemory.blockSize)
      return threads.map { ScoreInMemory.inBlocks(subject, blocks: blocks, threads: $0) }
    case .answers:
      return [AnswersInMemory(subject, blocks: subject.blocks(of: ScoreInMemory.blockSize))]
    case .draws: return [DrawnModels(subject, cases: drawnCases, top: nil)]
    case .drawsTop5: return [DrawnModels(subject, cases: drawnCases, top: 5)]
    case .oneFirst: return [OneCase.first(subject)]
    case .oneWarm: return [OneCase.warm(subject)]
    case .csv, .ndjson:
      return try threads.map {
        try FileToFile(subject, format: self == .csv ? .csv : .jsonl, threads: $0)
      }
    case .intervals:
      return [
        IntervalsInMemory(subject, blocks: subject.blocks(of: ScoreInMemory.blockSize))
      ]
    case .information: return [InformationInMemory(subject, cases: drawnCases)]
    case .coexisting, .coexistingAll:
      let part = self == .coexisting ? CoexistingInMemory.Part.posteriors : .everything
      let most = part == .posteriors ? 100_000 : 10_000
      return [try CoexistingInMemory(part: part, cases: min(subject.batch.count, most), seed: 1)]
    case .start: return [try FileToFile.start(subject)]
    }
  }
}
