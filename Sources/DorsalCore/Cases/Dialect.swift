/// How far a case file may differ from RFC 4180 and exact ids, and in which way.
public struct Dialect: Sendable {
  /// What stands between the cells of a row.
  public enum Delimiter: String, Sendable, CaseIterable {
    /// `,`
    case comma
    /// `;`, with which numbers may have a decimal comma.
    case semicolon
    /// A tab.
    case tab
    /// `|`
    case bar

    /// Its byte.
    package var byte: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      case .bar: UInt8(ascii: "|")
      }
    }

    /// What messages call it.
    package var name: String {
      switch self {
      case .comma: "a comma"
      case .semicolon: "a semicolon"
      case .tab: "a tab"
      case .bar: "a bar"
      }
    }
  }

  /// Words that programs write where nothing is known.
  public static let usualUnknownWords = [
    "NA", "N/A", "NULL", "NaN", "None", ".", "?", "-", "unknown",
  ]

  /// Whether nothing but RFC 4180 in UTF-8 and exact ids is taken.
  public var isStrict = false
  /// Words that mean unknown, in any case of letters.
  public var unknownWords = Self.usualUnknownWords
  /// What stands between cells, or nothing to find it in the header.
  public var delimiter: Delimiter?

  /// The usual way.
  public init() {}

  /// RFC 4180 in UTF-8 and exact ids alone.
  public static var strict: Dialect {
    var dialect = Dialect()
    dialect.isStrict = true
    return dialect
  }
}

/// The forms of a cell, beyond exact ids, that one file may use.
package struct CellForms: Sendable {
  /// The words for unknown, in small letters.
  private let unknownWords: Set<[UInt8]>
  private let longestWord: Int
  /// Whether a number may have a comma where its decimals begin.
  var hasDecimalComma = false

  /// The forms that a dialect allows.
  package init(_ dialect: Dialect) {
    unknownWords = Set(
      dialect.unknownWords.map { word in
        let bytes = Array(word.utf8)
        return Self.folded(bytes.span, Self.trimmed(bytes.span, 0..<bytes.count))
      }.filter { !$0.isEmpty })
    longestWord = unknownWords.map(\.count).max() ?? 0
  }

  /// Whether a word for unknown is one that is a value elsewhere, such as 9: cells then need
  /// a look before they are read as values.
  var hasWordsThatAreValues: Bool {
    unknownWords.contains { word in
      DecimalNumber.parse(word.span, range: 0..<word.count) != nil
        || FindingDecoder.binaryCode(of: word) != nil
    }
  }

  /// Whether a word means unknown.
  ///
  /// - Parameter word: The word in small letters, without blanks around it.
  package func isUnknown(_ word: [UInt8]) -> Bool {
    word.count <= longestWord && unknownWords.contains(word)
  }

  /// A range without blanks at its ends.
  package static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// Bytes with their Latin capitals made small; other letters stay.
  package static func folded(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    range.map { index in
      let byte = bytes[index]
      return byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
  }
}
