/// Net benefit (A. J. Vickers, E. B. Elkin, Med Decis Making 2006;26:565-74).
package enum NetBenefit {
  /// The share of cases rightly acted on, less the share wrongly acted on in the currency of the
  /// threshold: `hits / n - false alarms / n × t / (1 - t)`.
  ///
  /// - Parameter threshold: The probability from which on acting is worth it, inside 0...1.
  package static func value(
    hits: Double, falseAlarms: Double, count: Double, threshold: Double
  ) -> Double {
    (hits - falseAlarms * threshold / (1 - threshold)) / count
  }
}
