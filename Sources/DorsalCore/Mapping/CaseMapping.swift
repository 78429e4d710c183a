/// What the columns of somebody's own file say in the words of a model: read from a file of its
/// own, CSV or JSON, and checked against a model and a header when a case file is opened.
public struct CaseMapping: Sendable {
  /// What becomes of a finding that several columns give.
  public enum Rule: String, Sendable, CaseIterable {
    /// The columns that are known must give one state; else the row is rejected.
    case agree
    /// The first known column counts, in the order of the mapping.
    case first
    /// Present where any column is, absent where all are, and unknown otherwise.
    case any
  }

  /// What one code of a column stands for.
  package struct Code: Sendable, Equatable {
    /// The code, or a pattern: `C50*`, `>=38`, `18..64`, `*`.
    package var pattern: String
    /// A state's id, or of the diagnosis causes with `|` between them; empty for unknown.
    package var state: String
    package init(pattern: String, state: String) {
      (self.pattern, self.state) = (pattern, state)
    }
  }

  /// What one column says of one finding.
  package struct Line: Sendable {
    /// The name of the column, as it stands in the header.
    package var column: String
    /// A finding's id, `id` or `diagnosis`; empty where the column is passed over.
    package var finding = ""
    package var codes: [Code] = []
    /// The unit that the column is in; empty where it is the finding's.
    package var unit = ""
    /// By how much numbers are multiplied.
    package var factor: Double?
    /// Further words for unknown.
    package var unknown: [String] = []
    /// What stands between the codes of a cell; nothing where a cell has one.
    package var separator: UInt8?
    /// Nothing where the line does not say.
    package var rule: Rule?
    /// What somebody has to decide before the line counts; empty for a line that counts.
    package var decide = ""
    package var note = ""
    /// Where each field stands; `column` is always there.
    package var places: [String: SourcePosition] = [:]

    package init(column: String) { self.column = column }

    /// Where a field stands, or else the line.
    package func position(_ field: String) -> SourcePosition {
      places[field] ?? places["column"] ?? SourcePosition(file: "", line: 1, column: 1)
    }

    /// Whether the column is read as if the mapping did not name it.
    var isPlain: Bool {
      codes.isEmpty && (unit.isEmpty) && factor == nil && unknown.isEmpty && separator == nil
    }
  }

  /// The file's name, for messages.
  public let file: String
  /// The lines, in their order.
  package let lines: [Line]

  package init(file: String, lines: [Line]) { (self.file, self.lines) = (file, lines) }

  /// Reads a mapping; a text that begins with `{` is JSON.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - file: Its name for messages.
  /// - Throws: `DorsalError` with every fault of its form.
  public init(bytes: [UInt8], file: String) throws(DorsalError) {
    let space: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    let text =
      bytes.starts(with: TextEncoding.byteOrderMark)
      ? Array(bytes.dropFirst(TextEncoding.byteOrderMark.count)) : bytes
    let isJSON = text.first { !space.contains($0) } == UInt8(ascii: "{")
    try self.init(
      file: file,
      lines: isJSON ? Self.lines(json: text, file: file) : Self.lines(csv: bytes, file: file))
  }

  /// The lines that somebody has to decide on.
  package var undecided: [Line] { lines.filter { !$0.decide.isEmpty } }

  /// What to say of the lines that do not count, if there are any.
  package var undecidedNote: String? {
    let names = undecided.map(\.column)
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(8).map { "\"\(TextEncoding.printable($0))\"" }.joined(separator: ", ")
    let further = names.count > 8 ? " and \(names.count - 8) more" : ""
    return "\(names.count) \(names.count == 1 ? "line" : "lines") of \(file) to be decided and not "
      + "used: \(shown)\(further)"
  }

  /// The fields of a line, in the order in which they are written.
  package static let fields = [
    "column", "finding", "codes", "unit", "factor", "unknown", "separator", "rule", "decide",
    "note",
  ]

  /// Separators that have a word.
  static let separatorWords: [(word: String, byte: UInt8)] = [
    ("comma", UInt8(ascii: ",")), ("semicolon", UInt8(ascii: ";")), ("tab", UInt8(ascii: "\t")),
    ("bar", UInt8(ascii: "|")), ("space", UInt8(ascii: " ")),
  ]

  /// The byte that a separator means; nothing where it is none.
  static func separator(_ text: String) -> UInt8? {
    if let word = separatorWords.first(where: { $0.word == text }) { return word.byte }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte != UInt8(ascii: "\n"),
      byte != UInt8(ascii: "\""), byte < 0x80
    else { return nil }
    return byte
  }
}
