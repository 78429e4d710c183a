public import DorsalCore
internal import DorsalNumerics

/// How answers are put into Arrow.
public struct ArrowForm: Sendable {
  /// How columns are packed.
  public enum Packing: String, Sendable, CaseIterable {
    /// As they are.
    case none
    /// By LZ4: less packed and fast.
    case lz4
    /// By zstd.
    case zstd
  }

  /// Whether it is a file, which lists where its batches stand, and not a stream.
  public var isFile = false
  /// How columns are packed.
  public var packing = Packing.none

  /// A stream that is not packed.
  public init() {}
}

/// The ranked causes of each case as columns of Arrow: a batch for each block of cases.
///
/// Names and types are those of the interface for C, with the reason of the urgency and the share
/// of known findings besides; probabilities are not rounded.
public struct ArrowRankingRows: CaseRows {
  private let columns: AnswerColumns
  private let isFile: Bool
  private let message: ArrowMessage

  /// Prepares the columns of a scorer's answers.
  ///
  /// - Parameters:
  ///   - scorer: The scorer.
  ///   - parts: What to find out of each case; coexisting causes have no columns here.
  ///   - form: How they are put into Arrow.
  public init(scorer: Scorer, parts: AnswerParts = AnswerParts(), form: ArrowForm = ArrowForm()) {
    precondition(parts.coexistence == nil, "coexisting causes have no columns in Arrow")
    columns = AnswerColumns(Answering(scorer: scorer, parts: parts), isOfFile: true)
    isFile = form.isFile
    let packing: PackedBuffer.Format? =
      switch form.packing {
      case .none: nil
      case .lz4: .lz4
      case .zstd: .zstd
      }
    message = ArrowMessage(packing: packing)
  }

  /// A batch cannot be cut behind: whoever leaves rows out answers the others again.
  public var hasSeparateRows: Bool { false }

  private var notes: [(String, String)] {
    [("model", columns.model.jsonIdentity.text), ("disclaimer", RankingWriter.disclaimer)]
  }

  /// The schema, behind the beginning of a file where it is one.
  public func header() -> [UInt8] {
    (isFile ? ArrowMessage.magic : []) + ArrowMessage.schema(columns.ofNoCase, notes: notes)
  }

  /// The end of the stream, and the list of batches of a file.
  public func ending(after pieces: [Int]) -> [UInt8] {
    guard isFile, let start = pieces.first else { return ArrowMessage.end }
    return message.footer(
      columns.ofNoCase, notes: notes, start: start, lengths: Array(pieces.dropFirst()))
  }

  /// Answers the cases of a batch and puts them into columns; nothing where there are none.
  public func rows(for batch: CaseBatch) -> WrittenRows {
    WrittenRows(bytes: batch.count == 0 ? [] : message.batch(columns.columns(of: batch)), ends: [])
  }
}
