internal import DorsalNumerics

/// What a calibration does to the posteriors of a case.
package enum CalibrationMap: Sendable, Equatable {
  /// Nothing.
  case identity
  /// softmax(scale · log posterior), one scale.
  case temperature(scale: Double)
  /// softmax(scale · log posterior + offset), a scale and an offset a cause.
  case vector(scales: [Double], offsets: [Double])
  /// A curve a cause, then divided by their sum.
  case curves(CurveTable)
  /// softmax(log posterior + log(new prior / old prior)), by setting; a setting without
  /// numbers stays as it is. `offsets[setting][cause]`.
  case priorShift(offsets: [[Double]?])
  /// Other evidence of each state for each cause.
  case evidence(EvidenceChange)

  /// A posterior below this counts as this, where a calibration is fitted and where it is
  /// applied: the least normal `Float`, whose logarithm is -87.3.
  package static let leastPosterior = Float.leastNormalMagnitude

  /// The calibrated posteriors of one case.
  ///
  /// - Parameters:
  ///   - z: Log posteriors.
  ///   - first: Where those of the case begin.
  ///   - setting: The setting of the case.
  ///   - codes: The codes of findings, which only `evidence` reads.
  ///   - firstCode: Where those of the case begin.
  ///   - probabilities: Gets the answer: as many as there are causes, summing to one.
  package func write(
    _ z: Span<Float>, first: Int, setting: Int, codes: Span<UInt8>, firstCode: Int,
    into probabilities: inout [Double]
  ) {
    switch self {
    case .identity:
      Self.softmax(&probabilities) { Double(z[first + $0]) }
    case .temperature(let scale):
      Self.softmax(&probabilities) { scale * Double(z[first + $0]) }
    case .vector(let scales, let offsets):
      Self.softmax(&probabilities) { scales[$0] * Double(z[first + $0]) + offsets[$0] }
    case .priorShift(let offsets):
      let shift = offsets[setting]
      Self.softmax(&probabilities) { Double(z[first + $0]) + (shift?[$0] ?? 0) }
    case .evidence(let change):
      change.writeScores(
        z, first: first, setting: setting, codes: codes, firstCode: firstCode,
        into: &probabilities)
      Softmax.normalize(&probabilities)
    case .curves(let table): table.write(z, first: first, into: &probabilities)
    }
  }

  private static func softmax(_ probabilities: inout [Double], score: (Int) -> Double) {
    for cause in probabilities.indices { probabilities[cause] = score(cause) }
    Softmax.normalize(&probabilities)
  }
}

/// How often a cause is the diagnosis, as a function of its posterior; above 0 everywhere.
package enum CauseCurve: Sendable, Equatable {
  /// The posterior itself: for causes with too few cases to fit a curve to.
  case kept
  /// Straight lines between points, level outside them.
  case steps(posteriors: [Double], shares: [Double])
  /// logit(share) = a ln p − b ln(1 − p) + c.
  case beta(a: Double, b: Double, c: Double)

  /// A posterior and what is left to 1 count as no less than this: half the spacing of a
  /// `Float` below 1.
  package static let leastRest = 2.98023223876953125e-08

  /// The share at a posterior.
  package func value(at posterior: Double) -> Double {
    switch self {
    case .kept: return posterior
    case .beta(let a, let b, let c):
      let logOdds =
        a * Elementary.log(max(posterior, Double(CalibrationMap.leastPosterior)))
        - b * Elementary.log(max(1 - posterior, Self.leastRest)) + c
      return max(1 / (1 + Elementary.exp(-logOdds)), Double(CalibrationMap.leastPosterior))
    case .steps(let posteriors, let shares):
      return Self.value(
        at: posterior, of: posteriors.span, shares.span, posteriors.indices)
    }
  }

  /// The share at a posterior by the points of a range.
  static func value(
    at posterior: Double, of posteriors: Span<Double>, _ shares: Span<Double>, _ range: Range<Int>
  ) -> Double {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if posteriors[middle] <= posterior { low = middle + 1 } else { high = middle }
    }
    if low == range.lowerBound { return shares[low] }
    if low == range.upperBound { return shares[low - 1] }
    let width = posteriors[low] - posteriors[low - 1]
    let share = (posterior - posteriors[low - 1]) / width
    return shares[low - 1] + share * (shares[low] - shares[low - 1])
  }
}
