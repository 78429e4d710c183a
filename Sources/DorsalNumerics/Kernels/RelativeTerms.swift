internal import CKernels

/// Logarithms of probabilities relative to a background, for many at once.
package enum RelativeTerms {
  /// Writes p · log(p / b) for rows of probabilities p = b + d, in nats.
  ///
  /// The logarithm is the library's own, so that terms are the same bits on every processor;
  /// it is exact to about 1e-15 of itself or of 1, and zero where d is.
  ///
  /// - Parameters:
  ///   - differences: At least `rowCount` rows of d, one column for each of `background`.
  ///   - background: b of each column, above zero.
  ///   - inverse: 1 / b of each column.
  ///   - least: What p is at the least, above zero.
  ///   - rowCount: How many rows.
  ///   - terms: Gets the terms: as many columns, at least `rowCount` rows.
  ///   - level: The instructions to use.
  /// - Complexity: O(`rowCount` × columns), no allocation.
  package static func write(
    of differences: DoubleMatrix, background: [Double], inverse: [Double], least: Double,
    rowCount: Int, into terms: inout DoubleMatrix, level: CPULevel = .best
  ) {
    let columns = background.count
    precondition(differences.columnCount == columns && inverse.count == columns, "as many columns")
    precondition(terms.columnCount == columns, "the terms have a place")
    precondition(
      rowCount <= differences.rowCount && rowCount <= terms.rowCount && rowCount >= 0,
      "both matrices hold the rows")
    unsafe differences.elements.withUnsafeBufferPointer { d in
      unsafe background.withUnsafeBufferPointer { b in
        unsafe inverse.withUnsafeBufferPointer { i in
          terms.withElements { elements in
            unsafe elements.withUnsafeMutableBufferPointer { output in
              guard let d = d.baseAddress, let b = b.baseAddress, let i = i.baseAddress,
                let output = output.baseAddress
              else { return }
              unsafe ck_relative_terms(
                Int32(level.rawValue), d, rowCount, columns, b, i, columns, least, output)
            }
          }
        }
      }
    }
  }
}
