public import DorsalCore

/// Answers cases, a row a case: what `CohortScoring` writes of each block.
public protocol CaseRows: Sendable {
  /// What comes before all rows, such as the header row of CSV; nothing for JSON.
  func header() -> [UInt8]
  /// The rows of a batch, in its order.
  func rows(for batch: CaseBatch) -> WrittenRows
  /// Whether rows can be taken out of what was written; if not, the others are written again.
  var hasSeparateRows: Bool { get }
  /// What comes behind all rows; nothing for text.
  ///
  /// - Parameter pieces: How many bytes the header and each block of rows have.
  func ending(after pieces: [Int]) -> [UInt8]
}

extension CaseRows {
  /// Rows of text stand by themselves.
  public var hasSeparateRows: Bool { true }

  /// Nothing comes behind rows of text.
  public func ending(after pieces: [Int]) -> [UInt8] { [] }
}

/// The ranked causes of each case, found and written.
public struct RankingRows: CaseRows {
  private let answering: Answering
  private let writer: RankingWriter

  /// Prepares the rows of a scorer's answers.
  ///
  /// - Parameters:
  ///   - scorer: The scorer.
  ///   - parts: What to find out of each case.
  ///   - format: CSV, or a JSON object a line.
  public init(scorer: Scorer, parts: AnswerParts = AnswerParts(), format: CaseFormat = .csv) {
    answering = Answering(scorer: scorer, parts: parts)
    writer = RankingWriter(answering, format: format)
  }

  /// The header row of CSV; nothing for JSON.
  public func header() -> [UInt8] { writer.header() }

  /// Answers the cases of a batch and writes them.
  public func rows(for batch: CaseBatch) -> WrittenRows {
    writer.write(answering.answers(for: batch))
  }
}
