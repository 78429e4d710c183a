internal import CKernels

/// The columns of a CSV file as the inner loop reads them: each cell becomes a code by a
/// perfect hash of its bytes, without a branch.
///
/// The loop reads what is common: names that the model knows, plain numbers, unquoted
/// ASCII. A row with anything else is left to the reader of single records, which knows what
/// to say of it.
package struct CSVKernel: Sendable {
  /// What a column holds.
  package enum Column: Sendable {
    case ignored
    case id
    /// One of some names, each with a code, or nothing.
    case names([(name: String, code: UInt16)], target: Target)
    /// A number in a range, cut at edges into the codes from 1 on, or nothing.
    case number(edges: [Double], range: ClosedRange<Double>, target: Target)
  }

  /// Where the code of a cell goes: among the codes of its row, or to the row's label.
  package enum Target: Sendable {
    case code(Int)
    case label
  }

  private let columns: [ck_column]
  private let names: NameSlots
  private let edges: [Double]
  private let codeStride: Int
  private let level: CPULevel

  /// Prepares the columns.
  ///
  /// - Parameters:
  ///   - columns: The columns of the file, in their order.
  ///   - codeStride: How many codes a row has.
  ///   - level: The instructions to use.
  package init(columns: [Column], codeStride: Int, level: CPULevel = .best) {
    precondition(codeStride <= Int(Int32.max), "a target has 31 bits")
    var slots = NameSlots()
    var allEdges: [Double] = []
    self.columns = columns.map { column in
      var entry = ck_column()
      switch column {
      case .ignored: entry.kind = UInt8(CK_IGNORED.rawValue)
      case .id: entry.kind = UInt8(CK_ID.rawValue)
      case .names(let names, let target):
        let table = slots.table(of: names)
        let kinds = [8: CK_NAME8, 16: CK_NAME16, 32: CK_NAME32]
        entry.kind = UInt8((kinds[table.width] ?? CK_NAME32).rawValue)
        entry.first = UInt32(table.first)
        entry.shift = UInt8(table.shift)
        entry.multiplier = table.multiplier
        entry.target = Self.index(target, below: codeStride)
      case .number(let edges, let range, let target):
        entry.kind = UInt8(CK_NUMBER.rawValue)
        entry.first = UInt32(allEdges.count)
        entry.edge_count = UInt32(edges.count)
        entry.least = range.lowerBound
        entry.greatest = range.upperBound
        entry.target = Self.index(target, below: codeStride)
        allEdges += edges
      }
      return entry
    }
    names = slots
    edges = allEdges
    self.codeStride = codeStride
    self.level = level
  }

  private static func index(_ target: Target, below stride: Int) -> Int32 {
    switch target {
    case .code(let index):
      precondition(index >= 0 && index < stride, "a target is among the codes")
      return Int32(index)
    case .label: return -1
    }
  }

  /// Where the rows of a block stand, and scratch memory for reading them.
  package final class Block {
    /// How many line feeds the block has; what is behind the last one is no row.
    package fileprivate(set) var rowCount = 0
    fileprivate let separators: AlignedArray<UInt32>
    fileprivate let rowEnds: AlignedArray<UInt32>
    fileprivate let odd: AlignedArray<UInt8>
    fileprivate let codes: AlignedArray<UInt8>
    fileprivate let labels: AlignedArray<UInt16>
    fileprivate let idStarts: AlignedArray<UInt32>
    fileprivate let idEnds: AlignedArray<UInt32>

    fileprivate init(byteCount: Int, columnCount: Int, codeStride: Int) {
      // A row that can be read has a byte for each separator.
      let rows = byteCount / max(columnCount, 1) + 1
      separators = AlignedArray(unwrittenCount: byteCount + 64)
      rowEnds = AlignedArray(unwrittenCount: byteCount + 1)
      odd = AlignedArray(unwrittenCount: byteCount + 1)
      codes = AlignedArray(count: rows * codeStride)
      labels = AlignedArray(unwrittenCount: rows)
      idStarts = AlignedArray(unwrittenCount: rows)
      idEnds = AlignedArray(unwrittenCount: rows)
    }

    /// Where a row stands, its line feed included.
    package func range(ofRow row: Int) -> Range<Int> {
      start(ofRow: row)..<start(ofRow: row + 1)
    }

    /// Where a row begins; of the row behind the last one, where the rest begins.
    package func start(ofRow row: Int) -> Int {
      row == 0 ? 0 : Int(separators[Int(rowEnds[row - 1]) - 1]) + 1
    }
  }

  /// Rows that could be read.
  package struct Rows {
    /// How many.
    package let count: Int
    private let block: Block
    private let codeStride: Int

    fileprivate init(count: Int, block: Block, codeStride: Int) {
      self.count = count
      self.block = block
      self.codeStride = codeStride
    }

    /// Adds the codes behind others, row after row.
    package func appendCodes(to codes: inout [UInt8]) {
      block.codes.append(first: count * codeStride, to: &codes)
    }

    /// The label of a row: the code of its name, or 0.
    package func label(of row: Int) -> UInt16 { block.labels[row] }

    /// Adds the ids behind others, and where each of them ends.
    package func appendIDs(of bytes: [UInt8], to ids: inout [UInt8], ends: inout [Int]) {
      for row in 0..<count {
        ids.append(contentsOf: bytes[Int(block.idStarts[row])..<Int(block.idEnds[row])])
        ends.append(ids.count)
      }
    }
  }

  /// Finds the rows of a block.
  ///
  /// - Parameter bytes: Less than 4 GiB, without a line feed inside a quoted cell.
  /// - Complexity: O(bytes).
  package func index(_ bytes: [UInt8]) -> Block {
    precondition(bytes.count < Int(UInt32.max), "a place has 32 bits")
    let block = Block(
      byteCount: bytes.count, columnCount: columns.count, codeStride: codeStride)
    unsafe bytes.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress else { return }
      block.rowCount = unsafe ck_csv_index(
        Int32(level.rawValue), base, text.count, block.separators.base, block.rowEnds.base,
        block.odd.base)
    }
    return block
  }

  /// Reads rows until one cannot be read here.
  ///
  /// - Parameters:
  ///   - block: The block, as `index` found it.
  ///   - bytes: The bytes of the block.
  ///   - first: The first row to read.
  /// - Returns: The rows that were read; they are valid until the next call.
  /// - Complexity: O(cells).
  package func read(_ block: Block, of bytes: [UInt8], from first: Int) -> Rows {
    precondition(block.separators.count == bytes.count + 64, "the block is of these bytes")
    precondition(first >= 0 && first <= block.rowCount, "the row is there")
    var count = 0
    unsafe bytes.withUnsafeBufferPointer { text in
      unsafe columns.withUnsafeBufferPointer { columns in
        unsafe names.words.withUnsafeBufferPointer { words in
          unsafe names.codes.withUnsafeBufferPointer { codes in
            unsafe edges.withUnsafeBufferPointer { edges in
              guard let base = text.baseAddress else { return }
              var table = unsafe ck_columns(
                columns: columns.baseAddress, count: columns.count, names: words.baseAddress,
                name_codes: codes.baseAddress, edges: edges.baseAddress,
                code_stride: codeStride)
              count = unsafe ck_csv_decode(
                Int32(level.rawValue), &table, base, text.count, block.separators.base,
                block.rowEnds.base, block.odd.base, first, block.rowCount, block.codes.base,
                block.labels.base, block.idStarts.base, block.idEnds.base)
            }
          }
        }
      }
    }
    return Rows(count: count, block: block, codeStride: codeStride)
  }
}
