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

  /// What is done with a row in which a finding has a value that it cannot take.
  public enum BadValues: String, Sendable, CaseIterable {
    /// The row is rejected.
    case reject
    /// The finding is unknown in this row, which is counted.
    case unknown
  }

  /// Whether nothing but RFC 4180 in UTF-8 and exact ids is taken.
  public var isStrict = false
  /// Words that mean unknown, in any case of letters.
  public var unknownWords = Self.usualUnknownWords
  /// What stands between cells, or nothing to find it in the header.
  public var delimiter: Delimiter?
  /// What is done with a value that a finding cannot take, such as a state that it does not have
  /// or a number out of range.
  public var badValues = BadValues.reject

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
  private let unknownWords: [[UInt8]]
  private let longestWord: Int
  /// The words for unknown, in small letters.
  var words: [String] { unknownWords.map { String(decoding: $0, as: UTF8.self) }.sorted() }
  /// Whether a number may have a comma where its decimals begin.
  var hasDecimalComma = false
  /// Whether there are numbers with decimal commas in the file, so that `7.200` may be seven
  /// thousand two hundred.
  var hasNumbersWithCommas = false

  /// The forms that a dialect allows.
  package init(_ dialect: Dialect) {
    unknownWords = Set(
      dialect.unknownWords.map { word in
        let bytes = Array(word.utf8)
        return Self.folded(bytes.span, Self.trimmed(bytes.span, 0..<bytes.count))
      }.filter { !$0.isEmpty }
    ).sorted { $0.lexicographicallyPrecedes($1) }
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

  /// Whether a word means unknown, in any case of its letters.
  ///
  /// - Parameter word: Where the word stands, without blanks around it.
  package func isUnknown(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
    word.count <= longestWord && unknownWords.contains { Self.isSame(bytes, word, as: $0) }
  }

  /// Whether a number may have a point between its thousands: one to three digits, a point, and
  /// three digits, behind a sign or the sign of a bound.
  static func isGrouped(_ bytes: Span<UInt8>, _ content: Range<Int>) -> Bool {
    func isDigit(_ place: Int) -> Bool { bytes[place] >= 0x30 && bytes[place] <= 0x39 }
    guard content.count >= 5, bytes[content.upperBound - 4] == UInt8(ascii: "."),
      (content.upperBound - 3..<content.upperBound).allSatisfy(isDigit)
    else { return false }
    let point = content.upperBound - 4
    var start = point
    while start > content.lowerBound, isDigit(start - 1) { start -= 1 }
    return (1...3).contains(point - start)
      && (start == content.lowerBound
        || !(bytes[start - 1] == UInt8(ascii: ".") || isLetter(bytes[start - 1])))
      // A number below one has no thousands.
      && bytes[start] != 0x30
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    small(byte) >= UInt8(ascii: "a") && small(byte) <= UInt8(ascii: "z")
  }

  /// What is said of such a number.
  static func groupedFault(_ text: String) -> DorsalError {
    DorsalError(
      .value,
      "\(text) in a file with decimal commas; expected no point between thousands, or a comma "
        + "before decimals")
  }

  /// The same for a word by itself.
  package func isUnknown(_ word: [UInt8]) -> Bool { isUnknown(word.span, 0..<word.count) }

  /// Whether bytes are a word but for the case of Latin letters.
  ///
  /// - Parameter word: The word in small letters.
  static func isSame(_ bytes: Span<UInt8>, _ range: Range<Int>, as word: [UInt8]) -> Bool {
    guard range.count == word.count else { return false }
    let word = word.span
    for offset in word.indices
    where small(bytes[range.lowerBound + offset]) != word[offset] { return false }
    return true
  }

  /// A byte with a Latin capital made small.
  private static func small(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
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
    range.map { small(bytes[$0]) }
  }
}
