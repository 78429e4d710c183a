internal import DorsalCore
public import DorsalLearning

/// A comparison as one self-contained page of HTML: what it comes to, then the figures, then who
/// moves where. No script, nothing loaded from elsewhere; text of files is escaped.
public struct ComparisonPage: Sendable {
  private let comparison: Comparison
  private let sides: ComparedSides
  private let file: String

  /// Prepares the page of a comparison.
  ///
  /// - Parameters:
  ///   - comparison: What to show.
  ///   - sides: What A and B are.
  ///   - file: The name of the case file.
  public init(_ comparison: Comparison, sides: ComparedSides, file: String) {
    (self.comparison, self.sides, self.file) = (comparison, sides, file)
  }

  /// The page.
  public var html: String {
    let judged = [figureSection, urgencySection, benefitSection, causeSection]
    let sections =
      [head] + (comparison.labelledCount > 0 ? judged : []) + [movementSection, methodSection]
    return Page.html(title: "Comparison on \(file)", body: sections.joined(separator: "\n"))
  }

  private var head: String {
    let counts = comparison.countLines(sides).map { "<li>\(Page.escape($0))</li>" }
    return """
      <h1>Comparison on \(Page.escape(file))</h1>
      <p><b>\(Page.escape(comparison.verdict))</b></p>
      <p>A: \(Page.escape(sides.a.title)), <code>sha256:\(sides.a.model.checksum)</code><br/>
      B: \(Page.escape(sides.b.title)), <code>sha256:\(sides.b.model.checksum)</code></p>
      <ul>\(counts.joined())</ul>
      <p class="warning">\(Page.escape(EvaluationPage.caution))</p>
      <p class="warning">\(Page.escape(RankingWriter.disclaimer))</p>
      """
  }

  private var figureSection: String {
    let rows = comparison.measures.map { measure in
      [
        Page.escape(measure.title), measure.text(measure.a), measure.text(measure.b),
        measure.differenceText, measure.intervalText, "\(measure.count)", measure.standingText,
      ]
    }
    return """
      <h2>Figures</h2>
      \(Page.table(
        [("figure", false), ("A", true), ("B", true), ("B less A", true), ("95% interval", true),
        ("cases", true), ("B is", false)], rows))
      """
  }

  private var urgencySection: String {
    guard !comparison.byUrgency.isEmpty else { return "" }
    let rows = comparison.byUrgency.map { urgency, group in
      [urgency.rawValue, "\(group.count)"] + group.cells + [group.verdict]
    }
    return """
      <h2>By urgency of the cause</h2>
      \(Page.table(
        [("urgency", false), ("cases", true)] + Comparison.Group.headings.map { ($0, true) }
        + [("by B", false)], rows, caption: "From A to B; of log loss the difference too"))
      """
  }

  private var causeSection: String {
    guard !comparison.byCause.isEmpty else { return "" }
    let rows = comparison.byCause.map { cause, group in
      [Page.escape(sides.a.model.causes[cause].label), "\(group.count)"] + group.cells
        + [group.probabilityText, group.verdict]
    }
    return """
      <h2>By diagnosis</h2>
      \(Page.table(
        [("diagnosis", false), ("cases", true)] + Comparison.Group.headings.map { ($0, true) }
        + [("mean probability", true), ("by B", false)], rows,
        caption: "From A to B; of log loss the difference too"))
      <p class="small">With many rows some intervals miss zero by chance: one in twenty where \
      nothing differs.</p>
      """
  }

  private var benefitSection: String {
    let tables = comparison.benefits.map { benefit in
      let rows = benefit.points.map { point in
        [
          (point.threshold == benefit.lossThreshold ? "* " : "")
            + NumberText.percent(point.threshold)
        ]
          + point.probability.benefitCells + point.triage.benefitCells
      }
      return Page.table(
        [
          ("threshold", true), ("A", true), ("B", true), ("B less A", true),
          ("A as triaged", true), ("B as triaged", true), ("B less A", true),
        ], rows, caption: "Acting where \(benefit.title)")
    }
    return """
      <h2>Net benefit</h2>
      <p class="small">The share of cases rightly acted on, less the share wrongly acted on weighed \
      by the odds of the threshold. * The threshold that the losses of A's model imply.</p>
      \(tables.joined(separator: "\n"))
      """
  }

  private var movementSection: String {
    let movement = comparison.movement
    let urgency = zip(Urgency.allCases, movement.urgency).enumerated().map { place, row in
      [row.0.rawValue]
        + row.1.enumerated().map { column, count in
          column == place ? "<b>\(count)</b>" : "\(count)"
        }
    }
    let moves = movement.leading.filter { !$0.isSame }
    let leading = moves.prefix(Comparison.mostMoves).map { move in
      [
        Page.escape(sides.a.model.causes[move.a].label),
        Page.escape(sides.b.model.causes[move.b].label), "\(move.count)",
        "\(move.diagnosedCount)", "\(move.rightByA)", "\(move.rightByB)",
      ]
    }
    let rest = moves.count - leading.count
    let table =
      leading.isEmpty
      ? ""
      : Page.table(
        [
          ("leads by A", false), ("leads by B", false), ("cases", true), ("diagnosed", true),
          ("A right", true), ("B right", true),
        ], leading, caption: "Cases whose leading cause differs, most frequent first")
    return """
      <h2>Who moves where</h2>
      <p>\(movement.sameUrgencyCount) of \(comparison.caseCount) cases are given the same urgency, \
      \(movement.urgencyShifts.more) more by B, \(movement.urgencyShifts.less) less. The same cause \
      leads in \(movement.sameLeadingCount).</p>
      \(Page.table(
        [("urgency by A", false)] + Urgency.allCases.map { ("\($0.rawValue) by B", true) }, urgency))
      \(table)
      \(rest > 0 ? "<p class=\"small\">And \(rest) more pairs.</p>" : "")
      """
  }

  private var methodSection: String {
    """
    <h2>How the figures were found</h2>
    <ul class="small">
    <li>Differences are of B less A on the same cases. Differences of shares have Tango's score \
    intervals (1998); the others are percentiles of \(comparison.draws) bootstrap samples of the \
    cases (seed \(comparison.seed)), each the same for both sides, from 10 cases on.</li>
    <li>"better" and "worse": the 95% interval lies on one side of zero. "level": it holds zero. \
    "alike": no case differs. Rows by urgency and by diagnosis say what the difference of their log \
    loss says, and what becomes of the urgency.</li>
    <li>How urgent a diagnosis is, the model of A says. A case is compared in figures of diagnoses \
    where both models have its diagnosis; each side is judged by all of its own posteriors.</li>
    </ul>
    """
  }
}
