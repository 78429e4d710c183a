internal import DorsalNumerics

/// How good the probabilities of labelled cases are, in a few figures.
///
/// `unlisted` counts as a cause like the others. Where several diagnoses are accepted, the
/// probability of the diagnosis is their sum.
public struct CalibrationFigures: Sendable, Hashable {
  /// How many labelled cases.
  public let count: Int
  /// The mean of −ln P(diagnosis), in nats.
  public let logLoss: Double
  /// The mean squared distance of the posteriors to the diagnosis, 0 to 2.
  public let brier: Double
  /// The scale of the log posteriors that fits best; 1 is right, below 1 too sure. Nothing
  /// where every diagnosis leads or no cause differs.
  public let slope: Double?
  /// The expected calibration error of the leading cause, debiased: the root of the mean over
  /// bins of (mean probability − share right)², less what chance adds to it (A. Kumar,
  /// P. Liang, T. Ma, NeurIPS 2019); 0 where chance explains it all. Bins are those of an
  /// evaluation: 15, or fewer where they would have fewer than 10 cases, with equal
  /// probabilities in one.
  public let calibrationError: Double
  /// The share of cases whose diagnosis leads.
  public let top1: Double

  /// The most bins of the calibration error, and the cases that each is to have.
  static let (binCount, binSize) = (15, 10)

  private struct Part: Sendable {
    var count = 0
    var logLoss = 0.0
    var brier = 0.0
    var leading: [(probability: Float, isRight: Bool)] = []
  }

  /// The figures of the labelled cases.
  ///
  /// - Returns: Nothing where no case has a diagnosis.
  package init?(_ labelled: LabelledLogPosteriors, threads: Int) async {
    var (count, logLoss, brier) = (0, 0.0, 0.0)
    var leading: [(probability: Float, isRight: Bool)] = []
    await OrderedSum.run(over: labelled.count, threads: threads) { range in
      Self.part(labelled, range)
    } add: { part in
      count += part.count
      logLoss += part.logLoss
      brier += part.brier
      leading += part.leading
    }
    guard count > 0 else { return nil }
    let slope = try? await ScalingFit(
      .temperature, labelled: labelled, folds: [UInt8](repeating: 0, count: labelled.count),
      threads: threads
    ).fit(excluding: nil, ridge: 0)
    self.count = count
    self.logLoss = logLoss / Double(count)
    self.brier = brier / Double(count)
    self.slope = slope?.parameters[0]
    self.top1 = Double(leading.count { $0.isRight }) / Double(count)
    self.calibrationError = Self.debiasedError(leading)
  }

  private static func part(_ labelled: LabelledLogPosteriors, _ range: Range<Int>) -> Part {
    let causes = labelled.causeCount
    let z = labelled.logPosteriors.span
    var part = Part()
    for index in range where labelled.singleDiagnosis(of: index) != -1 {
      let first = index * causes
      let accepted = labelled.diagnosis(of: index)
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

  /// The debiased error over bins between quantiles, linear between neighbours; a probability on
  /// an edge belongs to the bin below it, and so do all that are equal to it.
  package static func debiasedError(_ leading: [(probability: Float, isRight: Bool)]) -> Double {
    let sorted = leading.sorted { $0.probability < $1.probability }
    let count = sorted.count
    let bins = max(1, min(binCount, count / binSize))
    var (sum, start) = (0.0, 0)
    for bin in 1...bins where start < count {
      let position = Double(bin) / Double(bins) * Double(count - 1)
      let below = Int(position)
      let low = Double(sorted[below].probability)
      let high = Double(sorted[min(below + 1, count - 1)].probability)
      let edge = low + (high - low) * (position - Double(below))
      var (end, expected, right) = (start, 0.0, 0)
      while end < count, bin == bins || Double(sorted[end].probability) <= edge {
        expected += Double(sorted[end].probability)
        if sorted[end].isRight { right += 1 }
        end += 1
      }
      guard end > start else { continue }
      let n = Double(end - start)
      let share = Double(right) / n
      let square = (expected / n - share) * (expected / n - share)
      sum += n * (square - share * (1 - share) / max(n - 1, 1))
      start = end
    }
    return max(sum / Double(count), 0).squareRoot()
  }
}
