/// The smallest set of causes that has a stated coverage: split conformal prediction.
///
/// A new case from where the calibration's cases came from has its diagnosis in the set
/// with at least the stated probability. The leading cause is always in, so that no set is
/// empty.
public struct PredictionSets: Sendable {
  /// Up to which score each cause is in.
  private let quantiles: [Double]
  private let seed: UInt64
  /// The coverage.
  public let coverage: Double

  /// Prepares the sets of a calibration.
  ///
  /// - Parameters:
  ///   - calibration: The calibration, which has quantiles.
  ///   - coverage: One of its coverages.
  ///   - coversEachCause: Whether each cause is to be covered, not only all cases together.
  /// - Throws: `CalibrationError` where the calibration has no such quantile.
  public init(
    _ calibration: Calibration, coverage: Double, coversEachCause: Bool, causeCount: Int
  ) throws(CalibrationError) {
    guard let found = calibration.coverage else {
      throw CalibrationError(
        "the calibration has no prediction sets; make it with --coverage \(coverage)")
    }
    guard let level = found.levels.first(where: { $0.coverage == coverage }) else {
      throw CalibrationError(
        "the calibration has no coverage of \(coverage), only of "
          + found.levels.map { "\($0.coverage)" }.joined(separator: ", "))
    }
    if coversEachCause {
      guard let byCause = level.byCause else {
        throw CalibrationError(
          "the calibration has no coverage of each cause; make it with --coverage-by-cause")
      }
      quantiles = byCause.map(\.quantile)
    } else {
      quantiles = [Double](repeating: level.quantile, count: causeCount)
    }
    seed = found.seed
    self.coverage = coverage
  }

  /// Sets by their quantiles.
  package init(quantiles: [Double], seed: UInt64, coverage: Double) {
    self.quantiles = quantiles
    self.seed = seed
    self.coverage = coverage
  }

  /// The set of each case of a batch: causes, the most probable first.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their calibrated posteriors.
  /// - Complexity: O(cases × causes × log causes).
  public func sets(of batch: CaseBatch, posteriors: Posteriors) -> [[Int]] {
    let causes = posteriors.matrix.columnCount
    var order = Array(0..<causes)
    var scores = [Double](repeating: 0, count: causes)
    return (0..<batch.count).map { index in
      let bits = CaseHash.bits(
        CaseHash.bits(of: batch.idBytes(of: index)), seed: seed, purpose: .predictionSet)
      ConformalScore.write(
        posteriors: posteriors.matrix.row(index), u: CaseHash.uniform(bits), order: &order,
        scores: &scores)
      return order.enumerated().filter { place, cause in
        place == 0 || scores[cause] <= quantiles[cause]
      }.map(\.element)
    }
  }
}
