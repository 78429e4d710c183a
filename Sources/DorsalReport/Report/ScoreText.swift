internal import DorsalCore

extension ClinicalScore.Seen {
  /// How well a score's table is known, in words.
  var words: String {
    switch self {
    case .source: "table read at its source"
    case .copy: "table read in a copy"
    case .recalled: "table from memory, not checked"
    }
  }
}

extension ScoreResult {
  /// The points and the band in words: `7 points: potentially unstable`.
  var outcome: String {
    let bands = possibleBands.map { score.bands[$0].label }
    let band =
      bands.count == 1
      ? bands[0]
      : bands.count == score.bands.count && bands.count > 2
        ? "band open" : "band open: " + bands.joined(separator: " / ")
    return score.kind == .points
      ? "\(pointsText) \(points == 1...1 ? "point" : "points"), \(band)" : band
  }

  /// The lines of a result for a terminal.
  var lines: [String] {
    guard !knownInputs.isEmpty else {
      return [
        "\(score.label) (\(score.id))",
        "  none of its inputs is known for this case; it asks for "
          + inputs.joined(separator: ", "),
      ]
    }
    var lines = ["\(score.label) (\(score.id))", "  " + outcome]
    if let band { lines.append("  " + band.meaning) }
    let points = items.filter { $0.points != 0...0 }.map { "\($0.item.label) \($0.text)" }
    if !points.isEmpty { lines.append("  points: " + points.joined(separator: ", ")) }
    if !missing.isEmpty { lines.append("  not known: " + missing.joined(separator: ", ")) }
    return lines + [
      "  for: \(score.population)", "  answers: \(score.purpose)", "  limits: \(score.notFor)",
      "  source: \(score.sources.joined(separator: ", ")) (\(score.seen.words))",
    ]
  }

  /// The same in short, for an explanation.
  var shortLines: [String] {
    var lines = ["  \(score.label): \(outcome)"]
    if let band { lines.append("    " + band.meaning) }
    if !missing.isEmpty { lines.append("    not known: " + missing.joined(separator: ", ")) }
    return lines + [
      "    for: \(score.population)",
      "    limits: \(score.notFor)",
      "    source: \(score.sources.joined(separator: ", ")) (\(score.seen.words))",
    ]
  }

  /// The result as JSON.
  var json: JSONValue {
    let isOpen = knownInputs.isEmpty
    func range(_ points: ClosedRange<Double>?) -> JSONValue {
      guard let points, !isOpen else { return .null }
      return .object([
        ("least", .number(points.lowerBound)), ("greatest", .number(points.upperBound)),
      ])
    }
    func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    return .object([
      ("score", .string(score.id)), ("label", .string(score.label)),
      ("points", range(points)),
      ("band", band.map { isOpen ? .null : .string($0.id) } ?? .null),
      ("band_label", band.map { isOpen ? .null : .string($0.label) } ?? .null),
      ("meaning", band.map { isOpen ? .null : .string($0.meaning) } ?? .null),
      ("possible_bands", strings(possibleBands.map { score.bands[$0].id })),
      (
        "items",
        .array(
          items.map { item in
            .object([
              ("item", .string(item.item.id)), ("label", .string(item.item.label)),
              ("least", .number(item.points.lowerBound)),
              ("greatest", .number(item.points.upperBound)),
            ])
          })
      ),
      ("known", strings(knownInputs)), ("missing", strings(missing)),
      ("population", .string(score.population)), ("purpose", .string(score.purpose)),
      ("not_for", .string(score.notFor)), ("sources", strings(score.sources)),
      ("seen", .string(score.seen.rawValue)),
    ])
  }
}

extension Explanation {
  /// The scores of the case in short; nothing where it has the inputs of none.
  func scoreLines() -> [String] {
    if scores.isEmpty { return [] }
    return ["scores, which answer questions of their own and change no probability:"]
      + scores.flatMap(\.shortLines)
  }
}
