internal import CKernels

/// Columns as the inner loops take them.
struct ColumnTable: Sendable {
  /// How many codes a row has.
  let codeStride: Int
  private var columns: [ck_column] = []
  private var names = NameSlots()
  private var edges: [Double] = []

  init(codeStride: Int) {
    precondition(codeStride <= Int(Int32.max), "a target has 31 bits")
    self.codeStride = codeStride
  }

  /// How many columns there are.
  var count: Int { columns.count }

  /// Adds a column behind the others.
  mutating func append(_ column: CSVKernel.Column) { columns.append(entry(column)) }

  /// Lays out a column that does not stand among the others.
  mutating func entry(_ column: CSVKernel.Column) -> ck_column {
    var entry = ck_column()
    switch column {
    case .ignored: entry.kind = UInt8(CK_IGNORED.rawValue)
    case .id: entry.kind = UInt8(CK_ID.rawValue)
    case .names(let list, let target):
      let table = names.table(of: list)
      let kinds = [8: CK_NAME8, 16: CK_NAME16, 32: CK_NAME32]
      entry.kind = UInt8((kinds[table.width] ?? CK_NAME32).rawValue)
      entry.first = UInt32(table.first)
      entry.shift = UInt8(table.shift)
      entry.multiplier = table.multiplier
      entry.target = index(target)
    case .number(let list, let range, let target):
      entry.kind = UInt8(CK_NUMBER.rawValue)
      entry.first = UInt32(edges.count)
      entry.edge_count = UInt32(list.count)
      entry.least = range.lowerBound
      entry.greatest = range.upperBound
      entry.target = index(target)
      edges += list
    }
    return entry
  }

  private func index(_ target: CSVKernel.Target) -> Int32 {
    switch target {
    case .code(let index):
      precondition(index >= 0 && index < codeStride, "a target is among the codes")
      return Int32(index)
    case .label: return -1
    }
  }

  /// Gives the columns to an inner loop.
  func withColumns(_ body: (ck_columns) -> Void) {
    unsafe columns.withUnsafeBufferPointer { columns in
      unsafe names.words.withUnsafeBufferPointer { words in
        unsafe names.codes.withUnsafeBufferPointer { codes in
          unsafe edges.withUnsafeBufferPointer { edges in
            unsafe body(
              ck_columns(
                columns: columns.baseAddress, count: columns.count, names: words.baseAddress,
                name_codes: codes.baseAddress, edges: edges.baseAddress,
                code_stride: codeStride))
          }
        }
      }
    }
  }
}
