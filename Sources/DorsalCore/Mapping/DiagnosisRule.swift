/// How the cells of a mapped column of diagnoses are read: codes of the mapping, ids of causes,
/// and the ICD-10 codes of the model.
final class DiagnosisRule: Sendable {
  let column: String
  private let separator: UInt8?
  /// The codes, single ones first, each with its causes; none for unknown.
  private let patterns: [(pattern: CodePattern, causes: [Int])]
  private let unknown: [CodePattern]
  private let causes: [String: Int]
  /// The causes by their ICD-10 code, as letters and digits alone.
  private let icd10: [[UInt8]: [Int]]

  init(
    line: CaseMapping.Line, patterns: [(pattern: CodePattern, causes: [Int])],
    unknown: [CodePattern], causes: [String: Int], icd10: [String]
  ) {
    column = line.column
    separator = line.separator
    self.patterns =
      patterns.filter { $0.pattern.isExact } + patterns.filter { !$0.pattern.isExact }
    self.unknown = unknown
    self.causes = causes
    self.icd10 = Self.table(icd10)
  }

  /// The places of codes, by their letters and digits.
  private static func table(_ codes: [String]) -> [[UInt8]: [Int]] {
    var table: [[UInt8]: [Int]] = [:]
    for (cause, code) in codes.enumerated() where !code.isEmpty {
      let bytes = Array(code.utf8)
      table[plain(bytes.span, 0..<bytes.count), default: []].append(cause)
    }
    return table
  }

  /// The capital letters and digits of a code.
  private static func plain(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    CellForms.folded(bytes, range).filter { $0 != UInt8(ascii: ".") }
  }

  /// The causes of an ICD-10 code: those of the longest code of the model that it begins with,
  /// since a longer code says more of the same disease.
  static func causes(ofICD10 code: String, among codes: [String]) -> [Int] {
    let bytes = Array(code.utf8)
    return causes(of: plain(bytes.span, 0..<bytes.count), in: table(codes))
  }

  private static func causes(of code: [UInt8], in table: [[UInt8]: [Int]]) -> [Int] {
    var code = code
    // A category has three signs.
    while code.count >= 3 {
      if let causes = table[code] { return causes }
      code.removeLast()
    }
    return []
  }

  /// What a cell says: causes, any of which is right.
  enum Reading {
    case causes([Int])
    /// Nothing, by the mapping or since the cell is blank.
    case unknown
    /// One of the usual words for unknown.
    case word(Range<Int>)
  }

  /// Reads a cell.
  func read(
    _ bytes: Span<UInt8>, _ range: Range<Int>, forms: CellForms?
  ) throws(DorsalError) -> Reading {
    let content = CellForms.trimmed(bytes, range)
    if content.isEmpty { return .unknown }
    if unknown.contains(where: {
      $0.holds(
        bytes, content, number: DecimalNumber.parse(bytes, range: content), folds: forms != nil)
    }) {
      return .unknown
    }
    var found: [Int] = []
    var start = content.lowerBound
    while start <= content.upperBound {
      var end = start
      while end < content.upperBound, bytes[end] != (separator ?? UInt8(ascii: "|")) { end += 1 }
      let part = CellForms.trimmed(bytes, start..<end)
      if !part.isEmpty {
        guard let causes = causes(of: bytes, part, forms: forms) else {
          if part == content, let forms, forms.isUnknown(bytes, content) {
            return .word(content)
          }
          let shown = TextEncoding.printable(bytes, range: part)
          throw DorsalError(
            .value,
            "\"\(shown)\" is neither a cause nor the ICD-10 code of one, and no code "
              + "of the mapping; expected one, or there a line for others: *=unlisted, or *= for "
              + "unknown")
        }
        for cause in causes where !found.contains(cause) { found.append(cause) }
      }
      start = end + 1
    }
    return found.isEmpty ? .unknown : .causes(found)
  }

  private func causes(of bytes: Span<UInt8>, _ part: Range<Int>, forms: CellForms?) -> [Int]? {
    let number = DecimalNumber.parse(bytes, range: part)
    for (pattern, causes) in patterns {
      // What stands for all others comes behind the model's own codes.
      if case .any = pattern { continue }
      if pattern.holds(bytes, part, number: number, folds: forms != nil) { return causes }
    }
    if let cause = causes[String(decoding: part.map { bytes[$0] }, as: UTF8.self)] {
      return [cause]
    }
    let byCode = Self.causes(of: Self.plain(bytes, part), in: icd10)
    if !byCode.isEmpty { return byCode }
    for (pattern, causes) in patterns { if case .any = pattern { return causes } }
    return nil
  }
}
