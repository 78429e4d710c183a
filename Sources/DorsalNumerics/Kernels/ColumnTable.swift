internal import CKernels

/// Columns as the inner loops take them.
struct ColumnTable: Sendable {
  /// How many codes a row has.
  let codeStride: Int
  private var columns: [ck_column] = []
  /// Columns of names that are read side by side, and all others.
  private var eights: [ck_name_columns] = []
  private var others: [UInt32] = []
  private var names = NameSlots()
  private var edges: [Double] = []

  /// Lays out columns, in the order of a row.
  package init(_ columns: [PlainCSVReader.Column] = [], codeStride: Int) {
    precondition(codeStride <= Int(Int32.max), "a target has 31 bits")
    self.codeStride = codeStride
    for column in columns { append(column) }
    groupNames()
  }

  /// How many columns there are.
  var count: Int { columns.count }

  /// Adds a column behind the others.
  mutating func append(_ column: PlainCSVReader.Column) { columns.append(entry(column)) }

  /// Lays out a column that does not stand among the others.
  mutating func entry(_ column: PlainCSVReader.Column) -> ck_column {
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

  private func index(_ target: PlainCSVReader.Target) -> Int32 {
    switch target {
    case .code(let index):
      precondition(index >= 0 && index < codeStride, "a target is among the codes")
      return Int32(index)
    case .label: return -1
    }
  }

  /// Puts columns of names whose widths are the same together, eight at a time.
  private mutating func groupNames() {
    let isName = columns.map { column in
      column.target >= 0
        && [CK_NAME8, CK_NAME16, CK_NAME32].contains { column.kind == UInt8($0.rawValue) }
    }
    others = columns.indices.filter { !isName[$0] }.map(UInt32.init)
    for (kind, words) in [(CK_NAME8, 1 as UInt32), (CK_NAME16, 2), (CK_NAME32, 4)] {
      let own = columns.indices.filter { isName[$0] && columns[$0].kind == UInt8(kind.rawValue) }
      for start in stride(from: 0, to: own.count, by: 8) {
        eights.append(eight(Array(own[start..<min(start + 8, own.count)]), words: words))
      }
    }
  }

  private func eight(_ indices: [Int], words: UInt32) -> ck_name_columns {
    func lanes<Value>(_ value: (Int) -> Value) -> EightLanes<Value> {
      let own = (0..<8).map { value(indices[min($0, indices.count - 1)]) }
      return (own[0], own[1], own[2], own[3], own[4], own[5], own[6], own[7])
    }
    func adjoin(_ places: [Int]) -> UInt32 {
      let isFull = places.count == 8
      return isFull && zip(places, places.dropFirst()).allSatisfy { $0 + 1 == $1 } ? 1 : 0
    }
    return ck_name_columns(
      column: lanes { Int32($0) }, target: lanes { columns[$0].target },
      first: lanes { Int32(columns[$0].first) }, multiplier: lanes { columns[$0].multiplier },
      shift: lanes { UInt64(columns[$0].shift) }, words: words,
      targets_adjoin: adjoin(indices.map { Int(columns[$0].target) }),
      columns_adjoin: adjoin(indices))
  }

  private typealias EightLanes<Value> = (Value, Value, Value, Value, Value, Value, Value, Value)

  /// Gives the columns to an inner loop.
  func withColumns(_ body: (ck_columns) -> Void) {
    unsafe columns.withUnsafeBufferPointer { columns in
      unsafe names.words.withUnsafeBufferPointer { words in
        unsafe names.codes.withUnsafeBufferPointer { codes in
          unsafe edges.withUnsafeBufferPointer { edges in
            unsafe eights.withUnsafeBufferPointer { eights in
              unsafe others.withUnsafeBufferPointer { others in
                unsafe body(
                  ck_columns(
                    columns: columns.baseAddress, count: columns.count,
                    eights: eights.baseAddress, eight_count: eights.count,
                    others: others.baseAddress, other_count: others.count,
                    names: words.baseAddress, name_codes: codes.baseAddress,
                    edges: edges.baseAddress, code_stride: codeStride))
              }
            }
          }
        }
      }
    }
  }
}
