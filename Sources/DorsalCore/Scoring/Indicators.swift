package import DorsalNumerics

/// Cases as rows of indicators: a column for each state of each finding, 1 where the
/// finding is known to be in it and 0 elsewhere. The setting is among the findings; a
/// case that names none gets the default one.
package struct Indicators: Sendable {
  private let rows: StateRows
  private let columnCount: Int
  private let level: CPULevel

  /// - Parameters:
  ///   - rows: Rows of the states of the model, with its default setting.
  ///   - columnCount: How many states there are.
  init(rows: StateRows, columnCount: Int, level: CPULevel) {
    self.rows = rows
    self.columnCount = columnCount
    self.level = level
  }

  /// Goes through a batch in blocks, with the same memory for each.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - size: Cases of a block.
  ///   - body: Takes the indicators, the first case of the block, and how many rows count.
  package func eachBlock(of batch: CaseBatch, size: Int, body: (Matrix, Int, Int) -> Void) {
    var block = Matrix(rowCount: min(size, batch.count), columnCount: columnCount)
    var start = 0
    while start < batch.count {
      let count = min(block.rowCount, batch.count - start)
      rows.writeIndicators(batch.codes, start: start, count: count, into: &block, level: level)
      body(block, start, count)
      start += count
    }
  }
}
