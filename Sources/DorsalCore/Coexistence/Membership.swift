internal import DorsalNumerics

/// The product of posteriors with the membership of causes in hypotheses, without rounding.
///
/// Each posterior is taken in two parts: a whole multiple of 2⁻²³ and a whole multiple of a
/// finer power of two that is at most 2⁻²⁴ in size. Sums of either part over the hypotheses
/// of a cause are whole numbers below 2²⁴ of their unit and therefore exact in `Float`, in
/// whatever order BLAS takes them. What is cut off a posterior behind the finer part is below 3e-12.
struct Membership: Sendable {
  private let matrix: Matrix
  /// Finer parts are whole multiples of one over this.
  private let fineScale: Float
  private static let coarseScale: Float = 8_388_608  // 2^23

  init(_ hypotheses: Hypotheses) {
    matrix = hypotheses.membership()
    // A finer part is at most 2^-24, so that n of them are below 2^24 of their unit.
    var scale: Float = 281_474_976_710_656  // 2^48
    var count = 1
    while count < hypotheses.greatestMembership {
      count *= 2
      scale /= 2
    }
    fineScale = scale
  }

  /// Writes P(cause present) for rows of posteriors of all hypotheses.
  ///
  /// - Parameters:
  ///   - posteriors: A row for each case, a column for each hypothesis.
  ///   - rowCount: How many rows to use.
  ///   - present: Gets a row for each case, a column for each cause, from `firstRow` on.
  func write(_ posteriors: Matrix, rowCount: Int, into present: inout Matrix, firstRow: Int) {
    let columns = posteriors.columnCount
    let causes = matrix.columnCount
    var parts = Matrix(rowCount: 2 * rowCount, columnCount: columns)
    let source = posteriors.elements.span
    let (coarseScale, fineScale) = (Self.coarseScale, fineScale)
    parts.withElements { elements in
      for index in 0..<rowCount * columns {
        let coarse = (source[index] * coarseScale).rounded() / coarseScale
        elements[index] = coarse
        elements[rowCount * columns + index] =
          ((source[index] - coarse) * fineScale).rounded() / fineScale
      }
    }
    var sums = Matrix(rowCount: 2 * rowCount, columnCount: causes)
    BLAS.multiply(parts, matrix, into: &sums, rowCount: 2 * rowCount)
    let halves = sums.elements.span
    present.withElements { elements in
      for index in 0..<rowCount * causes {
        let sum = Double(halves[index]) + Double(halves[rowCount * causes + index])
        elements[firstRow * causes + index] = Float(min(sum, 1))
      }
    }
  }
}
