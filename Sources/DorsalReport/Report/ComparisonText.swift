internal import DorsalCore
public import DorsalLearning

extension Comparison {
  /// The comparison as text, what it comes to first.
  ///
  /// - Parameter sides: What A and B are.
  public func text(sides: ComparedSides) -> String {
    var lines = [verdict, ""] + sides.lines + [""] + countLines(sides)
    if labelledCount > 0 {
      lines += [""] + measureTable(measures)
      if !byUrgency.isEmpty { lines += [""] + urgencyTable }
      if !byCause.isEmpty { lines += [""] + causeTable(sides) }
    }
    lines += [""] + movementLines(sides)
    if labelledCount > 0 {
      for benefit in benefits { lines += [""] + benefit.lines }
      lines += [""] + notes
    }
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }

  /// How many cases were compared, and what could not be.
  package func countLines(_ sides: ComparedSides) -> [String] {
    var lines = [
      "\(caseCount) cases by both, \(labelledCount) with a diagnosis of both, "
        + "\(coveredCount) of them in both models"
    ]
    for (letter, count) in [("A", diagnosedByOne.a), ("B", diagnosedByOne.b)] where count > 0 {
      lines.append(
        "\(count) \(count == 1 ? "case has" : "cases have") a diagnosis that only the model of "
          + "\(letter) has; no figure of diagnoses counts them")
    }
    for (letter, count) in [("A", answeredByOne.a), ("B", answeredByOne.b)] where count > 0 {
      lines.append("\(count) \(count == 1 ? "row" : "rows") only \(letter) could read: left out")
    }
    for (letter, model, causes) in [
      ("A", sides.a.model, causes.onlyA), ("B", sides.b.model, causes.onlyB),
    ] where !causes.isEmpty {
      lines.append("causes of \(letter) alone: \(Self.list(causes.map { model.causes[$0].id }))")
    }
    let moved = causes.shared.filter { !$0.hasSameUrgency }
    if !moved.isEmpty {
      let names = moved.map { cause in
        let (first, second) = (sides.a.model.causes[cause.a], sides.b.model.causes[cause.b])
        return "\(first.id) (\(first.urgency.rawValue), \(second.urgency.rawValue))"
      }
      lines.append("causes of other urgency by A and B, A's is taken: \(Self.list(names))")
    }
    return lines
  }

  /// The most names that a line gives.
  private static let mostNames = 50

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(mostNames).joined(separator: ", ")
    return names.count > mostNames ? shown + " and \(names.count - mostNames) more" : shown
  }

  private func measureTable(_ measures: [PairedMeasure]) -> [String] {
    var table = TextTable([
      ("figure", .left), ("A", .right), ("B", .right), ("B less A", .right),
      ("95% interval", .left), ("cases", .right), ("B is", .left),
    ])
    for measure in measures {
      table.append([
        measure.title, measure.text(measure.a), measure.text(measure.b), measure.differenceText,
        measure.intervalText, "\(measure.count)", measure.standingText,
      ])
    }
    return table.lines
  }

  private var urgencyTable: [String] {
    var table = TextTable(
      [("urgency of the cause", .left), ("cases", .right)]
        + Group.headings.map { ($0, .left) } + [("by B", .left)])
    for (urgency, group) in byUrgency {
      table.append([urgency.rawValue, "\(group.count)"] + group.cells + [group.verdict])
    }
    return ["by urgency, A to B (B less A with its 95% interval)", ""] + table.lines
  }

  private func causeTable(_ sides: ComparedSides) -> [String] {
    var table = TextTable(
      [("diagnosis", .left), ("cases", .right)] + Group.headings.map { ($0, .left) }
        + [("mean probability", .left), ("by B", .left)])
    for (cause, group) in byCause {
      table.append(
        [sides.a.model.causes[cause].id, "\(group.count)"] + group.cells
          + [group.probabilityText, group.verdict])
    }
    return ["by diagnosis, A to B", ""] + table.lines
  }

  /// The most pairs of leading causes that the text and the page show.
  package static let mostMoves = 20

  private func movementLines(_ sides: ComparedSides) -> [String] {
    var urgency = TextTable(
      [("urgency by A", .left)] + Urgency.allCases.map { ("\($0.rawValue) by B", .right) })
    for (own, row) in zip(Urgency.allCases, movement.urgency) {
      urgency.append([own.rawValue] + row.map { "\($0)" })
    }
    let shifts = movement.urgencyShifts
    var lines =
      [
        "who moves: \(movement.sameUrgencyCount) of \(caseCount) cases are given the same urgency, "
          + "\(shifts.more) more by B, \(shifts.less) less", "",
      ] + urgency.lines
    let moves = movement.leading.filter { !$0.isSame }
    lines += [
      "", "the same cause leads in \(movement.sameLeadingCount) of \(caseCount) cases",
    ]
    guard !moves.isEmpty else { return lines }
    var leading = TextTable([
      ("leads by A", .left), ("leads by B", .left), ("cases", .right), ("diagnosed", .right),
      ("A right", .right), ("B right", .right),
    ])
    for move in moves.prefix(Self.mostMoves) {
      leading.append([
        sides.a.model.causes[move.a].id, sides.b.model.causes[move.b].id, "\(move.count)",
        "\(move.diagnosedCount)", "\(move.rightByA)", "\(move.rightByB)",
      ])
    }
    lines += [""] + leading.lines
    if moves.count > Self.mostMoves {
      lines.append("and \(moves.count - Self.mostMoves) more pairs; --json has all")
    }
    return lines
  }

  private var notes: [String] {
    [
      "Differences are of B less A on the same cases. Intervals: Tango's for shares; otherwise "
        + "\(draws) bootstrap samples of the cases, seed \(seed), from 10 cases on. \"level\": the interval holds zero; "
        + "\"alike\": no case differs. Rows by urgency and diagnosis say what their log loss does and "
        + "what becomes of the urgency.",
      "With many rows some intervals miss zero by chance: one in twenty where nothing differs.",
    ]
  }
}

extension Comparison.Group {
  /// What `cells` are of.
  static let headings = ["log loss", "first", "first 3", "less urgency", "more urgency"]

  /// The figures from A to B; of the log loss, the difference with its interval too.
  var cells: [String] {
    measures.enumerated().map { index, measure in
      let change = "\(measure.text(measure.a)) to \(measure.text(measure.b))"
      guard index == 0, measure.difference != nil else { return change }
      return change + " (\(measure.differenceText)"
        + (measure.interval == nil ? "" : ", \(measure.intervalText)") + ")"
    }
  }

  /// The mean probability of the diagnosis.
  var probabilityText: String {
    "\(NumberText.fixed(meanProbability.a, decimals: 3)) to "
      + "\(NumberText.fixed(meanProbability.b, decimals: 3))"
  }
}

extension Comparison.Benefit {
  /// The benefit as lines of text.
  var lines: [String] {
    var table = TextTable([
      ("threshold", .right), ("A", .right), ("B", .right), ("B less A", .left),
      ("A as triaged", .right), ("B as triaged", .right), ("B less A", .left),
    ])
    for point in points {
      let mark = point.threshold == lossThreshold ? "*" : ""
      table.append(
        [mark + NumberText.percent(point.threshold)] + point.probability.benefitCells
          + point.triage.benefitCells)
    }
    let note = lossThreshold == nil ? "" : "; * the threshold of A's losses"
    return ["net benefit of acting where \(title)\(note)", ""] + table.lines
  }
}

extension PairedMeasure {
  /// A value of the figure for people: a share in percent, others with three decimals.
  package func text(_ value: Double?) -> String {
    value.map { isShare ? NumberText.fixed(100 * $0, decimals: 1) + "%" : show($0) } ?? "-"
  }

  /// The difference for people, with its sign.
  package var differenceText: String { difference.map(signed) ?? "-" }

  /// The interval of the difference for people.
  package var intervalText: String {
    interval.map { "\(signed($0.lowerBound)) to \(signed($0.upperBound))" } ?? "-"
  }

  /// What the difference says of B.
  package var standingText: String { standing == .unknown ? "-" : standing.rawValue }

  /// A, B, and the difference with its interval, of net benefits.
  package var benefitCells: [String] {
    [
      text(a), text(b),
      differenceText + (interval == nil ? "" : " (\(intervalText))"),
    ]
  }

  private var decimals: Int { name.hasPrefix("net_benefit") ? 4 : 3 }

  private func show(_ value: Double) -> String { NumberText.fixed(value, decimals: decimals) }

  private func signed(_ value: Double) -> String {
    let text = isShare ? NumberText.fixed(100 * value, decimals: 1) + "%" : show(value)
    // What rounds to zero has no sign.
    guard text.contains(where: { ("1"..."9").contains($0) }) else {
      return text.first == "-" ? String(text.dropFirst()) : text
    }
    return value > 0 ? "+" + text : text
  }
}
