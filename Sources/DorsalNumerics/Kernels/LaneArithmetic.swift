internal import CKernels

/// Arithmetic on rows of lanes: the same sum for many bootstrap samples at once.
package enum LaneArithmetic {
  /// How many bootstrap samples stand side by side in a piece, a byte each.
  package static let laneCount = 64

  /// Writes the counts of some cases as rows of `Float`, the lanes of each piece behind
  /// those of the piece before.
  ///
  /// - Parameters:
  ///   - rows: Which case goes to each row; the highest bit is passed over.
  ///   - pieces: The counts: lanes 8g...8g+7 of a case in word `8 * case + g`, the first in
  ///     the lowest byte.
  ///   - output: At least as many rows as `rows`, and 64 columns for each piece.
  package static func gather(
    _ rows: ArraySlice<UInt32>, of pieces: [[UInt64]], into output: inout Matrix,
    level: CPULevel = .best
  ) {
    let width = output.columnCount
    precondition(width == pieces.count * laneCount, "a column for each lane")
    precondition(rows.count <= output.rowCount, "the rows have a place")
    let last = rows.reduce(0) { max($0, $1 & 0x7fff_ffff) }
    precondition(pieces.allSatisfy { Int(last) * 8 + 8 <= $0.count }, "the cases are there")
    let level = Int32(level.rawValue)
    output.withElements { elements in
      unsafe elements.withUnsafeMutableBufferPointer { target in
        unsafe rows.withUnsafeBufferPointer { rows in
          for (place, piece) in pieces.enumerated() {
            unsafe piece.withUnsafeBytes { bytes in
              guard let first = target.baseAddress, let bytes = bytes.baseAddress
              else { return }
              unsafe ck_lane_counts(
                level, rows.baseAddress, rows.count,
                bytes.assumingMemoryBound(to: UInt8.self), first + place * laneCount, width)
            }
          }
        }
      }
    }
  }

  /// Adds rows of a matrix to a sum: `sum[lane] += Σ matrix[row, lane]`.
  ///
  /// Whole numbers below 2^24 a call are exact.
  package static func addRows(
    _ rows: Range<Int>, of matrix: Matrix, to sum: inout [Double], level: CPULevel = .best
  ) {
    let width = matrix.columnCount
    precondition(width % laneCount == 0 && sum.count == width, "whole blocks of lanes")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= matrix.rowCount, "rows exist")
    let level = Int32(level.rawValue)
    unsafe matrix.elements.withUnsafeBufferPointer { source in
      unsafe sum.withUnsafeMutableBufferPointer { target in
        guard let first = source.baseAddress else { return }
        unsafe ck_lane_sums(
          level, first + rows.lowerBound * width, rows.count, width, target.baseAddress)
      }
    }
  }
}

extension LaneArithmetic {
  /// Counts events of one probability towards area and average precision, in every lane:
  /// pairs with the cases without the event above (and half of those tied), and precision
  /// times the events; then begins anew below them.
  ///
  /// - Parameters:
  ///   - events: How many events have the probability; becomes zero.
  ///   - tied: How many cases without the event have it; becomes zero.
  ///   - above: How many cases without the event stand above.
  ///   - called: How many events stand above.
  ///   - inversions: Pairs so far.
  ///   - precision: Precision times events so far.
  package static func closeEvents(
    _ events: inout [Double], tied: inout [Double], above: inout [Double],
    called: inout [Double], inversions: inout [Double], precision: inout [Double],
    level: CPULevel = .best
  ) {
    let count = events.count
    precondition(
      tied.count == count && above.count == count && called.count == count
        && inversions.count == count && precision.count == count, "a place for each lane")
    let level = Int32(level.rawValue)
    unsafe events.withUnsafeMutableBufferPointer { e in
      unsafe tied.withUnsafeMutableBufferPointer { t in
        unsafe above.withUnsafeMutableBufferPointer { a in
          unsafe called.withUnsafeMutableBufferPointer { c in
            unsafe inversions.withUnsafeMutableBufferPointer { i in
              unsafe precision.withUnsafeMutableBufferPointer { p in
                unsafe ck_lane_events(
                  level, count, e.baseAddress, t.baseAddress, a.baseAddress, c.baseAddress,
                  i.baseAddress, p.baseAddress)
              }
            }
          }
        }
      }
    }
  }
}
