public import DorsalCore

/// Answers cases with rows of text, a row a case: what `CohortScoring` writes of each block.
public protocol CaseRows: Sendable {
  /// The header row of CSV; nothing for JSON.
  func header() -> [UInt8]
  /// The rows of a batch, in its order.
  func rows(for batch: CaseBatch) -> WrittenRows
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
