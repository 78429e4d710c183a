internal import CKernels

/// A row of whole numbers for each state of each finding, to be summed over the known
/// states of a case.
///
/// It is the product of a row of indicators with a matrix of whole numbers, without the
/// zeros: exact in any order, so that it gives the same bits as the product does. Columns
/// are in tiles that stay in the first-level cache while a block of cases passes.
package final class StateRows: @unchecked Sendable {
  /// Columns in use.
  package let columnCount: Int
  /// Columns of a row of sums: the tiles' columns.
  package let stride: Int
  package let findingCount: Int
  private let rows: AlignedArray<Int32>
  private let rowBeforeFirst: AlignedArray<Int32>
  let rowCount: Int
  private let tileWidth: Int
  private let tileCount: Int
  private let settingFinding: Int
  private let defaultSetting: Int

  /// Bytes that a tile may take of the first-level cache.
  private static let tileBytes = 49_152

  /// Lays out the rows.
  ///
  /// - Parameters:
  ///   - values: `values[row * columnCount + column]`.
  ///   - columnCount: Columns of a row.
  ///   - firstStateRow: The first row of each finding, as many as there are findings.
  ///   - settingFinding: The finding whose unknown state is the default setting.
  ///   - defaultSetting: The index of that setting.
  package init(
    values: [Int32], columnCount: Int, firstStateRow: [Int], settingFinding: Int,
    defaultSetting: Int
  ) {
    precondition(columnCount > 0 && values.count % columnCount == 0, "rows are whole")
    self.columnCount = columnCount
    rowCount = values.count / columnCount
    findingCount = firstStateRow.count
    self.settingFinding = settingFinding
    self.defaultSetting = defaultSetting
    let padded = (columnCount + 15) / 16 * 16
    var width = min(padded, 96)
    while width > 32, width * rowCount * 4 > Self.tileBytes, padded > 64 { width -= 16 }
    tileWidth = width
    tileCount = (padded + width - 1) / width
    stride = tileWidth * tileCount
    rows = AlignedArray(count: rowCount * stride)
    for row in 0..<rowCount {
      for column in 0..<columnCount {
        let (tile, inside) = column.quotientAndRemainder(dividingBy: width)
        rows[(tile * rowCount + row) * width + inside] = values[row * columnCount + column]
      }
    }
    // Reading 16 findings at a time ends within the padding.
    rowBeforeFirst = AlignedArray(count: findingCount + 16)
    for (finding, first) in firstStateRow.enumerated() {
      rowBeforeFirst[finding] = Int32(first) - 1
    }
  }

  /// Numbers of scratch memory for the list of one case's known rows.
  var listCount: Int { findingCount + Int(CK_LIST_PADDING) }

  /// Numbers of scratch memory that a sum over some cases needs.
  package func scratchCount(cases: Int) -> Int {
    (tileCount == 1 ? 1 : cases) * listCount
  }

  /// Sums the rows of the known states of some cases.
  ///
  /// - Parameters:
  ///   - codes: State codes, case after case, `findingCount` a case.
  ///   - start: The first case.
  ///   - count: How many cases.
  ///   - sums: A row of `stride` numbers a case.
  ///   - scratch: At least `scratchCount(cases: count)` numbers.
  ///   - level: The instructions to use; sums do not depend on it.
  /// - Complexity: O(cases × known findings × columns).
  package func sum(
    _ codes: [UInt8], start: Int, count: Int, into sums: AlignedArray<Int32>,
    scratch: AlignedArray<Int32>, level: CPULevel
  ) {
    precondition(start >= 0 && count >= 0, "cases are counted from zero")
    precondition((start + count) * findingCount <= codes.count, "the cases are there")
    precondition(sums.count >= count * stride, "the sums have a place")
    precondition(scratch.count >= scratchCount(cases: count), "the scratch memory is there")
    unsafe withTable { table in
      unsafe codes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        unsafe ck_gather(
          Int32(level.rawValue), table, base + start * findingCount, count, sums.base, stride,
          scratch.base)
      }
    }
  }

  /// Writes rows of indicators: a column for each state, 1 where a case is known to be in it.
  ///
  /// - Parameter indicators: At least `count` rows of as many columns as there are states.
  package func writeIndicators(
    _ codes: [UInt8], start: Int, count: Int, into indicators: inout Matrix, level: CPULevel
  ) {
    precondition(start >= 0 && (start + count) * findingCount <= codes.count, "the cases are there")
    precondition(
      indicators.columnCount == rowCount && indicators.rowCount >= count, "the rows have a place")
    let list = AlignedArray<Int32>(unwrittenCount: listCount)
    indicators.withElements { elements in
      unsafe elements.withUnsafeMutableBufferPointer { output in
        unsafe codes.withUnsafeBufferPointer { bytes in
          guard let base = bytes.baseAddress, let out = output.baseAddress else {
            return
          }
          unsafe withTable { table in
            unsafe ck_indicators(
              Int32(level.rawValue), table, base + start * findingCount, count, out, list.base)
          }
        }
      }
    }
  }

  /// Finds the rules that hold in some cases, and counts what is known of them.
  ///
  /// - Parameters:
  ///   - rules: The rules, over the same states.
  ///   - holding: Gets `rules.words` words a case: bit r of them where rule r holds.
  ///   - known: Gets, for each case, how many findings besides the setting are known.
  /// - Complexity: O(cases × known findings × rules).
  package func findHolding(
    _ rules: RuleRows, _ codes: [UInt8], count: Int, holding: inout [UInt64],
    known: inout [Int32], level: CPULevel
  ) {
    precondition(count * findingCount <= codes.count, "the cases are there")
    precondition(rules.rowCount == rowCount, "the rules are over these states")
    precondition(
      holding.count >= count * rules.words && known.count >= count, "the answers have a place")
    let list = AlignedArray<Int32>(unwrittenCount: listCount)
    unsafe codes.withUnsafeBufferPointer { bytes in
      unsafe holding.withUnsafeMutableBufferPointer { holding in
        unsafe known.withUnsafeMutableBufferPointer { known in
          guard let base = bytes.baseAddress, let held = holding.baseAddress,
            let counts = known.baseAddress
          else { return }
          var table = unsafe ck_rules(
            rows: rules.rows.base, needed: rules.needed.base, words: rules.words)
          unsafe withTable { states in
            unsafe ck_rules_holding(
              Int32(level.rawValue), states, &table, base, count, held, counts, list.base)
          }
        }
      }
    }
  }

  /// The rows as the loops take them; they live as long as this does.
  var table: ck_table {
    unsafe ck_table(
      rows: rows.base, row_count: rowCount, column_count: columnCount, tile_width: tileWidth,
      tile_count: tileCount, row_before_first: rowBeforeFirst.base, finding_count: findingCount,
      setting: settingFinding, default_setting: Int32(defaultSetting + 1))
  }

  private func withTable(_ body: (UnsafePointer<ck_table>) -> Void) {
    var table = unsafe self.table
    unsafe withUnsafePointer(to: &table) { unsafe body($0) }
  }
}
