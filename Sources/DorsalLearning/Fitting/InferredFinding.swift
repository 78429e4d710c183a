internal import DorsalCore

/// A finding made out of a column: what kind it is and which states it has.
struct InferredFinding: Sendable {
  /// How columns become findings.
  struct Rules: Sendable {
    /// Edges that were given, by the name of the column.
    var edges: [String: [Double]] = [:]
    /// Into how many parts of equal count numbers are cut.
    var parts = 5
    /// Whole numbers from 0 to `greatestCode` with so many different values or fewer are
    /// codes, and so states of a category.
    static let mostCodes = 10
    static let greatestCode = 20.0
    /// A category with more states than this is taken for a text that nobody meant as one.
    static let mostStates = 60
    /// Whether values are names of single rows is asked where so many rows have one.
    static let leastRows = 10
    /// A part of the numbers above their least value has at least so many.
    static let leastPart = 10
    /// Numbers of records are taken to be no smaller than this, where they repeat.
    static let leastRecord = 1000.0
  }

  /// The column's name.
  let column: String
  /// The id.
  let id: String
  let kind: Finding.Kind
  let states: [String]
  let edges: [Double]
  let range: ClosedRange<Double>?
  /// The state that each value of the column stands for; empty for numbers, and for
  /// binary findings, whose words every case file may use.
  let stateOfValue: [String: String]

  /// Words for the states of a binary finding, in small letters.
  private static let binaryWords: Set<String> = [
    "absent", "present", "no", "yes", "false", "true", "0", "1",
  ]

  /// Why a column is no finding.
  struct Unusable: Error {
    let reason: String
    /// Whether the column says nothing, rather than something that cannot be used.
    let isHarmless: Bool
    /// The text of the cell at fault; nothing where it is the whole column.
    var cell: String?
  }

  init(column: String, summary: ColumnSummary, rules: Rules) throws(Unusable) {
    self.column = column
    id = Identifier.from(column)
    let texts = summary.texts
    let words = texts.map { $0.lowercased() }
    if let given = rules.edges[column] {
      guard summary.isNumeric, !summary.numbers.isEmpty else {
        throw Unusable(reason: "has edges but not only numbers", isHarmless: false)
      }
      (kind, edges, stateOfValue) = (.number, given, [:])
      states = Self.names(of: given)
      range = Self.range(of: summary.numbers, edges: given)
      return
    }
    guard !texts.isEmpty else { throw Unusable(reason: "is empty", isHarmless: true) }
    try Self.checkNumbers(summary, texts: texts)
    if !summary.hasMoreValues, words.allSatisfy(Self.binaryWords.contains) {
      (kind, edges, stateOfValue, range) = (.binary, [], [:], nil)
      states = ["absent", "present"]
      return
    }
    if summary.isNumeric, !summary.hasMoreValues,
      summary.numbers.allSatisfy({ $0 == 0 || $0 == 1 })
    {
      // Such as 0.0 and 1.0, which other programs write where a cell of the column is empty.
      (kind, edges, range) = (.binary, [], nil)
      states = ["absent", "present"]
      stateOfValue = Dictionary(
        texts.map { ($0, DecimalNumber.parse($0) == 0 ? "absent" : "present") }
      ) { first, _ in first
      }
      return
    }
    guard texts.count > 1 else {
      throw Unusable(reason: "has one value only, \"\(texts[0])\"", isHarmless: true)
    }
    let areCodes =
      texts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
      && texts.count <= Rules.mostCodes
      && summary.numbers.allSatisfy { $0 <= Rules.greatestCode }
    if summary.isNumeric, !areCodes {
      let edges = Self.quantiles(of: summary.numbers, parts: rules.parts)
      guard !edges.isEmpty else {
        throw Unusable(
          reason: "has the same number in every row, written in several ways", isHarmless: true)
      }
      (kind, stateOfValue) = (.number, [:])
      self.edges = edges
      states = Self.names(of: edges)
      range = Self.range(of: summary.numbers, edges: edges)
      return
    }
    if Self.areDates(texts) {
      throw Unusable(reason: "has dates, and was left out", isHarmless: true)
    }
    if !summary.hasMoreValues, Self.nameRows(texts.count, of: summary.filledCount) {
      throw Unusable(
        reason: "has another text in nearly every row (\(texts.count) in "
          + "\(summary.filledCount)), as names have, and was left out", isHarmless: true)
    }
    guard !summary.hasMoreValues, texts.count <= Rules.mostStates else {
      throw Unusable(
        reason: "has more than \(Rules.mostStates) different texts; leave it out with --ignore",
        isHarmless: false)
    }
    var stateOfValue: [String: String] = [:]
    var states: [String] = []
    for text in texts {
      let state = Identifier.from(text, mayBeginWithDigit: true)
      guard state != "unknown", !ColumnSummary.wordsForUnknown.contains(text.lowercased()) else {
        throw Unusable(
          reason: "has the value \"\(text)\"; an empty cell is unknown, or name the word with "
            + "--unknown", isHarmless: false, cell: text)
      }
      if let other = stateOfValue.first(where: { $0.value == state })?.key {
        throw Unusable(
          reason: "has the values \"\(other)\" and \"\(text)\", which would both be the state "
            + "\"\(state)\"; write one of them otherwise", isHarmless: false, cell: text)
      }
      states.append(state)
      stateOfValue[text] = state
    }
    (kind, edges, range) = (.category, [], nil)
    self.states = states
    self.stateOfValue = stateOfValue
  }

  /// Whether a case file with this column as it is can be read.
  var isAsWritten: Bool { column == id && stateOfValue.allSatisfy { $0 == $1 } }

  /// What keeps numbers from being read as numbers, though all but a few cells are.
  private static func checkNumbers(
    _ summary: ColumnSummary, texts: [String]
  ) throws(Unusable) {
    guard !summary.isNumeric, !summary.hasText else { return }
    if let number = summary.decimalComma {
      throw Unusable(
        reason: "has numbers with a decimal comma, \"\(number)\"; expected a decimal point",
        isHarmless: false, cell: number)
    }
    if let bound = summary.bound, summary.numberCount > 0 {
      throw Unusable(
        reason: "has numbers and the bound \"\(bound)\", which is none; expected a number, such as "
          + "half the limit, or take it as unknown with --unknown \"\(bound)\"", isHarmless: false,
        cell: bound)
    }
    guard summary.numberCount > 0,
      let word = texts.first(where: { DecimalNumber.parse($0) == nil })
    else { return }
    throw Unusable(
      reason: "has numbers and the word \"\(word)\"; an empty cell is unknown, or name the word "
        + "with --unknown", isHarmless: false, cell: word)
  }

  /// Whether different values are nearly as many as rows.
  private static func nameRows(_ values: Int, of rows: Int) -> Bool {
    rows >= Rules.leastRows && values * 10 >= rows * 9
  }

  /// Whether all texts are days such as 2026-01-31, 31.1.2026 or 1/31/26, with or without a
  /// time behind them.
  private static func areDates(_ texts: [String]) -> Bool {
    texts.allSatisfy { text in
      let day = text.split(whereSeparator: { $0 == " " || $0 == "T" }).first ?? ""
      for mark in ["-", ".", "/"] as [Character] {
        let parts = day.split(separator: mark, omittingEmptySubsequences: false)
        if parts.count == 3,
          parts.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) })
        {
          return true
        }
      }
      return false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// What somebody who hands the model on should know of a column that became a finding;
  /// nothing where there is nothing to say.
  static func note(on finding: InferredFinding, summary: ColumnSummary) -> String? {
    if RecordNames.mayBeOfRecords(finding.column) {
      return
        "became a finding, and its name is one of records, people or places; leave it out with "
        + "--ignore if it is"
    }
    switch finding.kind {
    case .category where summary.hasText:
      let values = summary.values.count
      guard values >= Rules.leastRows, values * 3 > summary.filledCount else { return nil }
      return "has \(values) different texts in \(summary.filledCount) rows, and each is named in "
        + "the model; leave it out with --ignore if they name people"
    case .number:
      let (values, rows) = (Set(summary.numbers).count, summary.numbers.count)
      guard rows >= Rules.leastRows, summary.numbers.allSatisfy({ $0 == $0.rounded() }) else {
        return nil
      }
      if values == rows {
        return "has another whole number in every row; leave it out with --ignore if they are "
          + "numbers of records"
      }
      // Visits repeat numbers of records, which are larger than most that are measured.
      guard values >= Rules.leastRows, values * 3 > rows,
        summary.numbers.allSatisfy({ $0 >= Rules.leastRecord })
      else { return nil }
      return "has \(values) different whole numbers in \(rows) rows; leave it out with --ignore if "
        + "they are numbers of records"
    default: return nil
    }
  }

  /// Edges that cut numbers into parts of about equal count: quantiles, each once. Where most
  /// numbers are the least one, it stands alone and the others are cut.
  private static func quantiles(of numbers: [Double], parts: Int) -> [Double] {
    let sorted = numbers.sorted()
    var edges: [Double] = []
    for part in 1..<max(parts, 2) {
      let edge = sorted[part * sorted.count / parts]
      // A value on an edge belongs to the state above it: the least has to be below.
      if edge > (edges.last ?? sorted[0]) { edges.append(edge) }
    }
    guard edges.isEmpty, let first = sorted.firstIndex(where: { $0 > sorted[0] }) else {
      return edges
    }
    let others = Array(sorted[first...])
    let otherParts = min(parts - 1, others.count / Rules.leastPart)
    return [others[0]] + (otherParts > 1 ? quantiles(of: others, parts: otherParts) : [])
  }

  /// The states between edges: `below_18`, `18_to_50`, `50_and_above`.
  private static func names(of edges: [Double]) -> [String] {
    let texts = edges.map { edge in
      // Beyond 2^53 digits would not be those of the number.
      edge >= 0 && edge < 0x1p53 && edge == edge.rounded() ? ModelWriter.number(edge) : nil
    }
    guard texts.allSatisfy({ $0 != nil }) else {
      return (0...edges.count).map { "part_\($0 + 1)" }
    }
    let known = texts.compactMap { $0 }
    return ["below_\(known[0])"]
      + zip(known, known.dropFirst()).map { "\($0)_to_\($1)" }
      + ["\(known[known.count - 1])_and_above"]
  }

  /// What numbers a case file may have: those seen and their span beyond them on both sides,
  /// but nothing below 0 where nothing below 0 was seen.
  private static func range(of numbers: [Double], edges: [Double]) -> ClosedRange<Double> {
    let all = numbers + edges
    let (least, greatest) = (all.min() ?? 0, all.max() ?? 1)
    let span = max(greatest - least, 1, greatest.ulp, least.ulp)
    let limit = Double.greatestFiniteMagnitude
    return max(least >= 0 ? 0 : -limit, least - span)...min(limit, greatest + span)
  }
}
