import CDorsal
import DorsalReport

/// What is made of a stream of cases, batch by batch, with the columns that pass through it.
final class AnswerStream: BatchSource {
  private let cases: ForeignCases
  private let noRows: [AnswerColumn]
  private let columns: @Sendable (DecodedRows) -> [AnswerColumn]

  /// - Parameters:
  ///   - cases: The cases.
  ///   - columns: Makes the columns of some rows; called on any thread.
  init(_ cases: ForeignCases, columns: @escaping @Sendable (DecodedRows) -> [AnswerColumn]) {
    self.cases = cases
    self.columns = columns
    noRows = columns(cases.noRows)
  }

  func schema() throws(InterfaceFault) -> ArrowSchema {
    let passed = try cases.passedSchemas()
    return ArrowExport.schema(
      format: "+s", metadata: cases.notes.metadata, children: noRows.map(\.schema) + passed)
  }

  func next() throws(InterfaceFault) -> ArrowArray? {
    guard let batch = try cases.nextBatch(columns) else { return nil }
    var columns = batch.parts.first ?? noRows
    for part in batch.parts.dropFirst() {
      for place in columns.indices { columns[place].append(part[place]) }
    }
    if columns.contains(where: \.isTooLong) {
      throw InterfaceFault(
        .data, "cases: a batch whose texts have more than 2 GB; expected smaller batches")
    }
    return ArrowExport.array(
      count: columns.first?.count ?? 0, buffers: [nil],
      children: columns.map(\.array) + batch.passed.map { $0.exported() })
  }
}
