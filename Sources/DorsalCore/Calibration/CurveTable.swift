internal import DorsalNumerics

/// The curves of all causes side by side, for many cases.
package struct CurveTable: Sendable, Equatable {
  /// The curve of each cause.
  package let curves: [CauseCurve]
  /// Posteriors and shares of the curves that are steps, one curve behind the other.
  private var posteriors: [Double] = []
  private var shares: [Double] = []
  /// Where the steps of each cause end; those of the first begin at 0.
  private var ends: [Int] = []
  /// Up to which log posterior a curve is surely level, at the share of its first point.
  private var levels: [Float] = []

  /// A table of curves, one a cause.
  package init(_ curves: [CauseCurve]) {
    self.curves = curves
    for curve in curves {
      if case .steps(let ownPosteriors, let ownShares) = curve {
        posteriors += ownPosteriors
        shares += ownShares
        let isLevel = ownShares.count > 1 && ownShares[1] == ownShares[0]
        // The spacing of a Float is far more than what exp and log are off.
        levels.append(Float(Elementary.log(ownPosteriors[isLevel ? 1 : 0])).nextDown)
      } else {
        levels.append(-.infinity)
      }
      ends.append(posteriors.count)
    }
  }

  /// Writes what the curves make of a case's posteriors, divided by their sum.
  ///
  /// - Parameters:
  ///   - z: Log posteriors.
  ///   - first: Where those of the case begin.
  ///   - probabilities: Gets a number a cause.
  package func write(_ z: Span<Float>, first: Int, into probabilities: inout [Double]) {
    let (posteriors, shares) = (posteriors.span, shares.span)
    var start = 0
    var sum = 0.0
    for cause in ends.indices {
      let end = ends[cause]
      let value: Double
      if z[first + cause] <= levels[cause] {
        // Most causes of most cases: no exponential and no search.
        value = shares[start]
      } else {
        let posterior = Elementary.exp(Double(z[first + cause]))
        // Steps without a look at the curve itself, whose lists would be counted at every visit.
        value =
          end > start
          ? CauseCurve.value(at: posterior, of: posteriors, shares, start..<end)
          : curves[cause].value(at: posterior)
      }
      probabilities[cause] = value
      sum += value
      start = end
    }
    for cause in ends.indices { probabilities[cause] /= sum }
  }
}
