import CDorsal
import Testing

/// All rows of a stream of answers, each cell as a text: floats by their bits.
struct AnswerTable {
  private(set) var names: [String] = []
  private(set) var rows: [[String]] = []

  /// Scores a stream of one batch by a scorer.
  init(_ scorer: OpaquePointer, _ columns: [CaseSource.Column]) throws {
    let source = CaseSource(columns)
    var (cases, answers) = (source.stream(), ArrowArrayStream())
    try #require(dorsal_score(scorer, &cases, &answers, nil) == DORSAL_OK)
    defer { answers.release(&answers) }
    var schema = ArrowSchema()
    try #require(answers.get_schema(&answers, &schema) == 0)
    defer { schema.release(&schema) }
    var batch = ArrowArray()
    try #require(
      answers.get_next(&answers, &batch) == 0,
      "\(answers.get_last_error(&answers).map { String(cString: $0) } ?? "")")
    defer { batch.release(&batch) }
    rows = [[String]](repeating: [], count: Int(batch.length))
    for place in 0..<Int(schema.n_children) {
      let field = try #require(schema.children[place]).pointee
      names.append(String(cString: field.name))
      let column = try #require(batch.children[place]).pointee
      for row in rows.indices {
        rows[row].append(cell(row, of: column, String(cString: field.format)))
      }
    }
  }

  private func cell(_ row: Int, of column: ArrowArray, _ format: String) -> String {
    let bits = column.buffers[0]?.assumingMemoryBound(to: UInt8.self)
    if column.null_count != 0, let bits, bits[row / 8] >> UInt8(row % 8) & 1 == 0 { return "null" }
    guard let values = column.buffers[1] else { return "nothing" }
    switch format {
    case "f": return "\(values.assumingMemoryBound(to: UInt32.self)[row])"
    case "i": return "\(values.assumingMemoryBound(to: Int32.self)[row])"
    default:
      let ends = values.assumingMemoryBound(to: Int32.self)
      guard let texts = column.buffers[2] else { return "" }
      return String(
        decoding: UnsafeRawBufferPointer(
          start: texts + Int(ends[row]), count: Int(ends[row + 1] - ends[row])), as: UTF8.self)
    }
  }

  /// The cells of a column.
  func column(_ name: String) -> [String] {
    names.firstIndex(of: name).map { place in rows.map { $0[place] } } ?? []
  }
}
