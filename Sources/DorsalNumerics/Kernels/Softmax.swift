internal import CKernels

/// Turns rows of scores into rows of probabilities, and ranks them.
package enum Softmax {
  /// The greatest number of leading columns that `write` ranks.
  package static let greatestTop = Int(CK_MAX_TOP)

  /// Cases that are worked on side by side; scores need rows for a multiple of it.
  package static let lanes = Int(CK_LANES)

  /// Numbers of scratch memory for rows of some columns.
  package static func scratchCount(columns: Int) -> Int { lanes * (columns + 16) }

  /// Writes the softmax of rows of whole-number scores: every element is in 0...1 and a
  /// row sums to one.
  ///
  /// The greatest score of a row is subtracted before the exponential, so that nothing
  /// overflows and one term of the sum is exactly one. A row is summed in the order of its
  /// columns, and the exponential is the library's own: answers are the same on every
  /// processor.
  ///
  /// - Parameters:
  ///   - scores: A row of `stride` numbers a case.
  ///   - unit: What a score of one is, in nats.
  ///   - count: How many rows.
  ///   - probabilities: Gets a row a case, from `firstRow` on.
  ///   - top: How many leading columns to write to `leading`, at most `greatestTop`.
  ///   - leading: Gets the leading columns of each case; of equal ones the first is first.
  ///   - scratch: At least `scratchCount` numbers.
  ///   - level: The instructions to use.
  package static func write(
    scores: AlignedArray<Int32>, stride: Int, unit: Float, count: Int,
    into probabilities: inout Matrix, firstRow: Int, top: Int, leading: inout Leading,
    scratch: AlignedArray<Float>, level: CPULevel
  ) {
    let columns = probabilities.columnCount
    precondition(scores.count >= (count + lanes - 1) / lanes * lanes * stride, "scores are there")
    precondition(columns <= stride && stride % 16 == 0, "a row of scores holds the columns")
    precondition(firstRow >= 0 && firstRow + count <= probabilities.rowCount, "rows have a place")
    precondition(top >= 0 && top <= min(greatestTop, columns), "the leading columns exist")
    precondition(
      leading.columns.count >= (firstRow + count) * top
        && leading.probabilities.count >= (firstRow + count) * top, "the ranking has a place")
    precondition(scratch.count >= scratchCount(columns: columns), "the scratch memory is there")
    guard columns > 0, count > 0 else { return }
    probabilities.withElements { elements in
      unsafe elements.withUnsafeMutableBufferPointer { output in
        unsafe leading.columns.withUnsafeMutableBufferPointer { which in
          unsafe leading.probabilities.withUnsafeMutableBufferPointer { best in
            unsafe ck_posteriors(
              Int32(level.rawValue), scores.base, stride, count, columns, unit,
              output.baseAddress.map { unsafe $0 + firstRow * columns }, top,
              which.baseAddress.map { unsafe $0 + firstRow * top },
              best.baseAddress.map { unsafe $0 + firstRow * top }, scratch.base)
          }
        }
      }
    }
  }

  /// Adds the two parts that a product of floats gave of whole-number scores:
  /// `score = coarse * 2^shift + fine`.
  ///
  /// - Parameters:
  ///   - parts: A row for each case: the coarse parts of all columns, then the fine ones.
  ///   - scores: Gets a row of `stride` numbers a case.
  package static func join(
    parts: Matrix, count: Int, shift: Int, into scores: AlignedArray<Int32>, stride: Int,
    level: CPULevel
  ) {
    let columns = parts.columnCount / 2
    precondition(parts.rowCount >= count && columns <= stride, "the parts are there")
    precondition(scores.count >= count * stride, "the scores have a place")
    unsafe parts.elements.withUnsafeBufferPointer { elements in
      guard let base = elements.baseAddress else { return }
      unsafe ck_join_parts(
        Int32(level.rawValue), base, columns, count, Int32(shift), scores.base, stride)
    }
  }
}

/// The leading columns of each row of a matrix of probabilities, such as the leading causes
/// of each case; of equal ones the first is in front.
public struct Leading: Sendable {
  /// How many of each row.
  public let top: Int
  /// `columns[row * top + place]`.
  public package(set) var columns: [Int32]
  /// `probabilities[row * top + place]`.
  public package(set) var probabilities: [Float]

  package init(rowCount: Int, top: Int) {
    self.top = top
    columns = [Int32](repeating: 0, count: rowCount * top)
    probabilities = [Float](repeating: 0, count: rowCount * top)
  }
}
