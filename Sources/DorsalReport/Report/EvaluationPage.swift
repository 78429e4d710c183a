public import DorsalCore
public import DorsalLearning

/// An evaluation as one self-contained page of HTML: what the cohort is, figures with
/// intervals, charts and tables. No script, nothing loaded from elsewhere; text of files
/// is escaped.
public struct EvaluationPage: Sendable {
  let evaluation: Evaluation
  let summary: CohortSummary
  let model: Model
  let file: String
  let rules: RuleEvaluation?

  /// Prepares the page of an evaluation.
  ///
  /// - Parameters:
  ///   - evaluation: What to show.
  ///   - summary: What the cases are like.
  ///   - model: The model that the cases were scored with.
  ///   - file: The name of the case file.
  ///   - rules: What red-flag rules do, where that was asked for.
  public init(
    _ evaluation: Evaluation, summary: CohortSummary, model: Model, file: String,
    rules: RuleEvaluation? = nil
  ) {
    self.rules = rules
    (self.evaluation, self.summary, self.model, self.file) = (evaluation, summary, model, file)
  }

  /// What every reader has to know before the figures.
  public static let caution =
    "Figures hold for these cases and no others. A cohort that was not sampled from a clinic, such "
    + "as examination vignettes, has no clinical prevalence: its calibration, expected over "
    + "observed, average precision and net benefit say nothing of a clinic, and the difficulty "
    + "of its cases was chosen by its author."

  /// The page.
  public var html: String {
    let sections = [
      head, cohortSection, figureSection, reliabilitySection, discriminationSection,
      decisionSection, setSection, triageSection, ruleSection, confusionSection, subgroupSection,
      causeSection,
      methodSection,
    ]
    let body = sections.joined(separator: "\n")
    return Page.html(
      title: "Evaluation of \(file)", body: body + "\n" + Citations(of: model).list(in: body))
  }

  private var head: String {
    """
    <h1>Evaluation of \(Page.escape(file))</h1>
    <p class="summary">\(evaluation.verdicts.map(Page.escape).joined(separator: "<br/>\n"))</p>
    <p>Model \(Page.escape(model.titleLine)) \
    (\(Page.escape(model.card.title))), <code>sha256:\(model.checksum)</code>. \
    \(evaluation.labelledCount) cases with a diagnosis, \(evaluation.coveredCount) of them in the \
    model.</p>
    \(evaluation.weightingLines.map { "<p>\(Page.escape($0))</p>" }.joined())
    <p class="warning">\(Page.escape(Self.caution))</p>
    <p class="warning">\(Page.escape(RankingWriter.disclaimer))</p>
    """
  }

  private var cohortSection: String {
    func share(_ count: Int) -> String {
      summary.caseCount > 0
        ? NumberText.percent(Double(count) / Double(summary.caseCount)) : "-"
    }
    var rows = [
      ["cases read", "\(summary.caseCount)", ""],
      ["with a diagnosis", "\(summary.labelledCount)", share(summary.labelledCount)],
      ["of them accepting several", "\(summary.severalCount)", share(summary.severalCount)],
      ["with nothing known but the setting", "\(summary.emptyCount)", share(summary.emptyCount)],
    ]
    for (setting, count) in zip(model.settings, summary.settingCounts) where count > 0 {
      rows.append(["setting \(Page.escape(setting))", "\(count)", share(count)])
    }
    if summary.withoutSetting > 0 {
      rows.append([
        "no setting named (the default one)", "\(summary.withoutSetting)",
        share(summary.withoutSetting),
      ])
    }
    let known = model.findings.indices.filter { $0 != model.settingFinding }.sorted {
      (summary.knownCounts[$1], $0) < (summary.knownCounts[$0], $1)
    }
    let never = known.filter { summary.knownCounts[$0] == 0 }
    let findings = known.filter { summary.knownCounts[$0] > 0 }.map { finding in
      let count = summary.knownCounts[finding]
      let missing = Double(summary.caseCount - count) / Double(max(summary.caseCount, 1))
      return [
        Page.escape(model.findings[finding].id), "\(count)", NumberText.percent(missing),
        Self.bar(missing),
      ]
    }
    let mean = summary.meanKnown.map { NumberText.fixed($0, decimals: 1) } ?? "-"
    return """
      <h2>Cohort</h2>
      \(Page.table([("", false), ("cases", true), ("share", true)], rows))
      <p>On average \(mean) of \(model.findings.count - 1) findings are known.</p>
      <details><summary>Missing share of each finding</summary>
      \(Page.table(
        [("finding", false), ("known", true), ("missing", true), ("0 to 100%", false)], findings))
      <p class="small">Never known: \
      \(never.map { Page.escape(model.findings[$0].id) }.joined(separator: ", "))</p>
      </details>
      """
  }

  private var figureSection: String {
    let rows = evaluation.measures.map { measure in
      [
        Page.escape(measure.title), measure.valueText, measure.intervalText, "\(measure.count)",
        measure.method?.rawValue ?? "",
      ]
    }
    return """
      <h2>Figures</h2>
      \(Page.table(
        [("figure", false), ("value", true), ("95% interval", true), ("cases", true),
        ("interval by", false)], rows))
      """
  }

  private var reliabilitySection: String {
    let charts = evaluation.events.map { event in
      EvaluationCharts.reliability(
        event.title, [("observed, with 95% interval", event.bins)], histogram: event.histogram)
    }
    return """
      <h2>Calibration</h2>
      <div class="charts">\(zip(charts, evaluation.events).map { chart, event in
        Self.figure(
          chart,
          "\(event.title): \(event.events) of \(event.count), "
            + "\(NumberText.fixed(event.expected, decimals: 1)) expected")
      }.joined())</div>
      \(eventTable)
      \(partsTable)
      """
  }

  /// The figures of the three events side by side.
  private var eventTable: String {
    guard let first = evaluation.events.first else { return "" }
    let rows = first.measures.indices.map { index in
      [Page.escape(first.measures[index].title)]
        + evaluation.events.map { Page.escape($0.measures[index].text) }
    }
    return Page.table(
      [("figure", false)] + evaluation.events.map { ($0.title, true) }, rows)
  }

  private var partsTable: String {
    var rows: [[String]] = []
    func add(_ name: String, _ parts: ScoreDecomposition?) {
      guard let parts else { return }
      rows.append(
        [Page.escape(name)]
          + [parts.score, parts.miscalibration, parts.discrimination, parts.uncertainty].map {
            NumberText.fixed($0, decimals: 4)
          })
    }
    add("all causes: Brier score (0 to 2)", evaluation.brier)
    add("all causes: log loss", evaluation.logLoss)
    for event in evaluation.events {
      add("\(event.title): Brier score", event.brier)
      add("\(event.title): log loss", event.logLoss)
    }
    return Page.table(
      [
        ("score = miscalibration - discrimination + uncertainty", false), ("score", true),
        ("miscalibration", true), ("discrimination", true), ("uncertainty", true),
      ], rows)
  }

  private var discriminationSection: String {
    let chart = EvaluationCharts.characteristics(evaluation.events)
    return """
      <h2>Discrimination</h2>
      <div class="charts">\(Self.figure(chart, "Receiver operating characteristics"))</div>
      """
  }

  private var decisionSection: String {
    let charts = evaluation.decisionCurves.compactMap { curve in
      EvaluationCharts.decisionCurve(curve).map {
        Self.figure($0, "Net benefit of acting where \(curve.title)")
      }
    }
    return """
      <h2>Decision curves</h2>
      <p class="small">Net benefit is the share of cases rightly acted on, less the share wrongly \
      acted on weighed by the odds of the threshold. The dotted line marks the threshold that the \
      model's losses imply.</p>
      <div class="charts">\(charts.joined())</div>
      """
  }

  static func figure(_ chart: Chart, _ caption: String) -> String {
    let caption = caption + (chart.cutNote.map { ". " + $0 } ?? "")
    return "<figure>\(chart.svg)<figcaption>\(Page.escape(caption))</figcaption></figure>"
  }

  /// A share as a bar.
  static func bar(_ share: Double) -> String {
    let width = NumberText.fixed(min(max(share, 0), 1) * 100, decimals: 1)
    return """
      <svg width="102" height="12" aria-hidden="true"><rect x="0.5" y="1.5" width="100" height="9" \
      fill="none" stroke="currentColor" stroke-opacity="0.4"/><rect x="0.5" y="1.5" \
      width="\(width)" height="9" fill="currentColor" fill-opacity="0.6"/></svg>
      """
  }
}
