internal import CKernels

/// Rows of whole numbers under many drawn models, over the same states.
package final class DrawnRows: Sendable {
  private let draws: [StateRows]
  /// What a sum of one is in nats, for each draw.
  private let units: [Float]
  private let level: CPULevel
  /// What every draw adds besides for joint states, and how many bits coarser the units of the
  /// draws are.
  private let joints: JointRows?
  private let shifts: [Int32]

  /// - Parameters:
  ///   - draws: The rows of each draw, at least one; all of the same shape.
  ///   - units: What a sum of one is in nats, for each draw.
  ///   - joints: Rows of joint states that are the same in every draw.
  ///   - jointUnit: What one of these is in nats: the units of the draws are this times a power
  ///     of two.
  package init(
    draws: [StateRows], units: [Float], joints: JointRows? = nil, jointUnit: Double = 1,
    level: CPULevel
  ) {
    precondition(!draws.isEmpty && draws.count == units.count, "each draw has a unit")
    precondition(
      draws.allSatisfy { $0.stride == draws[0].stride && $0.rowCount == draws[0].rowCount },
      "the draws have one shape")
    self.draws = draws
    self.units = units
    self.level = level
    self.joints = joints
    shifts = units.map { joints == nil ? 0 : Int32((Double($0) / jointUnit).exponent) }
    precondition(shifts.allSatisfy { $0 >= 0 }, "no draw has a finer unit than joint states")
  }

  /// What joint states add to the sums of some cases; nothing where there are none.
  private func offsets(of codes: [UInt8], start: Int, count: Int) -> AlignedArray<Int32>? {
    joints.map { joints in
      let offsets = AlignedArray<Int32>(count: max(count, 1) * draws[0].stride)
      joints.add(
        codes, start: start, count: count, to: offsets,
        scratch: AlignedArray(unwrittenCount: joints.scratchCount(cases: count)), level: level)
      return offsets
    }
  }

  /// How many draws.
  package var count: Int { draws.count }

  /// The posteriors of some cases under one draw: a row for each case.
  ///
  /// - Complexity: O(cases × known findings × columns).
  package func posteriors(draw: Int, of codes: [UInt8], start: Int, count: Int) -> Matrix {
    let rows = draws[draw]
    let padded = (count + Softmax.lanes - 1) / Softmax.lanes * Softmax.lanes
    let sums = AlignedArray<Int32>(count: padded * rows.stride)
    rows.sum(
      codes, start: start, count: count, into: sums,
      scratch: AlignedArray(unwrittenCount: rows.scratchCount(cases: count)), level: level)
    if let offsets = offsets(of: codes, start: start, count: count) {
      let shift = shifts[draw]
      let half: Int32 = shift > 0 ? 1 << (shift - 1) : 0
      for index in 0..<count * rows.stride {
        sums[index] = sums[index] &+ ((offsets[index] &+ half) >> shift)
      }
    }
    var result = Matrix(rowCount: count, columnCount: rows.columnCount)
    var leading = Leading(rowCount: count, top: 0)
    Softmax.write(
      scores: sums, stride: rows.stride, unit: units[draw], count: count, into: &result,
      firstRow: 0, top: 0, leading: &leading,
      scratch: AlignedArray(count: Softmax.scratchCount(columns: rows.columnCount)), level: level)
    return result
  }

  /// The lowest and the highest posteriors of each case and cause over the draws.
  ///
  /// - Parameters:
  ///   - codes: State codes, case after case.
  ///   - start: The first case.
  ///   - count: How many cases.
  ///   - depth: How many of the lowest and the highest, 1 to the number of draws.
  /// - Complexity: O(draws × cases × known findings × columns), and O(`depth`) for each
  ///   posterior that is among them when it comes.
  package func extremes(of codes: [UInt8], start: Int, count: Int, depth: Int) -> Extremes {
    let rows = draws[0]
    precondition((1...draws.count).contains(depth), "so many draws are there")
    precondition(start >= 0 && count >= 0, "cases are counted from zero")
    precondition((start + count) * rows.findingCount <= codes.count, "the cases are there")
    let groups = (count + Softmax.lanes - 1) / Softmax.lanes
    let places = groups * rows.columnCount * depth * Softmax.lanes
    let lowest = AlignedArray<Float>(unwrittenCount: places)
    let highest = AlignedArray<Float>(unwrittenCount: places)
    let list = AlignedArray<Int32>(unwrittenCount: count * rows.listCount)
    let sums = AlignedArray<Int32>(unwrittenCount: Softmax.lanes * rows.stride)
    let scratch = AlignedArray<Float>(
      unwrittenCount: Softmax.scratchCount(columns: rows.columnCount))
    let offsets = offsets(of: codes, start: start, count: count)
    // The tables point into `draws`, which outlive the call.
    let tables = unsafe draws.map { unsafe $0.table }
    unsafe tables.withUnsafeBufferPointer { tables in
      unsafe units.withUnsafeBufferPointer { units in
        unsafe shifts.withUnsafeBufferPointer { shifts in
          unsafe codes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe ck_extremes(
              Int32(level.rawValue), tables.baseAddress, units.baseAddress, tables.count,
              offsets?.base, shifts.baseAddress, base + start * rows.findingCount, count,
              rows.columnCount, depth, lowest.base, highest.base, list.base, sums.base,
              scratch.base)
          }
        }
      }
    }
    return Extremes(
      depth: depth, columnCount: rows.columnCount, lowest: lowest, highest: highest)
  }

  /// The lowest and the highest of each case and cause.
  package struct Extremes {
    let depth: Int
    fileprivate let columnCount: Int
    fileprivate let lowest: AlignedArray<Float>
    fileprivate let highest: AlignedArray<Float>

    /// The lowest but `place`.
    package func low(_ place: Int, case index: Int, column: Int) -> Float {
      lowest[slot(place, index, column)]
    }

    /// The highest but `place`.
    package func high(_ place: Int, case index: Int, column: Int) -> Float {
      highest[slot(place, index, column)]
    }

    private func slot(_ place: Int, _ index: Int, _ column: Int) -> Int {
      let (group, lane) = index.quotientAndRemainder(dividingBy: Softmax.lanes)
      return ((group * columnCount + column) * depth + place) * Softmax.lanes + lane
    }
  }
}
