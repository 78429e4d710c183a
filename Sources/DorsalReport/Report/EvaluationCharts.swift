internal import DorsalCore
package import DorsalLearning

/// The charts of an evaluation.
package enum EvaluationCharts {
  /// Shares of events over probabilities, for one event or the same one before and after something.
  ///
  /// - Parameters:
  ///   - title: What the probabilities are of.
  ///   - series: The bins of each, with a name; the first are drawn with full circles and a line,
  ///     the others each in a way of its own.
  ///   - histogram: How many cases have a probability in each equal part of 0...1.
  package static func reliability(
    _ title: String, _ series: [(label: String, bins: [CalibrationBin])], histogram: [Int] = []
  ) -> Chart {
    var chart = Chart(
      title: "Reliability: \(title)",
      description: "Observed share of events over mean probability, in bins of about as many "
        + "cases each, with 95% intervals. On the dotted diagonal probabilities are right. "
        + series.map { describe($0.label, $0.bins) }.joined(separator: " "),
      x: .share("probability"), y: .share("observed share"))
    chart.series = [
      Chart.Series("as it should be", [Chart.Point(0, 0), Chart.Point(1, 1)], dash: .dotted)
    ]
    let styles: [(Chart.Dash, Chart.Marker)] = [
      (.solid, .circle), (.dashed, .hollowSquare), (.mixed, .triangle), (.dotted, .diamond),
    ]
    for (index, part) in series.enumerated() {
      let (dash, marker) = styles[index % styles.count]
      chart.series.append(
        Chart.Series(
          part.label,
          part.bins.map { Chart.Point($0.meanProbability, $0.observed, interval: $0.interval) },
          dash: dash, marker: marker, intervals: index == 0 ? .band : .bars))
    }
    if histogram.contains(where: { $0 > 0 }) {
      chart.histogram = Chart.Histogram(histogram, label: "cases by probability")
    }
    return chart
  }

  private static func describe(_ label: String, _ bins: [CalibrationBin]) -> String {
    guard let first = bins.first, let last = bins.last else { return "\(label): no cases." }
    func text(_ bin: CalibrationBin) -> String {
      "\(NumberText.percent(bin.meanProbability)) observed as \(NumberText.percent(bin.observed))"
    }
    return "\(label): from \(text(first)) to \(text(last))."
  }

  /// The receiver operating characteristics of events.
  package static func characteristics(_ events: [Evaluation.Event]) -> Chart {
    let described = events.filter { !$0.curve.isEmpty }
    var chart = Chart(
      title: "ROC curves",
      description: "True positive rate over false positive rate. "
        + described.map { "\($0.title): area \($0.measure("auroc")?.text ?? "-")." }
        .joined(separator: " "),
      x: .share("false positive rate"), y: .share("true positive rate"))
    chart.series = [
      Chart.Series("no better than chance", [Chart.Point(0, 0), Chart.Point(1, 1)], dash: .dotted)
    ]
    let dashes: [Chart.Dash] = [.solid, .dashed, .mixed]
    for (index, event) in described.enumerated() {
      chart.series.append(
        Chart.Series(
          "\(event.title): area \(event.measure("auroc")?.valueText ?? "-")",
          event.curve.map { Chart.Point($0.falsePositiveRate, $0.truePositiveRate) },
          dash: dashes[index % dashes.count]))
    }
    return chart
  }

  /// What acting at each threshold is worth, or nothing without cases.
  ///
  /// - Parameter uncalibrated: The same curve before a calibration, to stand beside it.
  package static func decisionCurve(
    _ curve: DecisionCurve, uncalibrated: DecisionCurve? = nil
  ) -> Chart? {
    let values = curve.points.compactMap(\.model.value)
    guard let first = curve.points.first, let last = curve.points.last, !values.isEmpty,
      first.threshold < last.threshold
    else { return nil }
    // Acting on everyone falls without end; what lies far below nobody is cut off.
    let greatest = max(
      curve.points.compactMap { $0.model.interval?.upperBound }.max() ?? 0, values.max() ?? 0, 0.01)
    let range = -0.3 * greatest...1.1 * greatest
    let ticks = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.9].filter {
      first.threshold <= $0 && $0 <= last.threshold
    }
    var chart = Chart(
      title: "Decision curve: \(curve.title)",
      description: "Net benefit of acting over the threshold from which on one acts, with 95% "
        + "intervals for acting on the probability. Acting on nobody is zero.",
      x: Axis(
        "threshold probability", range: first.threshold...last.threshold,
        ticks: ticks.map { Axis.Tick($0, NumberText.plain($0 * 100) + "%") }, isLogarithmic: true),
      y: .number("net benefit", range: range))
    func points(
      _ measure: (DecisionCurve.Point) -> Evaluation.Measure, of other: DecisionCurve? = nil
    ) -> [Chart.Point] {
      (other ?? curve).points.compactMap { point in
        let measure = measure(point)
        return measure.value.map { Chart.Point(point.threshold, $0, interval: measure.interval) }
      }
    }
    func bare(_ points: [Chart.Point]) -> [Chart.Point] { points.map { Chart.Point($0.x, $0.y) } }
    chart.series = [
      Chart.Series("acting on the probability", points(\.model), marker: .circle, intervals: .band),
      Chart.Series("acting on everyone", bare(points(\.everyone)), dash: .dashed),
      Chart.Series(
        "acting on nobody", [Chart.Point(first.threshold, 0), Chart.Point(last.threshold, 0)],
        dash: .dotted),
    ]
    if let uncalibrated {
      chart.series.append(
        Chart.Series(
          "acting on it before the calibration", bare(points(\.model, of: uncalibrated)),
          dash: .mixed, marker: .hollowSquare))
    }
    let triage = bare(points(\.triage))
    if !triage.isEmpty {
      chart.series.append(
        Chart.Series("as triaged, red flags included", triage, dash: .mixed, marker: .hollowSquare))
    }
    if let threshold = curve.lossThreshold {
      chart.mark = (threshold, "losses: " + NumberText.percent(threshold))
    }
    return chart
  }
}
