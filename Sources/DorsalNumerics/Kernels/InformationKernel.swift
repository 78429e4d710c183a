internal import CKernels

/// The information of unknown findings from products of posteriors with what their answers
/// would do (see `AnswerTable`), whose columns stand in planes (see `AnswerLayout`).
package struct InformationKernel: Sendable {
  /// The finding at each place; those of weight 1 first.
  package let order: [Int32]
  /// How many findings have weight 1.
  package let plainCount: Int
  /// The columns of each plane of these, and of the discounted findings behind them.
  package let plainPlanes: [Int32]
  package let discountedPlanes: [Int32]
  /// The background of each column.
  package let background: [Double]
  /// The scale of each column of the other products.
  package let scales: [Double]
  /// The finding that is never asked for.
  package let settingFinding: Int
  /// What a probability is at the least.
  package let least: Double
  /// What is written where there is nothing to find out.
  package let known: Float

  package init(
    order: [Int32], plainCount: Int, plainPlanes: [Int32], discountedPlanes: [Int32],
    background: [Double], scales: [Double], settingFinding: Int, least: Double, known: Float
  ) {
    self.order = order
    self.plainCount = plainCount
    self.plainPlanes = plainPlanes
    self.discountedPlanes = discountedPlanes
    self.background = background
    self.scales = scales
    self.settingFinding = settingFinding
    self.least = least
    self.known = known
  }

  /// Writes the information in bits, and `known` for findings that are known and the setting.
  ///
  /// - Parameters:
  ///   - updated: Posteriors × updates less the background: a row for each case.
  ///   - terms: The relative terms of `updated`.
  ///   - rest: The other products.
  ///   - codes: State codes, case after case.
  ///   - start: The first case.
  ///   - count: How many cases.
  ///   - bits: A row for each case, a column for each finding.
  ///   - place: The row of `bits` of the first case.
  ///   - level: The instructions to use; answers do not depend on it.
  /// - Complexity: O(`count` × states).
  package func write(
    updated: DoubleMatrix, terms: DoubleMatrix, rest: DoubleMatrix, codes: [UInt8], start: Int,
    count: Int, into bits: inout MutableSpan<Float>, at place: Int, level: CPULevel = .best
  ) {
    let findings = order.count
    let plainColumns = plainPlanes.reduce(0) { $0 + Int($1) }
    let discounted = discountedPlanes.reduce(0) { $0 + Int($1) }
    precondition(start >= 0 && count >= 0 && place >= 0, "cases are counted from zero")
    precondition((start + count) * findings <= codes.count, "the cases are there")
    precondition((place + count) * findings <= bits.count, "the answers have a place")
    precondition(plainColumns + discounted == background.count, "the planes hold the columns")
    precondition(
      updated.columnCount == background.count && terms.columnCount == background.count
        && rest.columnCount == findings + 2 * discounted && rest.columnCount == scales.count,
      "the products are of these answers")
    precondition(
      min(updated.rowCount, terms.rowCount, rest.rowCount) >= count, "the products are there")
    precondition(
      order.allSatisfy { $0 >= 0 && Int($0) < findings } && plainCount <= findings
        && plainPlanes.allSatisfy { Int($0) <= plainCount }
        && discountedPlanes.allSatisfy { Int($0) <= findings - plainCount },
      "a plane has a column a finding at most")
    var scratch = [Double](repeating: 0, count: findings)
    unsafe order.withUnsafeBufferPointer { order in
      unsafe plainPlanes.withUnsafeBufferPointer { plain in
        unsafe discountedPlanes.withUnsafeBufferPointer { discounted in
          unsafe background.withUnsafeBufferPointer { background in
            unsafe scales.withUnsafeBufferPointer { scales in
              var answers = unsafe ck_answers(
                finding_count: findings, setting: settingFinding, order: order.baseAddress,
                plain_count: plainCount, plain_column_count: plainColumns,
                plain_planes: plain.baseAddress, discounted_planes: discounted.baseAddress,
                plain_plane_count: plain.count, discounted_plane_count: discounted.count,
                column_count: background.count, background: background.baseAddress,
                scales: scales.baseAddress, least: least)
              unsafe updated.elements.withUnsafeBufferPointer { updated in
                unsafe terms.elements.withUnsafeBufferPointer { terms in
                  unsafe rest.elements.withUnsafeBufferPointer { rest in
                    unsafe codes.withUnsafeBufferPointer { codes in
                      unsafe bits.withUnsafeMutableBufferPointer { bits in
                        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                          guard let codes = codes.baseAddress, let bits = bits.baseAddress else {
                            return
                          }
                          unsafe ck_information(
                            Int32(level.rawValue), &answers, updated.baseAddress,
                            terms.baseAddress, rest.baseAddress, codes + start * findings, count,
                            known, bits + place * findings, scratch.baseAddress)
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
