/// Numbers whose products add up exactly, in whatever order BLAS takes them.
///
/// Where the elements of both factors of a product are whole multiples of 2⁻²⁶ and the sum of
/// |left| · |right| is at most 2, every product and every partial sum is a whole multiple of
/// 2⁻⁵² below 2, which a `Double` holds without rounding. So `dgemm` gives the same bits with
/// every kernel, block size and neighbouring row. Rounding to the grid moves a number by at
/// most 2⁻²⁷, 7.5e-9.
package enum ExactGrid {
  /// The nearest point of the grid; of two, the one that is an even multiple.
  ///
  /// - Parameter number: Of magnitude at most 2.
  package static func round(_ number: Double) -> Double {
    // Numbers from 2^26 to 2^27 are spaced by 2^-26, so that adding rounds to the grid.
    let shift = 100_663_296.0  // 1.5 * 2^26
    return (number + shift) - shift
  }

  /// The smallest power of two that is greater than a magnitude, or one for zero: what to
  /// divide by to get below one, and to multiply by afterwards, both without rounding.
  package static func scale(above magnitude: Double) -> Double {
    guard magnitude > 0 else { return 1 }
    return Double(sign: .plus, exponent: magnitude.exponent + 1, significand: 1)
  }
}
