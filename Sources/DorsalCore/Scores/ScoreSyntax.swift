/// How the tables of scores write numbers, ranges and rules.
enum ScoreSyntax {
  /// The points of a cell in hundredths; nothing where it is no number with two decimals at most.
  static func hundredths(_ text: String) -> Int? {
    guard let number = DecimalNumber.parse(text), abs(number) <= ScoreLimits.points else {
      return nil
    }
    let scaled = (number * 100).rounded()
    // The nearest Double to a number with two decimals is within an ulp of it.
    guard abs(number * 100 - scaled) <= 1e-9 * max(1, abs(scaled)) else { return nil }
    return Int(scaled)
  }

  /// Hundredths as people write points: `1.5`, `3`.
  static func text(ofHundredths points: Int) -> String {
    let (whole, rest) = (abs(points) / 100, abs(points) % 100)
    let sign = points < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    let decimals = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
    return "\(sign)\(whole).\(decimals)"
  }

  /// A rule by its text: nothing, `highest`, `any`, `at_least:2`, `sum`, `sum:3`, `first`.
  static func rule(_ text: String, isTable: Bool) -> ClinicalScore.Rule? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("", 1): return isTable ? .any : .highest
    case ("any", 1): return .any
    case ("at_least", 2):
      guard let count = Int(parts[1]), count > 0 else { return nil }
      return .atLeast(count)
    case ("highest", 1) where !isTable: return .highest
    case ("first", 1) where !isTable: return .first
    case ("sum", 1) where !isTable: return .sum(upTo: nil)
    case ("sum", 2) where !isTable:
      guard let limit = hundredths(parts[1]), limit > 0 else { return nil }
      return .sum(upTo: limit)
    default: return nil
    }
  }

  /// The rules that there are, for messages.
  static func rules(isTable: Bool) -> String {
    isTable
      ? "nothing, any or at_least:N"
      : "nothing, highest, any, at_least:N, sum, sum:LIMIT or first"
  }

  /// A range of numbers: comparisons that must all hold, such as `>=45 <65`.
  static func span(_ text: String) -> ClinicalScore.Span? {
    var (lower, upper): (Double?, Double?) = (nil, nil)
    var rest = Substring(text).drop { $0 == " " }
    guard !rest.isEmpty else { return nil }
    while let sign = rest.first {
      guard sign == "<" || sign == ">" else { return nil }
      rest = rest.dropFirst()
      let isInclusive = rest.first == "="
      if isInclusive { rest = rest.dropFirst() }
      rest = rest.drop { $0 == " " }
      let digits = rest.prefix { !" <>".contains($0) }
      guard let number = DecimalNumber.parse(String(digits)), number.isFinite else { return nil }
      rest = rest.dropFirst(digits.count).drop { $0 == " " }
      // A number on the bound is below `<=` and not below `<`.
      if sign == ">" {
        guard lower == nil else { return nil }
        lower = isInclusive ? number : number.nextUp
      } else {
        guard upper == nil else { return nil }
        upper = isInclusive ? number.nextUp : number
      }
    }
    let span = ClinicalScore.Span(lower: lower ?? -.infinity, upper: upper ?? .infinity)
    return span.lower < span.upper ? span : nil
  }
}
