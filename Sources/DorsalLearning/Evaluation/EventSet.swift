internal import DorsalCore
internal import DorsalNumerics

/// The events of an evaluation: three that every evaluation has, and each cause against the
/// rest where asked for.
struct EventSet {
  /// How many events come before those of the causes.
  static let commonCount = 3

  private let names: [(name: String, title: String)]
  private let forecasts: [EventForecast]
  private let figures: [EventFigures]
  private let thresholds: [[Double]]
  private let lossThresholds: [Double?]

  /// Orders the cases of every event and reckons its figures, in parallel over events.
  init(
    _ cases: LabelledPosteriors, tally: CaseTally, model: Model, options: Evaluation.Options
  ) {
    let causes = options.includesCauses ? model.causes : []
    names =
      [
        ("top_cause", "the leading cause is right"),
        ("urgent_or_more", "the cause is urgent or an emergency"),
        ("emergency", "the cause is an emergency"),
      ] + causes.map { ($0.id, $0.label) }
    let width = cases.causeCount
    let (count, leading, right) = (cases.count, tally.leading, tally.leadingIsRight)
    let (urgent, emergency, own) = (tally.urgent, tally.emergency, tally.own)
    let (sole, probabilities, weights) = (tally.sole, cases.probabilities, tally.weights)
    let parts = ParallelMap.run(names.count, threads: options.threads) { index in
      let forecast =
        switch index {
        case 0:
          EventForecast(
            rowCount: count, weights: weights,
            probability: { probabilities[$0 * width + Int(leading[$0])] },
            happened: { right[$0] })
        case 1:
          EventForecast(
            rowCount: count, weights: weights, probability: { urgent[$0] },
            happened: { own[$0] >= .urgent })
        case 2:
          EventForecast(
            rowCount: count, weights: weights, probability: { emergency[$0] },
            happened: { own[$0] == .emergency })
        default:
          EventForecast(
            rowCount: count, weights: weights,
            probability: { probabilities[$0 * width + index - Self.commonCount] },
            happened: { sole[$0] < 0 ? nil : Int(sole[$0]) == index - Self.commonCount })
        }
      return (forecast, EventFigures(forecast))
    }
    forecasts = parts.map(\.0)
    figures = parts.map(\.1)
    lossThresholds = [
      DecisionCurve.lossThreshold(.urgent, means: tally.means, model: model),
      DecisionCurve.lossThreshold(.emergency, means: tally.means, model: model),
    ]
    let curves = lossThresholds.map { own in
      Set(DecisionCurve.usualThresholds + (own.map { [$0] } ?? [])).sorted()
    }
    thresholds = names.indices.map { 1...2 ~= $0 ? curves[$0 - 1] : [] }
  }

  /// What the bootstrap works on.
  var resamplings: [EventResampling] {
    names.indices.map {
      EventResampling(forecast: forecasts[$0], figures: figures[$0], thresholds: thresholds[$0])
    }
  }

  /// The events with their intervals.
  func events(_ samples: [EventResampling.Samples]) -> [Evaluation.Event] {
    names.indices.map {
      Evaluation.Event(
        name: names[$0].name, title: names[$0].title, figures: figures[$0], samples: samples[$0])
    }
  }

  /// Means over the causes, where causes were asked for.
  ///
  /// A cause without a case, or without a case of another cause, has no area; it counts
  /// towards the calibration error, since it too has been expected.
  func classMeasures(_ samples: [EventResampling.Samples]) -> [Evaluation.Measure] {
    let classes = names.indices.dropFirst(Self.commonCount)
    guard let first = classes.first else { return [] }
    let count = figures[first].count
    func mean(
      _ name: String, _ title: String, _ value: (EventFigures) -> Double?,
      _ statistic: EventResampling.Statistic
    ) -> Evaluation.Measure {
      let values = classes.map { value(figures[$0]) }
      let defined = values.compactMap { $0 }
      // The same causes in every sample, as far as they have cases there.
      let draws = zip(classes, values).filter { $1 != nil }.map { samples[$0.0][statistic] }
      return .percentile(
        name, title, defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count),
        samples: Self.means(draws), count: count)
    }
    let errors = classes.compactMap { figures[$0].bins.squaredError }
    let size = Double(max(errors.count, 1))
    let error = (
      plain: errors.reduce(0) { $0 + $1.plain } / size,
      debiased: errors.reduce(0) { $0 + $1.debiased } / size
    )
    return [
      mean(
        "auroc_mean", "area under the ROC curve, mean over causes", { $0.discrimination.auroc },
        .auroc),
      mean(
        "auprc_mean", "average precision, mean over causes",
        { $0.discrimination.averagePrecision }, .averagePrecision),
      .rootOfSquare(
        "classwise_calibration_error", "calibration error over causes, debiased",
        errors.isEmpty ? nil : error,
        samples: Self.means(classes.map { samples[$0][.squaredError] }), count: count),
    ]
  }

  /// The mean over causes in each sample, of those that have the figure there.
  private static func means(_ draws: [[Double]]) -> [Double] {
    guard let first = draws.first else { return [] }
    return first.indices.map { sample in
      var (sum, count) = (0.0, 0.0)
      for values in draws where values[sample].isFinite {
        sum += values[sample]
        count += 1
      }
      return sum / count
    }
  }

  /// What acting on urgency is worth.
  func decisionCurves(
    _ samples: Bootstrap.Samples, tally: CaseTally, model: Model
  ) -> [DecisionCurve] {
    zip([1, 2], [MeanResampling.Column.urgentHit, .emergencyHit]).map { event, hit in
      let falseAlarm =
        hit == .urgentHit
        ? MeanResampling.Column.urgentFalseAlarm : MeanResampling.Column.emergencyFalseAlarm
      let forecast = forecasts[event]
      let count = forecast.count
      let triagedCount = tally.sums[MeanResampling.Column.triaged.rawValue]
      let means = samples.means[0]
      let points = thresholds[event].enumerated().map { place, threshold in
        func benefit(_ name: String, _ title: String, called: Int, _ values: [[Double]])
          -> Evaluation.Measure
        {
          let hits = forecast.eventWeight(of: 0..<called)
          return .percentile(
            name, title,
            count == 0
              ? nil
              : NetBenefit.value(
                hits: hits, falseAlarms: forecast.weight(of: 0..<called) - hits,
                count: forecast.totalWeight, threshold: threshold),
            samples: values[place], count: count)
        }
        let triage = Evaluation.Measure.percentile(
          "triage", "as triaged",
          triagedCount > 0
            ? NetBenefit.value(
              hits: tally.sums[hit.rawValue], falseAlarms: tally.sums[falseAlarm.rawValue],
              count: triagedCount, threshold: threshold) : nil,
          samples: means[hit.rawValue].indices.map { sample in
            NetBenefit.value(
              hits: means[hit.rawValue][sample], falseAlarms: means[falseAlarm.rawValue][sample],
              count: means[MeanResampling.Column.triaged.rawValue][sample], threshold: threshold)
          }, count: tally.triagedCount)
        return DecisionCurve.Point(
          threshold: threshold,
          model: benefit(
            "model", "acting on the probability", called: forecast.count(atLeast: threshold),
            samples.events[event].netBenefit),
          everyone: benefit(
            "everyone", "acting on everyone", called: count,
            samples.events[event].netBenefitOfAll),
          triage: triage)
      }
      return DecisionCurve(
        name: names[event].name, title: names[event].title,
        lossThreshold: lossThresholds[event - 1], points: points)
    }
  }

  /// The multiclass Brier score and log loss in parts, or nothing without the causes or
  /// without a case that has one diagnosis.
  func multiclassDecompositions(
    _ cases: LabelledPosteriors, tally: CaseTally
  ) -> (brier: ScoreDecomposition?, logLoss: ScoreDecomposition?) {
    let classes = names.indices.dropFirst(Self.commonCount)
    guard let first = classes.first, figures[first].count > 0 else { return (nil, nil) }
    let parts = classes.compactMap { figures[$0].brier }
    func sum(_ part: (ScoreDecomposition) -> Double) -> Double {
      parts.reduce(0) { $0 + part($1) }
    }
    let brier = ScoreDecomposition(
      score: sum(\.score), recalibrated: sum { $0.score - $0.miscalibration },
      constant: sum(\.uncertainty))
    let count = forecasts[first].totalWeight
    let fits = classes.map { figures[$0].isotonic }
    var (loss, recalibrated) = (0.0, 0.0)
    for row in 0..<cases.count where tally.sole[row] >= 0 {
      let posteriors = cases.row(row)
      let cause = Int(tally.sole[row])
      let own = posteriors[posteriors.startIndex + cause]
      let weight = tally.weights.weight(row)
      loss += weight * CaseOutcome.logLoss(Double(own))
      var total = 0.0
      for (cause, posterior) in posteriors.enumerated() {
        total += fits[cause].value(at: posterior)
      }
      // Above zero: the block of the diagnosis holds this case.
      recalibrated -= weight * Elementary.log(fits[cause].value(at: own) / total)
    }
    let entropy = classes.reduce(0.0) { sum, index in
      let share = figures[index].eventWeight / count
      return share > 0 ? sum - share * Elementary.log(share) : sum
    }
    return (
      brier,
      ScoreDecomposition(score: loss / count, recalibrated: recalibrated / count, constant: entropy)
    )
  }
}
