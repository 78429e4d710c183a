package import DorsalCore
internal import DorsalNumerics

/// How strongly the model's own prior holds a prior shift: the number of cases it is worth, by the
/// likelihood of the findings of cases that a shift was not fitted to.
package enum PriorShiftStrength {
  /// The strengths that are tried. With the last a shift is hardly one.
  static let candidates: [Double] = [1, 10, 100, 1000, 10_000, 100_000]
  /// With more cases a prior worth one of them is as good as any.
  static let mostCases = 20_000

  /// The strength of the greatest likelihood.
  ///
  /// - Parameters:
  ///   - labelled: The cases, with or without diagnoses.
  ///   - model: The model that they were scored with.
  ///   - folds: The fold of each case.
  ///   - foldCount: How many folds there are.
  ///   - threads: How many parts to work on at a time.
  package static func best(
    _ labelled: LabelledLogPosteriors, model: Model, folds: [UInt8], foldCount: Int, threads: Int
  ) async throws(DorsalError) -> Double {
    guard labelled.count <= mostCases else { return candidates[0] }
    var (best, greatest) = (candidates[0], -Double.infinity)
    for candidate in candidates {
      let likelihood = try await heldOut(
        labelled, model: model, folds: folds, foldCount: foldCount, strength: candidate,
        threads: threads)
      if likelihood > greatest { (best, greatest) = (candidate, likelihood) }
    }
    return best
  }

  /// The log-likelihood of the findings in each fold, by the shift of the others, less that without
  /// a shift.
  private static func heldOut(
    _ labelled: LabelledLogPosteriors, model: Model, folds: [UInt8], foldCount: Int,
    strength: Double,
    threads: Int
  ) async throws(DorsalError) -> Double {
    let causes = labelled.causeCount
    let settings = labelled.settings
    var sum = 0.0
    for setting in model.settings.indices {
      let code = UInt8(setting)
      let prior = Array(model.priorTable[setting * causes..<(setting + 1) * causes])
      for fold in 0..<foldCount {
        let isIn: @Sendable (Int) -> Bool = { settings[$0] == code && Int(folds[$0]) == fold }
        let isOut: @Sendable (Int) -> Bool = { settings[$0] == code && Int(folds[$0]) != fold }
        guard labelled.indices.contains(where: isIn), labelled.indices.contains(where: isOut) else {
          continue
        }
        let fit = try await PriorShiftFit.fit(
          labelled, prior: prior, pseudoCases: strength, threads: threads, isUsed: isOut)
        let factors = zip(fit.prevalences, prior).map { $0 / $1 }
        let z = labelled.logPosteriors.span
        for index in labelled.indices where isIn(index) {
          var likelihood = 0.0
          for cause in 0..<causes {
            likelihood += Elementary.exp(Double(z[index * causes + cause])) * factors[cause]
          }
          sum += Elementary.log(likelihood)
        }
      }
    }
    return sum
  }
}
