internal import DorsalCore
internal import DorsalNumerics

/// An urgency as an event, with the probabilities of two sides for the same cases.
struct PairedEvent {
  /// What the triage called by A and by B, and in samples, B less A.
  struct Calls {
    let hits: (a: Double, b: Double)
    let falseAlarms: (a: Double, b: Double)
    let differ: Bool
    let hitSamples: [Double]
    let falseAlarmSamples: [Double]
    let countSamples: [Double]
  }

  /// The urgency from which on a case is an event.
  let urgency: Urgency
  private let forecasts: [EventForecast]
  private let figures: [EventFigures]
  private let thresholds: [Double]
  private let lossThreshold: Double?
  private let differ: Bool
  private let count: Int

  /// Orders the cases by the probabilities of both sides; how urgent a case is, A's model says.
  init(_ pairs: PairedAnswers, _ urgency: Urgency, thresholds: [Double]) {
    self.urgency = urgency
    let rows = pairs.judged.indices
    count = rows.count
    func probability(_ answer: AnsweredCases.Answer) -> Float {
      urgency == .emergency ? answer.emergency : answer.urgent
    }
    func forecast(_ answer: (Int) -> AnsweredCases.Answer) -> EventForecast {
      EventForecast(
        rowCount: rows.count, probability: { probability(answer($0)) },
        happened: { Int(pairs.judged[$0].a.own) >= urgency.rank })
    }
    forecasts = [forecast { pairs.answers($0).a }, forecast { pairs.answers($0).b }]
    figures = forecasts.map { EventFigures($0) }
    lossThreshold = DecisionCurve.lossThreshold(
      urgency, means: pairs.a.meanPosteriors, model: pairs.a.model)
    self.thresholds = Set(thresholds + (lossThreshold.map { [$0] } ?? [])).sorted()
    differ = rows.contains { row in
      let (a, b) = pairs.answers(row)
      return probability(a) != probability(b)
    }
  }

  /// What the bootstrap works on: A, then B.
  var resamplings: [EventResampling] {
    zip(forecasts, figures).map {
      EventResampling(forecast: $0, figures: $1, thresholds: thresholds)
    }
  }

  private var name: String { urgency == .emergency ? "emergency" : "urgent_or_more" }

  private func differences(_ a: [Double], _ b: [Double]) -> ClosedRange<Double>? {
    Intervals.percentiles(of: zip(a, b).map { $1 - $0 })
  }

  /// The areas under the ROC curves.
  func area(_ a: EventResampling.Samples, _ b: EventResampling.Samples) -> PairedMeasure {
    PairedMeasure(
      "auroc_\(name)",
      "area under the ROC curve, \(urgency == .emergency ? "emergency" : "urgent or more")",
      .higher, a: figures[0].discrimination.auroc, b: figures[1].discrimination.auroc,
      interval: differences(a[.auroc], b[.auroc]), method: .percentile, count: count,
      areAlike: !differ)
  }

  /// Adds what acting is worth.
  func add(
    _ a: EventResampling.Samples, _ b: EventResampling.Samples, calls: Calls,
    to benefits: inout [Comparison.Benefit]
  ) {
    let size = Double(count)
    let points = thresholds.enumerated().map { place, threshold in
      func value(_ forecast: EventForecast) -> Double? {
        guard count > 0 else { return nil }
        let called = forecast.count(atLeast: threshold)
        let hits = Double((0..<called).count { forecast.happened(at: $0) })
        return NetBenefit.value(
          hits: hits, falseAlarms: Double(called) - hits, count: size, threshold: threshold)
      }
      func triaged(_ hits: Double, _ falseAlarms: Double) -> Double? {
        guard count > 0 else { return nil }
        return NetBenefit.value(
          hits: hits, falseAlarms: falseAlarms, count: size, threshold: threshold)
      }
      let samples = calls.hitSamples.indices.map { sample in
        NetBenefit.value(
          hits: calls.hitSamples[sample], falseAlarms: calls.falseAlarmSamples[sample],
          count: calls.countSamples[sample], threshold: threshold)
      }
      let probability = PairedMeasure(
        "net_benefit", "net benefit of acting on the probability", .higher,
        a: value(forecasts[0]), b: value(forecasts[1]),
        interval: differences(a.netBenefit[place], b.netBenefit[place]), method: .percentile,
        count: count, areAlike: !differ)
      let triage = PairedMeasure(
        "net_benefit_as_triaged", "net benefit of acting as triaged", .higher,
        a: triaged(calls.hits.a, calls.falseAlarms.a),
        b: triaged(calls.hits.b, calls.falseAlarms.b), interval: Intervals.percentiles(of: samples),
        method: .percentile, count: count, areAlike: !calls.differ)
      return Comparison.Benefit.Point(
        threshold: threshold, probability: probability, triage: triage)
    }
    benefits.append(
      Comparison.Benefit(
        name: name,
        title: urgency == .emergency
          ? "the cause is an emergency" : "the cause is urgent or an emergency",
        lossThreshold: lossThreshold, points: points))
  }
}
