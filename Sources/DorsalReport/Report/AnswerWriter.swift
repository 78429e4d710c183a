public import DorsalCore

/// Writes the answers for cases, a row a case, as CSV or as a JSON object a line.
public protocol AnswerWriter: Sendable {
  /// How many leading causes it wants ranked while cases are scored.
  var top: Int { get }
  /// The header row of CSV; nothing for JSON.
  func header() -> [UInt8]
  /// Writes the cases of a batch.
  func write(_ batch: CaseBatch, posteriors: Posteriors) -> WrittenRows
}

extension RankingWriter: AnswerWriter {}
