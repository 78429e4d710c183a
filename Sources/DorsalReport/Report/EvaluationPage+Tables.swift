internal import DorsalCore
internal import DorsalLearning

extension EvaluationPage {
  /// How many of the most frequent diagnoses the table of confusions shows.
  private static let confusionSize = 12

  var triageSection: String {
    let given = Urgency.allCases.enumerated().map { own, urgency in
      [urgency.rawValue]
        + evaluation.triage[own].enumerated().map { place, count in
          place == own ? "<b>\(count)</b>" : "\(count)"
        }
    }
    let rates = evaluation.triageRows.map { row in
      [row.own.rawValue, row.under.text, row.right.text, row.over.text, "\(row.under.count)"]
    }
    return """
      <h2>Triage</h2>
      \(Page.table(
        [("urgency of the cause", false)] + Urgency.allCases.map { ("given \($0.rawValue)", true) },
        given))
      \(Page.table(
        [("urgency of the cause", false), ("less urgency", true), ("its own", true),
        ("more urgency", true), ("cases", true)], rates, caption: "Shares with 95% intervals"))
      """
  }

  var ruleSection: String { rules?.section(model: model) ?? "" }

  var setSection: String {
    guard let sets = evaluation.sets else { return "" }
    let rows = sets.rows(model: model).map { row in
      [Page.escape(row.name), row.held.valueText, row.held.intervalText, "\(row.held.count)"]
    }
    return """
      <h2>Prediction sets</h2>
      \(Page.table(
        [("diagnosis", false), ("in the set", true), ("95% interval", true), ("cases", true)],
        rows, caption: Page.escape(sets.heading)))
      """
  }

  var confusionSection: String {
    let totals = evaluation.confusion.map { $0.reduce(0, +) }
    let shown = totals.indices.filter { totals[$0] > 0 }.sorted {
      (totals[$1], $0) < (totals[$0], $1)
    }.prefix(Self.confusionSize).sorted()
    guard !shown.isEmpty else { return "" }
    let rows = shown.enumerated().map { place, diagnosis -> [String] in
      let row = evaluation.confusion[diagnosis]
      let rest = totals[diagnosis] - shown.reduce(0) { $0 + row[$1] }
      return ["\(place + 1) \(Page.escape(model.causes[diagnosis].id))"]
        + shown.map { leading in
          guard row[leading] > 0 else { return "" }
          let share = Double(row[leading]) / Double(totals[diagnosis])
          return """
            <span title="\(Page.escape(model.causes[leading].id)): \(NumberText.percent(share))">\
            \(leading == diagnosis ? "<b>\(row[leading])</b>" : "\(row[leading])")</span>
            """
        } + [rest > 0 ? "\(rest)" : "", "\(totals[diagnosis])"]
    }
    let columns =
      [("diagnosis", false)] + shown.enumerated().map { ("\($0.offset + 1)", true) }
      + [("others", true), ("cases", true)]
    let names = shown.enumerated().map {
      "\($0.offset + 1) \(Page.escape(model.causes[$0.element].id))"
    }
    return """
      <h2>Confusion of the leading causes</h2>
      \(Page.table(columns, rows, caption: "Cases by diagnosis (row) and leading cause (column)"))
      <p class="small">Columns: \(names.joined(separator: ", ")). \
      The \(shown.count) most frequent diagnoses.</p>
      """
  }

  var subgroupSection: String {
    guard !evaluation.subgroups.isEmpty else { return "" }
    let rows = evaluation.subgroups.map { group in
      func text(_ name: String) -> String {
        group.evaluation.measures.first { $0.name == name }?.text ?? "-"
      }
      func text(_ event: Int, _ name: String) -> String {
        group.evaluation.events[event].measure(name)?.text ?? "-"
      }
      return [
        Page.escape(group.label(model: model)), "\(group.evaluation.labelledCount)", text("top_1"),
        text("log_loss"), text(2, "auroc"), text(0, "slope"), text(0, "calibration_error"),
        text("under_triage"), text("over_triage"), group.isSmall ? "few cases" : "",
      ]
    }
    return """
      <h2>Subgroups</h2>
      \(Page.table(
        [("subgroup", false), ("cases", true), ("ranked first", true), ("log loss", true),
        ("AUROC of emergency", true), ("slope", true), ("calibration error", true),
        ("under-triage", true), ("over-triage", true), ("", false)], rows))
      <p class="small">Slope and calibration error are of the leading cause. Fewer than \
      \(Evaluation.Subgroup.fewCases) cases say little: differences between such groups are mostly \
      chance (\(Method.collins2016.link)).</p>
      """
  }

  var causeSection: String {
    let byCause = Dictionary(
      evaluation.causes.map { ($0.cause, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = evaluation.causeEvents.enumerated().filter { cause, event in
      event.events > 0 || byCause[cause] != nil
    }.map { cause, event -> [String] in
      func text(_ name: String) -> String { event.measure(name)?.text ?? "-" }
      let row = byCause[cause]
      let ranked = row.map { ["\($0.count)", "\($0.top1)", "\($0.top3)"] } ?? ["-", "-", "-"]
      return [Page.escape(event.title)] + ranked
        + [
          "\(event.events)", NumberText.fixed(event.expected, decimals: 1), text("auroc"),
          text("auprc"), text("expected_over_observed"), text("slope"), text("calibration_error"),
        ]
    }
    guard !rows.isEmpty else { return "" }
    let without = evaluation.causeEvents.filter { $0.events == 0 }
    let expected = without.reduce(0) { $0 + $1.expected }
    return """
      <h2>Each cause</h2>
      \(Page.table(
        [("cause", false), ("diagnosed", true), ("first", true), ("first 3", true),
        ("against the rest", true), ("expected", true), ("AUROC", true),
        ("average precision", true), ("expected/observed", true), ("slope", true),
        ("calibration error", true)], rows))
      <p class="small">"Diagnosed" counts a case that accepts several diagnoses for the first of \
      them; "against the rest" leaves such cases out. \(without.count) causes have no case; \
      \(NumberText.fixed(expected, decimals: 1)) of theirs were expected in all.</p>
      """
  }

  var methodSection: String {
    """
    <h2>How the figures were found</h2>
    <ul class="small">
    <li>\(IntervalNote(evaluation).html)\(
      rules != nil && evaluation.weighting?.hasSampledShares == true
        ? " " + IntervalNote.rules : "")</li>
    <li>AUROC: the chance that a case with the event has the greater probability \
    (\(Method.hanley1982.link)). Spiegelhalter's test: \(Method.spiegelhalter1986.link).</li>
    <li>Calibration error: the root of the mean squared distance of probability and observed share \
    over \(CalibrationBins.usualCount) bins of about as many cases each (fewer for few cases), \
    less what chance adds (\(Method.ferro2012.link); \(Method.kumar2019.link)).</li>
    <li>Slope and intercept: logistic recalibration by maximum likelihood (\(Method.cox1958.link)); \
    resampled by one Newton step (\(Method.moulton1991.link)), with at least \
    \(Evaluation.Event.fewestEvents) events.</li>
    <li>Parts of scores: isotonic recalibration (\(Method.dimitriadis2021.link)), without \
    intervals, since the bootstrap is not valid for it.</li>
    <li>Net benefit: \(Method.vickers2006.link).</li>
    <li>A dash is a figure that these cases do not define, such as an area without events.</li>
    </ul>
    """
  }
}
