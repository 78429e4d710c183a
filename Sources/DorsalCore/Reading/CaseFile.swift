/// All cases of a file at once, for files that are looked at as a whole.
public struct CaseFile: Sendable {
  /// The cases, without those whose id stood before.
  public let cases: CaseBatch
  /// The rows that could not be read.
  public let rejections: [Rejection]

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
  }
}
