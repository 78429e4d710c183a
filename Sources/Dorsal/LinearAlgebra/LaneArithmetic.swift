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
    _ rows: ArraySlice<UInt32>, of pieces: [[UInt64]], into output: inout Matrix
  ) {
    let width = output.columnCount
    precondition(width == pieces.count * laneCount, "a column for each lane")
    precondition(rows.count <= output.rowCount, "the rows have a place")
    output.withElements { elements in
      unsafe elements.withUnsafeMutableBufferPointer { target in
        for (place, piece) in pieces.enumerated() {
          unsafe piece.withUnsafeBytes { bytes in
            var start = place * laneCount
            for row in rows {
              let source = Int(row & 0x7fff_ffff) * laneCount
              precondition(source + laneCount <= bytes.count, "the case is there")
              for lane in 0..<laneCount {
                unsafe target[start + lane] = Float(bytes[source + lane])
              }
              start += width
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
    _ rows: Range<Int>, of matrix: Matrix, to sum: inout [Double]
  ) {
    let width = matrix.columnCount
    precondition(width % 16 == 0 && sum.count == width, "whole blocks of lanes")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= matrix.rowCount, "rows exist")
    unsafe matrix.elements.withUnsafeBytes { source in
      unsafe sum.withUnsafeMutableBufferPointer { target in
        for block in stride(from: 0, to: width, by: 16) {
          var partial = SIMD16<Float>.zero
          for row in rows {
            let start = row * width + block
            unsafe partial += source.loadUnaligned(
              fromByteOffset: start * MemoryLayout<Float>.stride, as: SIMD16<Float>.self)
          }
          for lane in 0..<16 { unsafe target[block + lane] += Double(partial[lane]) }
        }
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
    called: inout [Double], inversions: inout [Double], precision: inout [Double]
  ) {
    let count = events.count
    precondition(
      tied.count == count && above.count == count && called.count == count
        && inversions.count == count && precision.count == count, "a place for each lane")
    unsafe events.withUnsafeMutableBufferPointer { e in
      unsafe tied.withUnsafeMutableBufferPointer { t in
        unsafe above.withUnsafeMutableBufferPointer { a in
          unsafe called.withUnsafeMutableBufferPointer { c in
            unsafe inversions.withUnsafeMutableBufferPointer { i in
              unsafe precision.withUnsafeMutableBufferPointer { p in
                for lane in 0..<count {
                  unsafe i[lane] += e[lane] * (a[lane] + t[lane] / 2)
                  unsafe c[lane] += e[lane]
                  unsafe a[lane] += t[lane]
                  // Where a sample holds none of the cases so far, 0 / 1 is 0.
                  let standing = unsafe c[lane] + a[lane]
                  unsafe p[lane] += e[lane] * c[lane] / (standing > 1 ? standing : 1)
                  unsafe e[lane] = 0
                  unsafe t[lane] = 0
                }
              }
            }
          }
        }
      }
    }
  }
}
