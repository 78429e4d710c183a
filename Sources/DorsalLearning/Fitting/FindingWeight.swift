package import DorsalCore
internal import DorsalNumerics

/// One weight for every finding of a model from nothing: the power that its likelihood ratios are
/// raised to.
///
/// Findings of real patients repeat each other, and a model that takes them as independent is too
/// sure. One number mends most of that: it is found where each case is judged by a model of the
/// other folds, and held to 0.8, so that few cases move it little. The 0.8 is what data sets of real
/// diagnoses from other fields asked for as a rule; 0.8 and its spread of 0.3 are assumed for back
/// pain.
package enum FindingWeight {
  /// What the weight may be.
  package static let range = 0.1...1.0
  /// What is expected before any case: the middle of its logarithm, and the standard deviation.
  static let (expected, deviation) = (0.8, 0.3)

  /// The weight with which labelled cases are most probable, in whole hundredths.
  ///
  /// - Parameters:
  ///   - labelled: Cases with one diagnosis, and their posteriors by models of the other folds, with
  ///     weights of 1.
  ///   - model: The model of all cases, whose priors say how much of a posterior is evidence.
  /// - Complexity: Some 20 times the cases times the causes.
  package static func fitted(to labelled: LabelledLogPosteriors, model: Model) -> Double {
    // What is made small is convex but for the little that the prior adds, so that the sign of a
    // step of a hundredth tells the side.
    var (low, high) = (Int(range.lowerBound * 100), Int(range.upperBound * 100))
    while low < high {
      let middle = (low + high) / 2
      let here = objective(Double(middle) / 100, labelled, model)
      let next = objective(Double(middle + 1) / 100, labelled, model)
      if next < here { low = middle + 1 } else { high = middle }
    }
    return Double(low) / 100
  }

  /// Minus the log probability of the diagnoses and of the weight itself, in nats.
  private static func objective(
    _ weight: Double, _ labelled: LabelledLogPosteriors, _ model: Model
  ) -> Double {
    let away = Elementary.log(weight / expected) / deviation
    return logLoss(weight, labelled, model) + away * away / 2
  }

  /// The sum over the cases of minus the log probability of the diagnosis, in nats, with a weight.
  package static func logLoss(
    _ weight: Double, _ labelled: LabelledLogPosteriors, _ model: Model
  ) -> Double {
    let causes = labelled.causeCount
    let (priors, z) = (model.priorTable.map { Elementary.log($0) }, labelled.logPosteriors.span)
    var scores = [Double](repeating: 0, count: causes)
    var loss = 0.0
    for index in labelled.indices where labelled.singleDiagnosis(of: index) >= 0 {
      let prior = Int(labelled.settings[index]) * causes
      for cause in 0..<causes {
        let evidence = Double(z[index * causes + cause]) - priors[prior + cause]
        scores[cause] = priors[prior + cause] + weight * evidence
      }
      let own = scores[labelled.singleDiagnosis(of: index)]
      loss += Softmax.normalize(&scores) - own
    }
    return loss
  }
}
