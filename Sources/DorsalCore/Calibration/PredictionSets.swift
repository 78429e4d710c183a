internal import DorsalNumerics

/// The smallest set of causes that has a stated coverage: split conformal prediction.
///
/// A new case from where the calibration's cases came from has its diagnosis in the set
/// with at least the stated probability; where the calibration was made for exact coverage,
/// with that probability over the numbers that are drawn for each case. The leading cause is
/// always in, so that no set is empty: where it is right more often than the coverage says, sets
/// cover more.
public struct PredictionSets: Sendable {
  /// Up to which score each cause is in.
  private let quantiles: [Double]
  /// The quantile below of each cause, where coverage is to be exact.
  private let randomised: [ConformalQuantiles.Randomised]?
  private let seed: UInt64
  /// The coverage.
  public let coverage: Double

  /// Prepares the sets of a calibration.
  ///
  /// - Parameters:
  ///   - calibration: The calibration, which has quantiles.
  ///   - coverage: One of its coverages.
  ///   - coversEachCause: Whether each cause is to be covered, not only all cases together.
  /// - Throws: `DorsalError` where the calibration has no such quantile.
  public init(
    _ calibration: Calibration, coverage: Double, coversEachCause: Bool, causeCount: Int
  ) throws(DorsalError) {
    guard let found = calibration.coverage else {
      throw DorsalError(
        .calibration, "the calibration has no prediction sets; make it with --coverage \(coverage)")
    }
    guard let level = found.levels.first(where: { $0.coverage == coverage }) else {
      throw DorsalError(
        .calibration,
        "the calibration has no coverage of \(coverage), only of "
          + found.levels.map { "\($0.coverage)" }.joined(separator: ", "))
    }
    if coversEachCause {
      guard let byCause = level.byCause else {
        throw DorsalError(
          .calibration,
          "the calibration has no coverage of each cause; make it with --coverage-by-cause")
      }
      quantiles = byCause.map(\.quantile)
      randomised = Self.all(byCause.map(\.randomised))
    } else {
      quantiles = [Double](repeating: level.quantile, count: causeCount)
      randomised = level.randomised.map { Array(repeating: $0, count: causeCount) }
    }
    seed = found.seed
    self.coverage = coverage
  }

  /// Sets by their quantiles.
  package init(
    quantiles: [Double], randomised: [ConformalQuantiles.Randomised?] = [], seed: UInt64,
    coverage: Double
  ) {
    self.quantiles = quantiles
    self.randomised = randomised.isEmpty ? nil : Self.all(randomised)
    self.seed = seed
    self.coverage = coverage
  }

  /// All of some quantiles below, or nothing where one is missing.
  private static func all(
    _ randomised: [ConformalQuantiles.Randomised?]
  ) -> [ConformalQuantiles.Randomised]? {
    let found = randomised.compactMap { $0 }
    return found.count == randomised.count ? found : nil
  }

  /// The set of each case of a batch: causes, the most probable first.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their calibrated posteriors.
  /// - Complexity: O(cases × causes × log causes).
  public func sets(of batch: CaseBatch, posteriors: Posteriors) -> [[Int]] {
    precondition(posteriors.matrix.rowCount == batch.count, "each case has its posteriors")
    let causes = posteriors.matrix.columnCount
    var order = Array(0..<causes)
    var scores = [Double](repeating: 0, count: causes)
    return (0..<batch.count).map { index in
      let id = CaseHash.bits(of: batch.idBytes(of: index))
      func uniform(_ purpose: CaseHash.Purpose) -> Double {
        CaseHash.uniform(CaseHash.bits(id, seed: seed, purpose: purpose))
      }
      ConformalScore.write(
        posteriors: posteriors.matrix.row(index), u: uniform(.predictionSet), order: &order,
        scores: &scores)
      let choice = randomised == nil ? 0 : uniform(.quantile)
      return order.enumerated().filter { place, cause in
        guard place > 0 else { return true }
        if let below = randomised?[cause], choice >= below.share {
          return scores[cause] <= below.lower
        }
        return scores[cause] <= quantiles[cause]
      }.map(\.element)
    }
  }
}
