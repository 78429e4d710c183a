public import DorsalCore
public import DorsalLearning

/// A calibration as one self-contained page of HTML: what it was fitted to, figures and charts
/// before and after, every case judged by a fit to the other folds, and what was fitted. No
/// script, nothing loaded from elsewhere; text of files is escaped.
public struct CalibrationPage: Sendable {
  let fitted: FittedCalibration
  let comparison: CalibrationComparison?
  let model: Model
  let file: String

  /// Prepares the page of a calibration.
  ///
  /// - Parameters:
  ///   - fitted: The calibration.
  ///   - comparison: Its cases before and after; nothing where none has a diagnosis.
  ///   - model: The model that it was fitted for.
  ///   - file: The name of the case file.
  public init(
    _ fitted: FittedCalibration, comparison: CalibrationComparison?, model: Model, file: String
  ) {
    (self.fitted, self.comparison, self.model, self.file) = (fitted, comparison, model, file)
  }

  /// What every reader has to know before the figures.
  public static let caution =
    "Every case is judged by a calibration that was fitted without it, so the figures after are "
    + "what to expect of new cases of the same kind. They hold for patients who come as these "
    + "came, and for no others: another clinic or another year needs its own."

  /// The page.
  public var html: String {
    let sections = [
      head, cohortSection, figureSection, reliabilitySection, decisionSection, causeSection,
      parameterSection, setSection, methodSection,
    ]
    let body = sections.joined(separator: "\n")
    return Page.html(
      title: "Calibration on \(file)", body: body + "\n" + Citations(of: model).list(in: body))
  }

  private var head: String {
    """
    <h1>Calibration on \(Page.escape(file))</h1>
    <p class="summary">\(Page.escape(fitted.verdict))</p>
    <p>Method \(fitted.calibration.method.rawValue). Model \(Page.escape(model.card.name)) \
    \(Page.escape(model.card.version)) (\(Page.escape(model.card.title))), \
    <code>sha256:\(model.checksum)</code>.</p>
    <p class="warning">\(Page.escape(Self.caution))</p>
    <p class="warning">\(Page.escape(RankingWriter.disclaimer))</p>
    """
  }

  private var cohortSection: String {
    let cohort = fitted.cohort
    var rows = [
      ["cases read", "\(cohort.caseCount)"], ["with a diagnosis", "\(cohort.labelledCount)"],
    ]
    if cohort.setApartCount > 0 {
      rows.append(["set apart for prediction sets", "\(cohort.setApartCount)"])
    }
    for (setting, count) in cohort.casesBySetting.sorted(by: { $0.key < $1.key }) {
      rows.append(["setting \(Page.escape(setting))", "\(count)"])
    }
    let kept =
      cohort.causesKept.isEmpty
      ? ""
      : "<p>\(cohort.causesKept.count) causes without enough cases for a fit of their own: "
        + cohort.causesKept.map(Page.escape).joined(separator: ", ") + ".</p>"
    return """
      <h2>Cohort</h2>
      \(Page.table([("", false), ("cases", true)], rows))
      \(kept)
      """
  }

  private var figureSection: String {
    guard let comparison, let crossFit = fitted.crossFit else {
      return """
        <h2>Before and after</h2>
        <p>No case has a diagnosis, so that nothing can be said of the probabilities before and \
        after.</p>
        """
    }
    func number(_ value: Double?) -> String {
      value.map { NumberText.fixed($0, decimals: 4) } ?? "-"
    }
    let short = zip(crossFit.before.rows, crossFit.after.rows).map { before, after in
      [Page.escape(before.title), number(before.value), number(after.value)]
    }
    let gains = comparison.gains.map { gain in
      [
        Page.escape(gain.title), number(gain.mean),
        gain.interval.map { "\(number($0.lowerBound)) to \(number($0.upperBound))" } ?? "-",
      ]
    }
    let after = Dictionary(
      comparison.after.measures.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = comparison.before.measures.filter { $0.value != nil }.map { measure in
      [Page.escape(measure.title), measure.text, after[measure.name]?.text ?? "-"]
    }
    return """
      <h2>Before and after</h2>
      \(Page.table([("figure", false), ("before", true), ("after", true)], short))
      \(Page.table(
        [("how much lower", false), ("mean over cases", true), ("95% interval", true)], gains,
        caption: "What the calibration gains, case by case"))
      <details><summary>All figures with 95% intervals</summary>
      \(Page.table([("figure", false), ("before", true), ("after", true)], rows))
      </details>
      """
  }

  private var reliabilitySection: String {
    guard let comparison else { return "" }
    let pairs = zip(comparison.before.events, comparison.after.events)
    let charts = pairs.map { before, after in
      EvaluationPage.figure(
        EvaluationCharts.reliability(
          after.title, [("after, with 95% interval", after.bins), ("before", before.bins)],
          histogram: after.histogram),
        "\(after.title): \(after.events) of \(after.count); expected "
          + "\(NumberText.fixed(before.expected, decimals: 1)) before and "
          + "\(NumberText.fixed(after.expected, decimals: 1)) after")
    }
    let rows = pairs.flatMap { before, after in
      zip(before.measures, after.measures).map { first, second in
        [
          Page.escape(before.title), Page.escape(first.title), Page.escape(first.text),
          Page.escape(second.text),
        ]
      }
    }
    return """
      <h2>Reliability</h2>
      <div class="charts">\(charts.joined())</div>
      \(Page.table(
        [("event", false), ("figure", false), ("before", true), ("after", true)], rows))
      """
  }

  private var decisionSection: String {
    guard let comparison else { return "" }
    let charts = zip(comparison.before.decisionCurves, comparison.after.decisionCurves)
      .compactMap { before, after in
        EvaluationCharts.decisionCurve(after, uncalibrated: before).map {
          EvaluationPage.figure($0, "Net benefit of acting where \(after.title)")
        }
      }
    return charts.isEmpty
      ? "" : "<h2>Decision curves</h2>\n<div class=\"charts\">\(charts.joined())</div>"
  }

  private var causeSection: String {
    guard let comparison else { return "" }
    let rows = zip(comparison.before.causeEvents, comparison.after.causeEvents)
      .filter { $0.0.events > 0 }.map { before, after -> [String] in
        func text(_ event: Evaluation.Event, _ name: String) -> String {
          event.measure(name)?.text ?? "-"
        }
        return [
          Page.escape(after.title), "\(after.events)",
          NumberText.fixed(before.expected, decimals: 1),
          NumberText.fixed(after.expected, decimals: 1),
          text(before, "expected_over_observed"), text(after, "expected_over_observed"),
          text(before, "slope"), text(after, "slope"), text(before, "calibration_error"),
          text(after, "calibration_error"),
        ]
      }
    return """
      <h2>Each cause against the rest</h2>
      \(Page.table(
        [("cause", false), ("cases", true), ("expected before", true), ("after", true),
        ("expected/observed before", true), ("after", true), ("slope before", true),
        ("after", true), ("calibration error before", true), ("after", true)], rows))
      """
  }

  private var methodSection: String {
    let options = fitted.options
    var items = [
      "\(options.foldCount) folds, seed \(options.seed); all cases with one id are in one fold."
    ]
    if let method { items.append("What is fitted: \(method).") }
    if fitted.calibration.method.hasRidge {
      items.append(
        "Ridge \(NumberText.plain(options.ridge)): half of it times "
          + "the squared changes is added to the loss.")
    }
    if let convergence = fitted.convergence {
      items.append("The fit \(Page.escape(convergence.text)).")
    }
    if fitted.calibration.coverage != nil {
      items.append("Prediction sets: the adaptive score of \(Method.romano2020.link).")
    }
    if let comparison { items += notes(comparison) }
    return """
      <h2>How the figures were found</h2>
      <ul class="small">
      \(items.map { "<li>\($0)</li>" }.joined(separator: "\n"))
      </ul>
      """
  }

  /// What the method fits, with where it is from; nothing for none.
  private var method: String? {
    switch fitted.calibration.method {
    case .none: nil
    case .temperature: "one scale of all log posteriors (\(Method.guo2017.link))"
    case .vector: "a scale and an offset a cause (\(Method.guo2017.link))"
    case .isotonic: "a curve a cause that never falls (\(Method.zadrozny2002.link))"
    case .beta: "a beta curve a cause (\(Method.kull2017.link))"
    case .evidence:
      "a scale of the model's own evidence, an offset a cause and what each state adds"
    case .priorShift: "the prevalences that fit best (\(Method.saerens2002.link))"
    }
  }

  /// How figures before and after were found.
  private func notes(_ comparison: CalibrationComparison) -> [String] {
    [
      "Intervals: Wilson's for shares (\(Method.wilson1927.link)), otherwise "
        + "\(comparison.after.draws) bootstrap samples of the cases (seed "
        + "\(comparison.after.seed); \(Method.efron1979.link)), the same ones before and after; "
        + "of gains, normal, from the differences of single cases. That the calibration was fitted "
        + "to a sample too is not in them.",
      "Calibration error: the root of the mean squared distance of probability and observed "
        + "share over at most \(CalibrationBins.usualCount) bins of about as many cases each, "
        + "less what chance adds (\(Method.ferro2012.link); \(Method.kumar2019.link)). Slopes of "
        + "events are of logistic recalibration (\(Method.cox1958.link)); the slope of the first "
        + "table is the power of all posteriors that fits best.",
      "Net benefit: \(Method.vickers2006.link).",
    ]
  }
}
