package import DorsalLearning

/// How the intervals of an evaluation were found, in a sentence: as the cases count, and whose they
/// are, so they were resampled.
package struct IntervalNote: Sendable {
  private let evaluation: Evaluation

  package init(_ evaluation: Evaluation) { self.evaluation = evaluation }

  /// What samples are of.
  private var unit: String {
    evaluation.weighting?.patientCount == nil
      ? "cases" : "patients, each with all of their cases"
  }

  /// The sentence as text.
  package var text: String {
    sentence(samples: "seed \(evaluation.seed)", wilson: "Wilson's", kish: "") + "."
  }

  /// The sentence for a page, with links to the methods.
  package var html: String {
    sentence(
      samples: "seed \(evaluation.seed); \(Method.efron1979.link)",
      wilson: "Wilson's (\(Method.wilson1927.link))", kish: " (\(Method.kish1965.link))")
      + (evaluation.draws > 0
        ? "; the same samples for every figure: percentiles, or for debiased errors the basic "
          + "bootstrap. A figure that more than one sample in twenty lacks, that is the same in all, "
          + "or that all miss to one side, has no interval."
        : ".")
  }

  private func sentence(samples: String, wilson: String, kish: String) -> String {
    let alike = "for as many cases that count alike as say as much" + kish
    let areSampled = evaluation.weighting?.hasSampledShares ?? false
    switch (areSampled, evaluation.draws) {
    case (false, 0):
      return "Intervals: \(wilson) for shares; other figures have none without bootstrap samples"
    case (false, _):
      return "Intervals: \(wilson) for shares; otherwise \(evaluation.draws) bootstrap samples of "
        + "the \(unit) (\(samples))"
    case (true, 0):
      return "Intervals: \(wilson) for shares, \(alike); other figures have none without bootstrap "
        + "samples"
    case (true, _):
      return "Intervals: \(evaluation.draws) bootstrap samples of the \(unit) (\(samples)), for "
        + "shares too; \(wilson) \(alike), for shares of none and of all, of bins and of prediction "
        + "sets"
    }
  }

  /// What is to be said of the figures of red flags where cases do not all count one.
  package static let rules =
    "Figures of red flags count every case alike, whosever it is, and so do their intervals."
}
