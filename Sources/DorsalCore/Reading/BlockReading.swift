internal import DorsalNumerics

/// Reads a whole case file in parallel and takes something from each block, in the order
/// of the file.
public enum BlockReading {
  /// What to do with an id that stands more than once.
  public enum RepeatedIDs: Sendable {
    /// The row is rejected, as everywhere.
    case reject
    /// The rows are visits of one patient.
    case keep
  }

  private struct Block<Part: Sendable>: Sendable {
    let decoded: CaseBlock.Decoded
    let part: Part
    let bytesRead: Int
  }

  /// Reads to the end of the file.
  ///
  /// - Parameters:
  ///   - reader: The file, behind its header.
  ///   - threads: How many blocks to work on at a time.
  ///   - repeatedIDs: What to do with an id that stands more than once.
  ///   - part: What to take from a batch of cases; called on any thread.
  ///   - take: Gets the parts, in the order of the file.
  ///   - room: How many bytes of memory `take` may ask for.
  ///   - reject: Gets the rows of a block that could not be read, in the order of the file.
  ///   - progress: Told after each block.
  /// - Returns: How many cases there were, and how many of them had an id that stood before.
  /// - Throws: What the reader's source, `take` or `reject` throws, or
  ///   `MemoryFault`.
  package static func run<Part: Sendable>(
    _ reader: inout CaseFileReader, threads: Int, repeatedIDs: RepeatedIDs,
    part: @escaping @Sendable (CaseBatch) -> Part, take: (Part) -> Void,
    room: (Part) -> Int = { _ in 0 },
    reject: ([Rejection]) throws -> Void,
    progress: (ReadingProgress) -> Void = { _ in }
  ) async throws -> (cases: Int, repeats: Int) {
    var ids = RecentIDs(window: .max)
    var counts = ReadingProgress()
    var repeats = 0
    let (file, tally) = (reader.file, reader.tally)
    try await OrderedMap.run(width: max(threads, 1)) {
      try MemoryRoom.requireBlocks(threads: threads)
      return try reader.next()
    } transform: { (block: CaseBlock) in
      let decoded = block.decode()
      return Block(decoded: decoded, part: part(decoded.cases), bytesRead: block.bytesRead)
    } consume: { block in
      let cases = block.decoded.cases
      var rejections = block.decoded.rejections
      var repeated: Set<Int> = []
      try MemoryRoom.require(ids.growth(by: cases) + room(block.part))
      for (index, first) in ids.insert(cases) {
        repeated.insert(index)
        if repeatedIDs == .reject {
          rejections.append(
            .repeatedID(cases.id(of: index), file: file, line: cases.lines[index], first: first))
        }
      }
      repeats += repeated.count
      if repeated.isEmpty || repeatedIDs == .keep {
        counts.casesOut += cases.count
        take(block.part)
      } else {
        // Rare: what was taken from the block holds the repeated rows, so again without.
        var kept = CaseBatch(like: cases)
        for index in repeated { tally.leaveOut(index, of: cases) }
        for index in 0..<cases.count where !repeated.contains(index) {
          kept.append(case: index, of: cases)
        }
        counts.casesOut += kept.count
        take(part(kept))
      }
      if !rejections.isEmpty { try reject(rejections.sorted { $0.line < $1.line }) }
      counts.rejected += rejections.count
      counts.rowsIn = counts.casesOut + counts.rejected
      counts.bytesRead = block.bytesRead
      progress(counts)
    }
    return (counts.casesOut, repeats)
  }
}
