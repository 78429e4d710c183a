internal import CKernels

/// Limits of leading posteriors from the variances of scores.
package enum IntervalKernel {
  /// Writes the limits of the leading causes of some cases, by the delta method of second
  /// order (see `AnalyticIntervals`).
  ///
  /// - Parameters:
  ///   - variances: A row of `stride` whole numbers a case, of which `unit` is one.
  ///   - posteriors: A row a case, from `start` on.
  ///   - count: How many cases.
  ///   - leading: The leading causes of all cases, at most `Softmax.greatestTop` of each.
  ///   - z: How many standard deviations a limit is away.
  ///   - limits: Get the limits in the places of the leading causes.
  ///   - level: The instructions to use; limits do not depend on it.
  /// - Complexity: O(`count` × causes).
  package static func write(
    variances: AlignedArray<Int32>, stride: Int, unit: Double, posteriors: Matrix, start: Int,
    count: Int, leading: Leading, z: Double, limits: inout (lower: [Float], upper: [Float]),
    level: CPULevel
  ) {
    let (causes, top) = (posteriors.columnCount, leading.top)
    precondition(variances.count >= count * stride && causes <= stride, "the variances are there")
    precondition(start >= 0 && start + count <= posteriors.rowCount, "the cases are there")
    precondition(top <= Softmax.greatestTop, "the leading causes fit a vector")
    let places = (start + count) * top
    precondition(leading.columns.count >= places, "the causes are there")
    precondition(limits.lower.count >= places && limits.upper.count >= places, "there is room")
    precondition(
      leading.columns[start * top..<places].allSatisfy { $0 >= 0 && Int($0) < causes },
      "causes exist")
    guard top > 0, count > 0 else { return }
    unsafe posteriors.elements.withUnsafeBufferPointer { posterior in
      unsafe leading.columns.withUnsafeBufferPointer { which in
        unsafe limits.lower.withUnsafeMutableBufferPointer { lower in
          unsafe limits.upper.withUnsafeMutableBufferPointer { upper in
            guard let p = posterior.baseAddress, let c = which.baseAddress,
              let low = lower.baseAddress, let high = upper.baseAddress
            else { return }
            unsafe ck_intervals(
              Int32(level.rawValue), variances.base, stride, unit, p + start * causes, count,
              causes, top, c + start * top, z, low + start * top, high + start * top)
          }
        }
      }
    }
  }
}
