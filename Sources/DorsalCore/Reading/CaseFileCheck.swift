internal import DorsalNumerics

/// What a look through a whole case file finds, without keeping its cases.
public struct CaseFileCheck: Sendable {
  /// How many cases can be read.
  public let readCount: Int
  /// How many rows cannot.
  public let rejectedCount: Int
  /// The rows that cannot, with everything that is wrong with each; empty where they were taken
  /// as they were found.
  public let rejections: [Rejection]

  /// Looks through a file to its end and keeps every row that cannot be read.
  ///
  /// - Parameters:
  ///   - reader: The file, behind its header.
  ///   - units: Takes the cases that can be read.
  /// - Throws: What the reader's source throws.
  /// - Complexity: O(bytes) time; memory for every id, since a repeated one is found
  ///   however far apart the two are, and for every row that cannot be read.
  public init(_ reader: inout CaseFileReader, units: inout UnusualStates) throws {
    var rejections: [Rejection] = []
    let found = try Self(&reader, units: &units) { rejections.append($0) }
    self.readCount = found.readCount
    self.rejectedCount = found.rejectedCount
    self.rejections = rejections
  }

  /// Looks through a file to its end.
  ///
  /// - Parameters:
  ///   - reader: The file, behind its header.
  ///   - units: Takes the cases that can be read.
  ///   - reject: Takes each row that cannot be read, block by block in the order of their lines.
  /// - Throws: What the reader's source or `reject` throws.
  /// - Complexity: O(bytes) time; memory for every id.
  public init(
    _ reader: inout CaseFileReader, units: inout UnusualStates,
    reject: (Rejection) throws -> Void
  ) throws {
    var ids = RecentIDs(window: .max)
    var readCount = 0
    var rejectedCount = 0
    try reader.eachBatch(ids: &ids) { batch, repeats in
      readCount += batch.count - repeats.count
      units.add(batch, without: repeats)
    } reject: { found in
      rejectedCount += found.count
      for rejection in found { try reject(rejection) }
    }
    self.readCount = readCount
    self.rejectedCount = rejectedCount
    self.rejections = []
  }

  /// The check as JSON.
  public var json: JSONValue { .object(members) }

  /// Its members.
  public var members: [(key: String, value: JSONValue)] {
    [
      ("cases", .integer(readCount)),
      (
        "rejected",
        .array(
          rejections.map { rejection in
            .object([
              ("line", .integer(rejection.line)), ("id", .string(rejection.id)),
              (
                "reasons",
                .array(
                  rejection.reasons.map { reason in
                    .object([
                      ("line", .integer(reason.position.line)),
                      ("column", .integer(reason.position.column)),
                      ("field", .string(reason.column)), ("value", .string(reason.value)),
                      ("reason", .string(reason.reason)),
                    ])
                  })
              ),
            ])
          })
      ),
    ]
  }
}

extension CaseFileReader {
  /// Goes through the cases to the end of the file, one block in memory at a time.
  ///
  /// - Parameters:
  ///   - ids: The ids seen so far; a case whose id is among them is rejected.
  ///   - body: Takes the cases of each block, and which of them are rejected.
  ///   - reject: Takes the rejected rows of each block, in the order of their lines.
  mutating func eachBatch(
    ids: inout RecentIDs, body: (CaseBatch, [Int]) -> Void, reject: ([Rejection]) throws -> Void
  ) throws {
    while let block = try next() {
      let decoded = block.decode()
      let cases = decoded.cases
      try MemoryRoom.require(ids.growth(by: cases))
      let repeats = ids.insert(cases)
      body(cases, repeats.map(\.index))
      let repeated = repeats.map { seen in
        tally.leaveOut(seen.index, of: cases)
        return Rejection.repeatedID(
          cases.id(of: seen.index), file: file, line: cases.lines[seen.index], first: seen.first)
      }
      try reject((decoded.rejections + repeated).sorted { $0.line < $1.line })
    }
  }

  /// Goes through the cases one by one: `body` takes each, as a batch and the index in it.
  mutating func eachNewCase(
    ids: inout RecentIDs, body: (CaseBatch, Int) -> Void, reject: ([Rejection]) throws -> Void
  ) throws {
    try eachBatch(ids: &ids) { batch, repeats in
      var left = repeats.makeIterator()
      var next = left.next()
      for index in 0..<batch.count {
        if index == next { next = left.next() } else { body(batch, index) }
      }
    } reject: {
      try reject($0)
    }
  }
}
