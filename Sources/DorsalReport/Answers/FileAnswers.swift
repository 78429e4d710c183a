public import DorsalCore
internal import DorsalNumerics

/// A case file by its path, to be scored row by row.
public struct CaseFilePath: Sendable, Hashable {
  /// The path.
  public let path: String

  /// A CSV or NDJSON file; which of them is seen from its first byte.
  public init(_ path: String) { self.path = path }
}

/// What came of one row of a case file.
public enum RowAnswer: Sendable {
  /// It was read and scored.
  case scored(CaseAnswer)
  /// It could not be read.
  case rejected(Rejection)
}

/// The answers for a case file of any size, in the order of the file.
///
///     for try await answer in scorer.answers(of: CaseFilePath("cases.csv"), threads: 2) {
///       switch answer {
///       case .scored(let answer): print(answer.id, answer.urgency)
///       case .rejected(let row): print(row)
///       }
///     }
///
/// Blocks of the file are read, decoded and scored on several threads, and as many are ahead
/// of the loop as there are threads: memory is bounded, and a loop that ends early or is
/// cancelled ends the work. Each loop reads the file anew.
public struct FileAnswers: AsyncSequence, Sendable {
  let scorer: Scorer
  let file: CaseFilePath
  let threads: Int
  let answering: Answering

  /// The position in a file's answers.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let answers: FileAnswers
    private var reader: CaseFileReader?
    private var ids = RecentIDs(window: CohortScoring.idWindow)
    private var ready: ArraySlice<RowAnswer> = []
    private var isAtEnd = false

    init(_ answers: FileAnswers) { self.answers = answers }

    /// The next answer, or nothing at the end of the file.
    ///
    /// - Throws: `DorsalError` where no case can be read, what the system says of a file that
    ///   cannot be read, or `CancellationError`.
    public mutating func next() async throws -> RowAnswer? {
      while ready.isEmpty, !isAtEnd {
        try Task.checkCancellation()
        try await readBlocks()
      }
      return ready.popFirst()
    }

    /// Reads as many blocks as there are threads, side by side.
    private mutating func readBlocks() async throws {
      var reader = try self.reader ?? answers.open()
      var blocks: [CaseBlock] = []
      try MemoryRoom.requireBlocks(threads: answers.threads)
      while blocks.count < answers.threads, let block = try reader.next() { blocks.append(block) }
      self.reader = reader
      isAtEnd = blocks.count < answers.threads
      let answering = answers.answering
      let decoded = await withTaskGroup(of: (Int, CaseBlock.Decoded, [CaseAnswer]).self) { group in
        for (place, block) in blocks.enumerated() {
          group.addTask {
            let decoded = block.decode()
            return (place, decoded, answering.caseAnswers(for: decoded.cases))
          }
        }
        var parts: [(Int, CaseBlock.Decoded, [CaseAnswer])] = []
        for await part in group { parts.append(part) }
        return parts.sorted { $0.0 < $1.0 }
      }
      var rows: [(line: Int, answer: RowAnswer)] = []
      for (_, block, answered) in decoded {
        var repeated: [Int: Int] = [:]
        try MemoryRoom.require(ids.growth(by: block.cases))
        for (index, first) in ids.insert(block.cases) { repeated[index] = first }
        for (index, answer) in answered.enumerated() {
          let line = block.cases.lines[index]
          if let first = repeated[index] {
            rows.append(
              (
                line,
                .rejected(
                  .repeatedID(answer.id, file: answers.file.path, line: line, first: first))
              ))
          } else {
            rows.append((line, .scored(answer)))
          }
        }
        rows += block.rejections.map { ($0.line, .rejected($0)) }
      }
      ready = rows.sorted { $0.line < $1.line }.map(\.answer)[...]
    }
  }

  /// Begins with the first row.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

  fileprivate func open() throws -> CaseFileReader {
    try CaseFileReader(
      source: FileByteSource(try OpenFile(reading: file.path)), file: file.path,
      model: scorer.model)
  }
}

extension Scorer {
  /// The answers for a case file of any size, in the order of the file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - top: How many leading causes, at least 1.
  ///   - threads: How many blocks to work on at a time, at least 1.
  ///   - calibration: What to correct the posteriors with, or nothing.
  public func answers(
    of file: CaseFilePath, top: Int = 5, threads: Int = 1, calibration: Calibration? = nil
  ) -> FileAnswers {
    FileAnswers(
      scorer: self, file: file, threads: max(1, threads),
      answering: Answering(scorer: self, top: top, calibration: calibration))
  }
}
