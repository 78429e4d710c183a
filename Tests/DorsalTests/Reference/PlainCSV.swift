/// A CSV reader that shares no code with the library: character by character, whole
/// file in memory.
enum PlainCSV {
  /// The rows of a text, each by the names of the header.
  static func rows(_ text: String) -> [[String: String]] {
    var records: [[String]] = []
    var record: [String] = []
    var cell = ""
    var isQuoted = false
    var previousWasQuote = false
    for character in text {
      if isQuoted {
        if character == "\"" {
          isQuoted = false
          previousWasQuote = true
        } else {
          cell.append(character)
        }
        continue
      }
      switch character {
      case "\"":
        if previousWasQuote { cell.append("\"") }
        isQuoted = true
      case ",":
        record.append(cell)
        cell = ""
      case "\n", "\r\n":
        record.append(cell)
        records.append(record)
        record = []
        cell = ""
      default: cell.append(character)
      }
      previousWasQuote = false
    }
    if !record.isEmpty || !cell.isEmpty { records.append(record + [cell]) }
    guard let header = records.first else { return [] }
    return records.dropFirst().map { row in
      Dictionary(zip(header, row)) { first, _ in first }
    }
  }
}
