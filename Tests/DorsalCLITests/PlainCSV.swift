/// CSV as RFC 4180 has it, read the slow and obvious way.
enum PlainCSV {
  /// The rows of a text, the header among them.
  static func rows(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell = ""
    var isQuoted = false
    var hasJustClosed = false
    for scalar in text.unicodeScalars {
      if scalar == "\"" {
        // A quote right behind a closing one was the second of a doubled quote.
        if hasJustClosed { cell.append("\"") }
        hasJustClosed = isQuoted
        isQuoted.toggle()
        continue
      }
      hasJustClosed = false
      if isQuoted || (scalar != "," && scalar != "\n") {
        cell.unicodeScalars.append(scalar)
        continue
      }
      row.append(cell)
      cell = ""
      if scalar == "\n" {
        rows.append(row)
        row = []
      }
    }
    return rows
  }
}
