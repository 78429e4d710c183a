/// Cases as rows of indicators: a column for each state of each finding, 1 where the
/// finding is known to be in it and 0 elsewhere. The setting is among the findings; a
/// case that names none gets the default one.
struct Indicators: Sendable {
  private let firstStateRow: [Int]
  private let columnCount: Int
  private let settingFinding: Int
  private let defaultSetting: Int

  init(model: Model, defaultSetting: Int) {
    firstStateRow = model.likelihoodTable.firstStateRow
    columnCount = model.likelihoodTable.stateRowCount
    settingFinding = model.settingFinding
    self.defaultSetting = defaultSetting
  }

  /// Goes through a batch in blocks, with the same memory for each.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - size: Cases of a block.
  ///   - body: Takes the indicators, the first case of the block, and how many rows count.
  func eachBlock(of batch: CaseBatch, size: Int, body: (Matrix, Int, Int) -> Void) {
    var block = Matrix(rowCount: min(size, batch.count), columnCount: columnCount)
    var start = 0
    while start < batch.count {
      let count = min(block.rowCount, batch.count - start)
      fill(&block, from: batch, start: start, count: count)
      body(block, start, count)
      start += count
    }
  }

  private func fill(_ block: inout Matrix, from batch: CaseBatch, start: Int, count: Int) {
    let columns = columnCount
    let codes = batch.codes.span
    let firstStateRow = firstStateRow.span
    let defaultCode = UInt8(defaultSetting + 1)
    block.withElements { elements in
      for index in 0..<count * columns { elements[index] = 0 }
      for row in 0..<count {
        let first = (start + row) * batch.findingCount
        for finding in 0..<batch.findingCount {
          var code = codes[first + finding]
          if code == CaseBatch.unknown, finding == settingFinding { code = defaultCode }
          if code != CaseBatch.unknown {
            elements[row * columns + firstStateRow[finding] + Int(code) - 1] = 1
          }
        }
      }
    }
  }
}
