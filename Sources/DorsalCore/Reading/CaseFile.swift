/// All cases of a file at once, for files that are looked at as a whole.
public struct CaseFile: Sendable {
  /// The cases, without those whose id stood before.
  public let cases: CaseBatch
  /// The rows that could not be read.
  public let rejections: [Rejection]
  /// How many cases were read, of which one alone may have been kept.
  public let readCount: Int
  /// Some of the ids that were read, where one was looked for.
  package let someIDs: [String]

  /// So many ids are remembered to say which may have been meant, none of them longer than this.
  private static let (mostIDs, longestID) = (10_000, 200)

  /// Reads a file to its end.
  ///
  /// - Parameter reader: The file, behind its header.
  /// - Throws: What the reader's source throws.
  /// - Complexity: O(bytes) time; memory for every case.
  public init(_ reader: inout CaseFileReader, model: Model) throws {
    var cases = CaseBatch(model: model)
    var rejections: [Rejection] = []
    var ids = RecentIDs(window: .max)
    try reader.eachNewCase(ids: &ids) { batch, index in
      cases.append(case: index, of: batch)
    } reject: { found in
      rejections += found
    }
    self.cases = cases
    self.rejections = rejections
    readCount = cases.count
    someIDs = []
  }

  /// Reads a file to its end and keeps one case.
  ///
  /// - Parameters:
  ///   - reader: The file, behind its header.
  ///   - id: The case; where there is none, there are no cases.
  /// - Throws: What the reader's source throws.
  /// - Complexity: O(bytes) time; memory for a digest of every id.
  public init(_ reader: inout CaseFileReader, model: Model, keeping id: String) throws {
    var cases = CaseBatch(model: model)
    var rejections: [Rejection] = []
    var (readCount, someIDs): (Int, [String]) = (0, [])
    var ids = RecentIDs(window: .max)
    let sought = Array(id.utf8)
    try reader.eachNewCase(ids: &ids) { batch, index in
      readCount += 1
      let own = batch.idBytes(of: index)
      if own.elementsEqual(sought) { cases.append(case: index, of: batch) }
      if someIDs.count < Self.mostIDs, own.count <= Self.longestID {
        someIDs.append(batch.id(of: index))
      }
    } reject: { found in
      rejections += found
    }
    self.cases = cases
    self.rejections = rejections
    (self.readCount, self.someIDs) = (readCount, someIDs)
  }
}
