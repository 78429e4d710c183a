internal import DorsalCore
internal import DorsalNumerics

/// A table of findings and causes of which nothing is known before: what its columns are,
/// and the same table in the words of a case file.
public struct InferredTable: Sendable {
  /// How to look at a table.
  public struct Options: Sendable {
    /// The column with the cause.
    public var label = "diagnosis"
    /// Columns that are no findings.
    public var ignored: Set<String> = []
    /// Words that stand for an unknown finding, besides the empty cell.
    public var unknownWords: Set<String> = []
    /// Edges of numeric columns, by name.
    public var edges: [String: [Double]] = [:]
    /// Into how many parts of equal count other numbers are cut.
    public var parts = 5
    /// How many blocks of rows to look at at a time.
    public var threads = 1

    /// The usual way.
    public init() {}
  }

  /// A column that became no finding.
  public struct LeftOut: Sendable, Hashable {
    /// The column's name.
    public let column: String
    /// Why.
    public let reason: String
  }

  let findings: [InferredFinding]
  /// The settings, where the table has a column `setting`.
  let settings: [String]
  /// The causes' ids, with what the table calls each.
  let causes: [(id: String, label: String)]
  /// Columns that were left out, with the reason.
  public let columnsLeftOut: [LeftOut]
  /// Columns that became findings, with what should be known of them before the model is
  /// handed on.
  public let columnsNoted: [LeftOut]
  /// The table as a case file of the model: findings, states and causes by their ids.
  public let caseFile: [UInt8]
  /// Whether the table has a column `id`, which says whose each row is.
  public let hasIDs: Bool
  /// Whether the case file differs from the table, so that a file to be scored has to be
  /// written like it.
  public let isRecoded: Bool

  /// Looks through a table.
  ///
  /// - Parameters:
  ///   - bytes: The table as CSV with a header.
  ///   - file: Its name, for messages.
  ///   - options: How to look at it.
  /// - Throws: `DorsalError` where the table cannot be read, or has columns that cannot
  ///   be findings.
  /// - Complexity: O(bytes) time and memory.
  public init(bytes: [UInt8], file: String, options: Options) async throws {
    // The table once more, and the cases in the ids of the model.
    try MemoryRoom.require(3 * bytes.count)
    let scan = try TableScan(bytes: bytes, file: file, ignored: options.ignored)
    let columns = try TableColumns(scan.columns, file: file, options: options)
    let unknown = options.unknownWords.map { Array($0.utf8) }
    let summaries = try await columns.summaries(scan, unknown: unknown, threads: options.threads)
    let inferred = try InferredColumns(columns, summaries: summaries, scan: scan, options: options)
    let translation = try columns.translation(
      of: inferred.findings, summaries: summaries, unknown: unknown)
    findings = inferred.findings
    columnsLeftOut = inferred.leftOut
    columnsNoted = inferred.noted
    causes = translation.causes
    settings = translation.settings
    hasIDs = columns.id != nil
    isRecoded =
      !inferred.leftOut.isEmpty || options.label != "diagnosis" || translation.changesTable
    caseFile =
      isRecoded
      ? try await translation.caseFile(of: scan, threads: options.threads) : bytes
  }
}

extension TableTranslation {
  /// The whole table as a case file.
  fileprivate func caseFile(of scan: TableScan, threads: Int) async throws -> [UInt8] {
    var output = header
    var number = 0
    try await scan.eachBlock(threads: threads) { block throws(DorsalError) in
      var rows = Rows()
      try scan.visit(block) { bytes, cells in append(cells, in: bytes, to: &rows) }
      return rows
    } take: { rows in
      append(rows, firstNumber: number + 1, to: &output)
      number += rows.ends.count
    }
    return output
  }
}
