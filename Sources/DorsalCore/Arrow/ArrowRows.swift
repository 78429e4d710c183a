internal import DorsalNumerics

/// Some rows of a batch, to be read as cases on any thread.
package struct ArrowRows: Sendable {
  /// The columns that are read, those that are passed over left out.
  let cells: [ArrowCells]
  /// The number of each in the schema, counted from 1.
  let numbers: [Int]
  /// The codes of the words of those of them that hold words of a finding.
  let codes: [Int: ArrowCodes]
  /// Which rows of the batch.
  let rows: Range<Int>
  /// The number of the first of them in the file, counted from 1.
  let firstRow: Int

  /// The text of a row as a record of CSV with the columns that are read.
  ///
  /// - Parameters:
  ///   - row: The row of the batch.
  ///   - delimiter: What stands between its cells.
  ///   - starts: Gets where each cell begins.
  /// - Returns: The first column whose value does not stand where the row says; nothing where all
  ///   do.
  func appendRecord(
    _ row: Int, delimiter: UInt8, to output: inout [UInt8], starts: inout [Int]
  ) -> Int? {
    var damaged: Int?
    starts.removeAll(keepingCapacity: true)
    for (place, cell) in cells.enumerated() {
      if place > 0 { output.append(delimiter) }
      let start = output.count
      starts.append(start)
      if !cell.appendText(row, to: &output) { damaged = damaged ?? place }
      Self.quote(from: start, in: &output, delimiter: delimiter)
    }
    output.append(UInt8(ascii: "\n"))
    return damaged
  }

  /// Puts quotes around a cell that needs them.
  private static func quote(from start: Int, in output: inout [UInt8], delimiter: UInt8) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes = output[start...].contains { byte in
      byte == delimiter || byte == quote || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    guard needsQuotes else { return }
    let text = Array(output[start...])
    output.removeLast(output.count - start)
    output.append(quote)
    for byte in text {
      if byte == quote { output.append(byte) }
      output.append(byte)
    }
    output.append(quote)
  }

  /// The id of a row; empty where it cannot be read either.
  ///
  /// - Parameter fields: What each column that is read holds.
  func id(_ row: Int, _ fields: [CaseField]) -> String {
    var text: [UInt8] = []
    guard let place = fields.firstIndex(of: .id), cells[place].appendText(row, to: &text) else {
      return ""
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What is wrong with a value that does not stand where its row says, or is too long.
  func damage(_ row: Int, place: Int) -> String {
    let cell = cells[place]
    if let words = cell.words {
      let word = cell.column.integers(row..<row + 1)[0]
      if word < 0 || word >= Int64(words.count) {
        return words.count == 0
          ? "word \(word) of a dictionary without words"
          : "word \(word) of a dictionary of \(words.count); expected 0 to \(words.count - 1)"
      }
    }
    if cell.hasLongText(row) { return ArrowColumn.longTextFault }
    return "a text that lies outside of its column's bytes; expected one inside"
  }
}
