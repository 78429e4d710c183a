/// The standard normal distribution.
package enum NormalDistribution {
  /// The number below which a standard normal variable lies with a given probability.
  ///
  /// P. J. Acklam's rational approximation (relative error below 1.2e-9), sharpened by one
  /// step of Halley's method on the error function.
  ///
  /// - Parameter probability: Between 0 and 1 and neither of them.
  package static func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a probability between 0 and 1")
    let start = approximateQuantile(probability)
    // Φ(x) − p and the density at x.
    let error = 0.5 * Elementary.erfc(-start / 2.0.squareRoot()) - probability
    let step = error * (2 * Double.pi).squareRoot() * Elementary.exp(start * start / 2)
    return start - step / (1 + start * step / 2)
  }

  private static let a = [
    -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
    -3.066479806614716e+01, 2.506628277459239e+00,
  ]
  private static let b = [
    -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
    -1.328068155288572e+01, 1,
  ]
  private static let c = [
    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
    4.374664141464968e+00, 2.938163982698783e+00,
  ]
  private static let d = [
    7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1,
  ]

  private static func approximateQuantile(_ p: Double) -> Double {
    func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
      coefficients.reduce(0) { $0 * x + $1 }
    }
    if p < 0.02425 {
      let q = (-2 * Elementary.log(p)).squareRoot()
      return polynomial(c, q) / polynomial(d, q)
    }
    if p > 1 - 0.02425 { return -approximateQuantile(1 - p) }
    let q = p - 0.5
    return q * polynomial(a, q * q) / polynomial(b, q * q)
  }
}
