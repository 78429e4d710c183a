public import DorsalCore
internal import DorsalNumerics

/// Draws any number of cases and writes them, block by block, in parallel over blocks, in
/// the order of their numbers and in bounded memory.
public struct CohortSimulation: Sendable {
  /// What was drawn.
  public struct Counts: Sendable, Hashable {
    /// Cases written.
    public var cases = 0
    /// How many have each cause, in the order of the model.
    public var byCause: [Int]
    /// In how many cases each finding is known, in the order of the model.
    public var known: [Int]
  }

  /// Cases of a block: the indicators of a workup fit the second-level cache, and the text
  /// of a block is below a megabyte.
  public static let usualBlockSize = 512

  private let simulator: CaseSimulator
  private let writer: CaseWriter
  private let threads: Int
  private let blockSize: Int

  /// Prepares a simulation.
  ///
  /// - Parameters:
  ///   - simulator: What draws the cases.
  ///   - writer: How they are written.
  ///   - threads: How many blocks to work on at a time, at least 1.
  ///   - blockSize: Cases of a block; the file does not depend on it.
  public init(
    simulator: CaseSimulator, writer: CaseWriter, threads: Int,
    blockSize: Int = CohortSimulation.usualBlockSize
  ) {
    precondition(blockSize > 0, "a block has cases")
    self.simulator = simulator
    self.writer = writer
    self.threads = max(threads, 1)
    self.blockSize = blockSize
  }

  private struct Block: Sendable {
    let bytes: [UInt8]
    let counts: Counts
  }

  /// Draws the first cases of the simulator.
  ///
  /// - Parameters:
  ///   - count: How many cases.
  ///   - output: Takes the bytes of the file, in order.
  ///   - progress: Told after each block.
  /// - Returns: What was drawn.
  /// - Throws: What `output` throws.
  public func run(
    count: Int, output: ([UInt8]) throws -> Void, progress: (Counts) -> Void = { _ in }
  ) async throws -> Counts {
    let model = simulator.model
    var total = Counts(
      byCause: [Int](repeating: 0, count: model.causes.count),
      known: [Int](repeating: 0, count: model.findings.count))
    let empty = total
    let header = writer.header()
    if !header.isEmpty { try output(header) }
    let (simulator, writer, blockSize) = (simulator, writer, blockSize)
    var start = 0
    try await OrderedMap.run(width: threads) { () -> Range<Int>? in
      guard start < count else { return nil }
      try MemoryRoom.requireBlocks(threads: threads)
      defer { start += blockSize }
      return start..<min(start + blockSize, count)
    } transform: { numbers in
      let batch = simulator.cases(numbers)
      var counts = empty
      counts.cases = batch.count
      for index in 0..<batch.count { counts.byCause[batch.diagnosis(of: index)[0]] += 1 }
      var known = counts.known.mutableSpan
      let codes = batch.codes.span
      for index in 0..<codes.count where codes[index] != CaseBatch.unknown {
        known[index % batch.findingCount] += 1
      }
      return Block(bytes: writer.write(batch, numbers: numbers), counts: counts)
    } consume: { block in
      try output(block.bytes)
      total.cases += block.counts.cases
      for cause in total.byCause.indices { total.byCause[cause] += block.counts.byCause[cause] }
      for finding in total.known.indices { total.known[finding] += block.counts.known[finding] }
      progress(total)
    }
    return total
  }
}
