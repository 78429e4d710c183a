public import DorsalCore
internal import DorsalNumerics

/// Scores a case file of any size: read, decode, score and write, block by block,
/// in parallel over blocks, with the answers in the order of the file.
public struct CohortScoring: Sendable {
  /// How far back a repeated id is found: at least so many rows.
  public static let idWindow = 150_000

  private let answers: any CaseRows
  private let threads: Int

  /// Prepares the scoring of files.
  ///
  /// - Parameters:
  ///   - answers: What answers the cases.
  ///   - threads: How many blocks to work on at a time, at least 1.
  public init(_ answers: any CaseRows, threads: Int) {
    self.answers = answers
    self.threads = max(threads, 1)
  }

  private struct ScoredBlock: Sendable {
    let decoded: CaseBlock.Decoded
    let rows: WrittenRows
    let bytesRead: Int
  }

  /// Scores what a reader reads.
  ///
  /// - Parameters:
  ///   - reader: The case file, behind its header.
  ///   - output: Takes the bytes of the answers, in order.
  ///   - reject: Takes each row that could not be read, in the order of the file
  ///     as far as blocks go.
  ///   - look: Shown the cases of each block, in the order of the file.
  ///   - progress: Told after each block.
  /// - Returns: The final counts.
  /// - Throws: What the reader, `output` or `reject` throws.
  public func run(
    _ reader: inout CaseFileReader,
    output: ([UInt8]) throws -> Void,
    reject: (Rejection) throws -> Void,
    look: (CaseBatch) -> Void = { _ in },
    progress: (ReadingProgress) -> Void = { _ in }
  ) async throws -> ReadingProgress {
    var counts = ReadingProgress()
    var ids = RecentIDs(window: Self.idWindow)
    let (file, tally) = (reader.file, reader.tally)
    let header = answers.header()
    var pieces: [Int] = []
    if !header.isEmpty {
      try output(header)
      pieces.append(header.count)
    }
    let (answers, threads) = (answers, threads)
    try await OrderedMap.run(width: threads) {
      try MemoryRoom.requireBlocks(threads: threads)
      return try reader.next()
    } transform: { (block: CaseBlock) in
      let decoded = block.decode()
      return ScoredBlock(
        decoded: decoded, rows: answers.rows(for: decoded.cases), bytesRead: block.bytesRead)
    } consume: { block in
      let cases = block.decoded.cases
      look(cases)
      var rejections = block.decoded.rejections
      var repeated: [Int] = []
      try MemoryRoom.require(ids.growth(by: cases))
      for (index, first) in ids.insert(cases) {
        rejections.append(
          .repeatedID(cases.id(of: index), file: file, line: cases.lines[index], first: first))
        repeated.append(index)
        tally.leaveOut(index, of: cases)
      }
      counts.casesOut += cases.count - repeated.count
      let bytes = repeated.isEmpty ? block.rows.bytes : kept(of: block, without: repeated)
      if !bytes.isEmpty {
        try output(bytes)
        if !answers.hasSeparateRows { pieces.append(bytes.count) }
      }
      rejections.sort { $0.line < $1.line }
      for rejection in rejections { try reject(rejection) }
      counts.rejected += rejections.count
      counts.rowsIn = counts.casesOut + counts.rejected
      counts.bytesRead = block.bytesRead
      progress(counts)
    }
    let ending = answers.ending(after: pieces)
    if !ending.isEmpty { try output(ending) }
    return counts
  }

  /// The rows of a block without some, which is rare.
  private func kept(of block: ScoredBlock, without repeated: [Int]) -> [UInt8] {
    if answers.hasSeparateRows { return block.rows.without(repeated) }
    let (cases, left) = (block.decoded.cases, Set(repeated))
    var kept = CaseBatch(like: cases)
    for index in 0..<cases.count where !left.contains(index) { kept.append(case: index, of: cases) }
    return answers.rows(for: kept).bytes
  }
}
