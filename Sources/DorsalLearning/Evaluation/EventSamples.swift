internal import DorsalNumerics

/// One event by itself, for whoever has probabilities and outcomes but no causes.
package enum EventSamples {
  /// The figures in the samples of some pieces, by the names of `Evaluation.Event`; NaN where
  /// a sample has none. `net_benefit` is that at the first threshold.
  package static func draw(
    _ forecast: EventForecast, pieces: [[UInt64]], thresholds: [Double]
  ) -> [String: [Double]] {
    let samples = EventResampling(
      forecast: forecast, figures: EventFigures(forecast), thresholds: thresholds
    ).run(ResampledCounts(pieces: pieces))
    return [
      "auroc": samples[.auroc], "auprc": samples[.averagePrecision], "brier": samples[.brier],
      "expected_over_observed": samples[.expectedOverObserved], "slope": samples[.slope],
      "net_benefit": samples.netBenefit.first ?? [],
    ]
  }

  /// The event with intervals.
  ///
  /// - Parameters:
  ///   - forecast: Probabilities and outcomes; its rows are 0..<`forecast.count`.
  ///   - draws: Bootstrap samples.
  ///   - seed: Where the random numbers begin.
  package static func evaluate(
    _ forecast: EventForecast, name: String = "", draws: Int, seed: UInt64
  ) -> Evaluation.Event {
    let figures = EventFigures(forecast)
    let bootstrap = Bootstrap(
      caseCount: forecast.count, draws: draws, seed: seed, threads: 1)
    let samples = bootstrap.run(
      events: [EventResampling(forecast: forecast, figures: figures, thresholds: [])], means: [])
    return Evaluation.Event(
      name: name, title: "", figures: figures, samples: samples.events[0])
  }
}
