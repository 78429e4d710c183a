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
    if !summary.hasMoreValues, words.allSatisfy(Self.binaryWords.contains) {
      (kind, edges, stateOfValue, range) = (.binary, [], [:], nil)
      states = ["absent", "present"]
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
        throw Unusable(reason: "has numbers that cannot be cut", isHarmless: true)
      }
      (kind, stateOfValue) = (.number, [:])
      self.edges = edges
      states = Self.names(of: edges)
      range = Self.range(of: summary.numbers, edges: edges)
      return
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
      guard state != "unknown" else {
        throw Unusable(
          reason: "has the value \"\(text)\"; an empty cell is unknown, or name the word with "
            + "--unknown", isHarmless: false)
      }
      guard !states.contains(state) else {
        throw Unusable(
          reason: "has two values that would be the state \"\(state)\"", isHarmless: false)
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

  /// Edges that cut numbers into parts of about equal count: quantiles, each once.
  private static func quantiles(of numbers: [Double], parts: Int) -> [Double] {
    let sorted = numbers.sorted()
    var edges: [Double] = []
    for part in 1..<max(parts, 2) {
      let edge = sorted[part * sorted.count / parts]
      // A value on an edge belongs to the state above it: the least has to be below.
      if edge > (edges.last ?? sorted[0]) { edges.append(edge) }
    }
    return edges
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
