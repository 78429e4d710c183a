/// The digamma and trigamma functions, for the moments of a Dirichlet distribution.
package enum Polygamma {
  /// Where the asymptotic series begin to be good to fifteen digits.
  private static let seriesStart = 12.0

  /// The derivative of log Γ at a positive number.
  ///
  /// Recurrence up to 12, then the asymptotic series (M. Abramowitz, I. Stegun,
  /// "Handbook of Mathematical Functions", 6.3.5 and 6.3.18).
  package static func digamma(_ x: Double) -> Double {
    precondition(x > 0, "digamma of a positive number")
    var x = x
    var sum = 0.0
    while x < seriesStart {
      sum -= 1 / x
      x += 1
    }
    let y = 1 / (x * x)
    return sum + Elementary.log(x) - 0.5 / x
      - y * (1 / 12.0 - y * (1 / 120.0 - y * (1 / 252.0 - y * (1 / 240.0 - y / 132.0))))
  }

  /// The second derivative of log Γ at a positive number.
  ///
  /// Recurrence up to 12, then the asymptotic series (Abramowitz and Stegun, 6.4.6
  /// and 6.4.12).
  package static func trigamma(_ x: Double) -> Double {
    precondition(x > 0, "trigamma of a positive number")
    var x = x
    var sum = 0.0
    while x < seriesStart {
      sum += 1 / (x * x)
      x += 1
    }
    let y = 1 / (x * x)
    let series = 1 / 6.0 - y * (1 / 30.0 - y * (1 / 42.0 - y * (1 / 30.0 - y * 5 / 66)))
    return sum + 1 / x + y / 2 + y / x * series
  }
}
