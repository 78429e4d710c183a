package import DorsalCore
internal import DorsalNumerics

/// Beta calibration of one cause against the rest: logit(share) = a ln p − b ln(1 − p) + c
/// (M. Kull, T. Silva Filho, P. Flach, AISTATS 2017), by penalised maximum likelihood.
package enum BetaFit {
  /// Fits a curve to posteriors and how much of each case's diagnosis is the cause.
  ///
  /// The ridge draws to a = b = 1 and c = 0, which change nothing. Where a or b comes out
  /// below 0 the curve would fall: it is set to 0 and the rest fitted again, as the paper
  /// does.
  package static func fit(
    posteriors: [Double], targets: [Double], ridge: Double
  ) async throws(DorsalError) -> (curve: CauseCurve, convergence: Convergence) {
    let features = posteriors.map { posterior in
      (
        Elementary.log(max(posterior, Double(CalibrationMap.leastPosterior))),
        -Elementary.log(max(1 - posterior, CauseCurve.leastRest))
      )
    }
    var isFree = [true, true, true]
    while true {
      let free = isFree
      let fit = try await Newton.minimise(
        centre: [1, 1, 0], ridge: ridge, caseCount: posteriors.count
      ) { parameters in
        sum(features, targets, parameters: parameters, isFree: free)
      }
      let values = zip(fit.parameters, isFree).map { $1 ? $0 : 0 }
      guard let negative = [0, 1].first(where: { values[$0] < 0 }) else {
        return (.beta(a: values[0], b: values[1], c: values[2]), fit.convergence)
      }
      isFree[negative] = false
    }
  }

  /// The sum over the cases; a parameter that is not free counts as 0 in it, and its row of
  /// the Hessian is that of the identity, so that it stays where it is.
  private static func sum(
    _ features: [(Double, Double)], _ targets: [Double], parameters: [Double], isFree: [Bool]
  ) -> Newton.Sum {
    let (a, b, c) = (
      isFree[0] ? parameters[0] : 0, isFree[1] ? parameters[1] : 0, parameters[2]
    )
    var (loss, g0, g1, g2) = (0.0, 0.0, 0.0, 0.0)
    var (h00, h01, h02, h11, h12, h22) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var isSeparated = true
    for index in features.indices {
      let (u, v) = (isFree[0] ? features[index].0 : 0, isFree[1] ? features[index].1 : 0)
      let logOdds = a * u + b * v + c
      // log(1 + e^x) without overflow.
      let tail = Elementary.log(1 + Elementary.exp(-abs(logOdds)))
      let share = 1 / (1 + Elementary.exp(-logOdds))
      let target = targets[index]
      loss += max(logOdds, 0) + tail - target * logOdds
      isSeparated = isSeparated && (target > 0.5) == (logOdds > 0)
      let (residual, spread) = (share - target, share * (1 - share))
      g0 += residual * u
      g1 += residual * v
      g2 += residual
      h00 += spread * u * u
      h01 += spread * u * v
      h02 += spread * u
      h11 += spread * v * v
      h12 += spread * v
      h22 += spread
    }
    var sum = Newton.Sum(parameterCount: 3)
    sum.loss = loss
    sum.gradient = [g0, g1, g2]
    sum.isSeparated = isSeparated
    let elements = [(0, 0, h00), (0, 1, h01), (0, 2, h02), (1, 1, h11), (1, 2, h12), (2, 2, h22)]
    for (row, column, value) in elements {
      sum.hessian[row, column] = value
      sum.hessian[column, row] = value
    }
    for index in 0..<2 where !isFree[index] {
      sum.hessian[index, index] = 1
    }
    return sum
  }
}
