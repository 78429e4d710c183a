import ArgumentParser
import Dorsal
import Foundation

/// `dorsal-bench grow`: how the cost of scoring grows with each side of the problem.
struct Grow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time scoring while cases, causes, findings, known share or threads grow.",
    discussion: """
      Each point is a synthetic model and its cases, checked against plain loops in double \
      precision before it is timed. Beside the time stands that of the dense matrix product of \
      the same shape by OpenBLAS alone.
      """)

  @Option(name: .long, help: "How often each point is run.")
  var rounds = 5

  @Option(name: .long, help: "The most cases.")
  var mostCases = 10_000_000

  @Option(name: .long, help: "The most causes and the most findings.")
  var mostSize = 1000

  @Flag(name: .long, help: "Small sizes, once.")
  var quick = false

  @Option(name: .long, help: ArgumentHelp("Keep the figures.", valueName: "file"))
  var json: String?

  @Option(name: .long, help: ArgumentHelp("Draw the figures as SVG.", valueName: "file"))
  var plot: String?

  func validate() throws {
    if rounds < 1 || mostCases < 10 || mostSize < 10 {
      throw ValidationError("expected at least 1 round, 10 cases and a size of 10")
    }
  }

  func run() async throws {
    let machine = Machine.current(threads: ProcessInfo.processInfo.activeProcessorCount)
    var points: [GrowthPoint] = []
    for axis in GrowthAxis.allCases {
      for value in axis.values(quick: quick, mostCases: mostCases, mostSize: mostSize) {
        points.append(
          try await axis.measure(value, cases: quick ? 2000 : 100_000, rounds: quick ? 1 : rounds))
      }
    }
    let record = GrowthRecord(machine: machine, rounds: quick ? 1 : rounds, points: points)
    print(record.text)
    if let json { try record.json().write(to: URL(fileURLWithPath: json), options: .atomic) }
    if let plot {
      try Data(record.plot.svg.utf8).write(to: URL(fileURLWithPath: plot), options: .atomic)
    }
  }
}

/// What grows.
enum GrowthAxis: String, CaseIterable, Codable {
  case cases, causes, findings
  case known = "known share"
  case threads

  /// The sizes, from small to large.
  func values(quick: Bool, mostCases: Int, mostSize: Int) -> [Double] {
    let values: [Double] =
      switch self {
      case .cases: (1...7).map { pow(10, Double($0)) }.filter { $0 <= Double(mostCases) }
      case .causes, .findings: [10, 30, 100, 300, 1000].filter { $0 <= Double(mostSize) }
      case .known: [0.05, 0.1, 0.2, 0.4, 0.7, 1]
      case .threads: Array([1, 2].prefix(ProcessInfo.processInfo.activeProcessorCount))
      }
    return quick ? Array(values.prefix(3)) : values
  }

  /// Measures one point: everything else is as in the synthetic shape.
  func measure(_ value: Double, cases: Int, rounds: Int) async throws -> GrowthPoint {
    var shape = SyntheticModel()
    var (cases, known, threads) = (cases, 0.5, 1)
    switch self {
    case .cases: cases = Int(value)
    case .causes:
      shape.causes = Int(value)
      cases = min(cases, cases * 100 / Int(value))
    case .findings:
      shape.findings = Int(value)
      cases = min(cases, cases * 100 / Int(value))
    case .known: known = value
    case .threads:
      threads = Int(value)
      cases *= 5
    }
    let subject = try Subject.synthetic(
      shape, cases: cases, known: known, seed: 1, files: false)
    let blocks = subject.blocks(of: ScoreInMemory.blockSize)
    let kernels = [ScoreKernel.gather, .gemm].map {
      ScoreInMemory.inBlocks(subject, blocks: blocks, threads: threads, kernel: $0)
    }
    let product = MatrixProduct.scoring(
      subject.model, cases: cases, rows: min(cases, 1024))
    // A few cases are over before a clock has moved.
    let calls = max(1, 2000 / cases)
    for kernel in kernels { _ = try kernel.check() }
    var times = [Times](repeating: Times(), count: kernels.count)
    var productTimes = Times()
    for _ in 0..<rounds {
      for (index, kernel) in kernels.enumerated() {
        times[index].add(await Duration.of { for _ in 0..<calls { await kernel.run() } })
      }
      productTimes.add(await Duration.of { for _ in 0..<calls { product.run() } })
    }
    let scored = Double(cases * calls)
    let ownFlops = 2 * Double(subject.model.likelihoodTable.stateRowCount * shape.causes)
    return GrowthPoint(
      axis: self, value: value, cases: cases, causes: shape.causes, findings: shape.findings,
      knownShare: known, threads: threads,
      nanosecondsPerCase: times.map { $0.median / scored * 1e9 },
      processorNanosecondsPerCase: times.map { $0.medianProcessor / scored * 1e9 },
      productNanosecondsPerCase: productTimes.medianProcessor / product.amount / Double(calls)
        * ownFlops * 1e9)
  }
}
