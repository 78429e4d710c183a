internal import CKernels

/// The columns of a CSV file as the inner loop reads them: each cell becomes a code by a
/// perfect hash of its bytes, without a branch.
///
/// The loop reads what is common: names that the model knows, plain numbers, unquoted
/// ASCII. A row with anything else is left to the reader of single records, which knows what
/// to say of it.
package struct PlainCSVReader: Sendable {
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

  private let columns: ColumnTable
  private let level: CPULevel

  /// Prepares the columns.
  ///
  /// - Parameters:
  ///   - columns: The columns of the file, in their order.
  ///   - codeStride: How many codes a row has.
  ///   - level: The instructions to use.
  package init(columns: [Column], codeStride: Int, level: CPULevel = .best) {
    self.columns = ColumnTable(columns, codeStride: codeStride)
    self.level = level
  }

  /// Where the rows of a block stand, and memory for what they hold.
  package final class Block {
    /// How many line feeds the block has; what is behind the last one is no row.
    package fileprivate(set) var rowCount = 0
    fileprivate let separators: AlignedArray<UInt32>
    fileprivate let rowEnds: AlignedArray<UInt32>
    fileprivate let odd: AlignedArray<UInt8>
    fileprivate let plain: PlainRows

    /// Blocks of more bytes come of long records, and have far fewer rows than bytes.
    private static let usualBytes = 1 << 20
    /// Rows are read in parts whose codes take about so many bytes.
    private static let codeBytes = 1 << 22
    /// The most rows of a part.
    private static let mostRows = 1 << 14

    fileprivate init(bytes: [UInt8], columnCount: Int, codeStride: Int) {
      let byteCount = bytes.count
      let lines =
        byteCount <= Self.usualBytes
        ? byteCount : ByteCount.count(of: UInt8(ascii: "\n"), in: bytes, upTo: byteCount)
      // A row that can be read has a byte for each separator.
      let rows = min(
        byteCount / max(columnCount, 1) + 1, Self.mostRows,
        max(256, Self.codeBytes / max(codeStride, 1)))
      // The first one stands for what is before the first byte.
      separators = AlignedArray(unwrittenCount: byteCount + 65)
      rowEnds = AlignedArray(unwrittenCount: lines + 1)
      odd = AlignedArray(unwrittenCount: lines + 1)
      plain = PlainRows(capacity: rows, codeStride: codeStride)
    }

    /// Where a row stands, its line feed included.
    package func range(ofRow row: Int) -> Range<Int> {
      start(ofRow: row)..<start(ofRow: row + 1)
    }

    /// Where a cell of a row stands that the loop has read, without quotes.
    package func cell(_ column: Int, ofRow row: Int, in bytes: [UInt8]) -> Range<Int> {
      let first = row == 0 ? 0 : Int(rowEnds[row - 1])
      let start = column == 0 ? start(ofRow: row) : Int(separators[first + column]) + 1
      var end = Int(separators[first + column + 1])
      // A carriage return belongs to the end of the line.
      if first + column + 1 == Int(rowEnds[row]), end > start,
        bytes[end - 1] == UInt8(ascii: "\r")
      {
        end -= 1
      }
      return start..<end
    }

    /// Where a row begins; of the row behind the last one, where the rest begins.
    package func start(ofRow row: Int) -> Int {
      row == 0 ? 0 : Int(separators[Int(rowEnds[row - 1])]) + 1
    }
  }

  /// Finds the rows of a block.
  ///
  /// - Parameter bytes: Less than 2 GiB, without a line feed inside a quoted cell.
  /// - Complexity: O(bytes).
  package func index(_ bytes: [UInt8]) -> Block {
    precondition(bytes.count < Int(Int32.max), "a place has 31 bits")
    let block = Block(
      bytes: bytes, columnCount: columns.count, codeStride: columns.codeStride)
    unsafe bytes.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress, let separators = unsafe block.separators.base else {
        return
      }
      block.rowCount = unsafe ck_csv_index(
        Int32(level.rawValue), base, text.count, separators + 1, block.rowEnds.base,
        block.odd.base)
    }
    return block
  }

  /// Reads rows until one cannot be read here, or until there is no more room.
  ///
  /// - Parameters:
  ///   - block: The block, as `index` found it.
  ///   - bytes: The bytes of the block.
  ///   - first: The first row to read.
  /// - Returns: The rows that were read; they are valid until the next call.
  /// - Complexity: O(cells).
  package func read(_ block: Block, of bytes: [UInt8], from first: Int) -> PlainRows {
    precondition(block.separators.count == bytes.count + 65, "the block is of these bytes")
    precondition(first >= 0 && first <= block.rowCount, "the row is there")
    let rows = block.plain
    let end = min(block.rowCount, first + rows.capacity)
    unsafe bytes.withUnsafeBufferPointer { text in
      unsafe columns.withColumns { table in
        guard let base = text.baseAddress, let separators = unsafe block.separators.base else {
          return
        }
        var table = unsafe table
        rows.count = unsafe ck_csv_decode(
          Int32(level.rawValue), &table, base, text.count, separators + 1,
          block.rowEnds.base, block.odd.base, first, end, rows.codes.base,
          rows.labels.base, rows.idStarts.base, rows.idEnds.base)
      }
    }
    return rows
  }
}
