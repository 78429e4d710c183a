internal import DorsalNumerics

/// How good the probabilities of labelled cases are, in a few figures.
///
/// `unlisted` counts as a cause like the others. Where several diagnoses are accepted, the
/// probability of the diagnosis is their sum.
public struct CalibrationScores: Sendable, Hashable {
  /// How many labelled cases.
  public let count: Int
  /// The mean of −ln P(diagnosis), in nats.
  public let logLoss: Double
  /// The mean squared distance of the posteriors to the diagnosis, 0 to 2.
  public let brier: Double
  /// The scale of the log posteriors that fits best; 1 is right, below 1 too sure. Nothing
  /// where every diagnosis leads or no cause differs.
  public let slope: Double?
  /// The expected calibration error of the leading cause, debiased: the root of the mean
  /// over 15 bins of equal count of (mean probability − share right)², less what chance
  /// adds to it (A. Kumar, P. Liang, T. Ma, NeurIPS 2019); 0 where chance explains it all.
  public let calibrationError: Double
  /// The share of cases whose diagnosis leads.
  public let top1: Double

  /// Bins of the calibration error.
  static let binCount = 15

  private struct Part: Sendable {
    var count = 0
    var logLoss = 0.0
    var brier = 0.0
    var leading: [(probability: Float, isRight: Bool)] = []
  }

  /// The figures of the labelled cases.
  ///
  /// - Returns: Nothing where no case has a diagnosis.
  package init?(_ scores: LabelledScores, threads: Int) async {
    var (count, logLoss, brier) = (0, 0.0, 0.0)
    var leading: [(probability: Float, isRight: Bool)] = []
    await OrderedSum.run(over: scores.count, threads: threads) { range in
      Self.part(scores, range)
    } add: { part in
      count += part.count
      logLoss += part.logLoss
      brier += part.brier
      leading += part.leading
    }
    guard count > 0 else { return nil }
    let slope = try? await ScalingFit(
      .temperature, scores: scores, folds: [UInt8](repeating: 0, count: scores.count),
      threads: threads
    ).fit(excluding: nil, ridge: 0)
    self.count = count
    self.logLoss = logLoss / Double(count)
    self.brier = brier / Double(count)
    self.slope = slope?.parameters[0]
    self.top1 = Double(leading.count { $0.isRight }) / Double(count)
    self.calibrationError = Self.debiasedError(leading)
  }

  private static func part(_ scores: LabelledScores, _ range: Range<Int>) -> Part {
    let causes = scores.causeCount
    let z = scores.logPosteriors.span
    var part = Part()
    for index in range where scores.singleDiagnosis(of: index) != -1 {
      let first = index * causes
      let accepted = scores.diagnosis(of: index)
      var (best, greatest, squares, own) = (0, -Float.infinity, 0.0, 0.0)
      for cause in 0..<causes {
        let value = z[first + cause]
        if value > greatest { (best, greatest) = (cause, value) }
        let probability = Elementary.exp(Double(value))
        if accepted.contains(cause) {
          own += probability
        } else {
          squares += probability * probability
        }
      }
      part.count += 1
      part.logLoss -=
        accepted.count == 1 ? Double(z[first + accepted[0]]) : Elementary.log(min(own, 1))
      part.brier += (1 - own) * (1 - own) + squares
      part.leading.append((Elementary.exp(greatest), accepted.contains(best)))
    }
    return part
  }

  /// The debiased error over bins of equal count; cases of one probability may fall into
  /// two bins.
  static func debiasedError(_ leading: [(probability: Float, isRight: Bool)]) -> Double {
    let sorted = leading.sorted {
      ($0.probability, $0.isRight ? 1 : 0) < ($1.probability, $1.isRight ? 1 : 0)
    }
    let count = sorted.count
    var sum = 0.0
    for bin in 0..<binCount {
      let cases = sorted[bin * count / binCount..<(bin + 1) * count / binCount]
      guard cases.count > 1 else { continue }
      let n = Double(cases.count)
      let mean = cases.reduce(0) { $0 + Double($1.probability) } / n
      let share = Double(cases.count { $0.isRight }) / n
      sum += n * ((mean - share) * (mean - share) - share * (1 - share) / (n - 1))
    }
    return max(sum / Double(count), 0).squareRoot()
  }
}
