internal import CKernels

/// The information of unknown findings from the products of posteriors with answers.
enum InformationKernel {
  /// Writes the information in bits, and `known` for findings that are known and the setting.
  ///
  /// - Parameters:
  ///   - table: The answers.
  ///   - settingFinding: The finding that is never asked for.
  ///   - updated: Posteriors × `table.updates`: a row for each case.
  ///   - terms: The relative terms of `updated`.
  ///   - rest: Posteriors × `table.information`.
  ///   - codes: State codes, case after case.
  ///   - start: The first case.
  ///   - count: How many cases.
  ///   - least: What a probability is at the least.
  ///   - known: What is written where there is nothing to find out.
  ///   - bits: A row for each case, a column for each finding.
  ///   - place: The row of `bits` of the first case.
  ///   - level: The instructions to use; answers do not depend on it.
  /// - Complexity: O(`count` × states).
  static func write(
    table: AnswerTable, settingFinding: Int, updated: DoubleMatrix, terms: DoubleMatrix,
    rest: DoubleMatrix, codes: [UInt8], start: Int, count: Int, least: Double, known: Float,
    into bits: inout MutableSpan<Float>, at place: Int, level: CPULevel = .best
  ) {
    let layout = table.layout
    let findings = layout.order.count
    precondition(start >= 0 && count >= 0 && place >= 0, "cases are counted from zero")
    precondition((start + count) * findings <= codes.count, "the cases are there")
    precondition((place + count) * findings <= bits.count, "the answers have a place")
    precondition(
      updated.columnCount == table.stateCount && terms.columnCount == table.stateCount
        && rest.columnCount == table.scales.count, "the products are of these answers")
    precondition(
      min(updated.rowCount, terms.rowCount, rest.rowCount) >= count, "the products are there")
    var scratch = [Double](repeating: 0, count: findings)
    unsafe layout.order.withUnsafeBufferPointer { order in
      unsafe layout.plainPlanes.withUnsafeBufferPointer { plain in
        unsafe layout.discountedPlanes.withUnsafeBufferPointer { discounted in
          unsafe table.background.withUnsafeBufferPointer { background in
            unsafe table.scales.withUnsafeBufferPointer { scales in
              var answers = unsafe ck_answers(
                finding_count: findings, setting: settingFinding, order: order.baseAddress,
                plain_count: layout.plainCount, plain_column_count: layout.plainColumnCount,
                plain_planes: plain.baseAddress, discounted_planes: discounted.baseAddress,
                plain_plane_count: plain.count, discounted_plane_count: discounted.count,
                column_count: table.stateCount, background: background.baseAddress,
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
