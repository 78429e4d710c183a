import DorsalCore

/// The rows of a stream that are left out of what is made of all others.
struct RowsLeftOut {
  private var rowCount = 0
  private var count = 0
  private var told: [(row: Int, id: String, fault: String)] = []

  /// How many are told one by one: a stream that is wrong as a whole makes no answer without end.
  static let mostTold = 1000

  /// Notes some rows.
  mutating func add(_ part: DecodedRows) {
    for row in part.faults.keys.sorted() {
      count += 1
      guard told.count < Self.mostTold, let faults = part.faults[row] else { continue }
      told.append((rowCount + row, part.cases.id(of: row), faults.joined(separator: "\n")))
    }
    rowCount += part.cases.count
  }

  /// Why nothing could be made of the rows, if it is their faults.
  var reason: String {
    guard let first = told.first else { return "" }
    return "\n\(count) of \(rowCount) rows cannot be read; row \(first.row): \(first.fault)"
  }

  /// A line of text; empty where no row is left out.
  var line: String {
    guard let first = told.first else { return "" }
    return "\n\(count) of \(rowCount) rows left out, which cannot be read; "
      + "row \(first.row): \(first.fault)\n"
  }

  /// How many rows there were, and which were left out.
  var json: JSONValue {
    .object([
      ("read", .integer(rowCount)), ("left_out", .integer(count)),
      (
        "faults",
        .array(
          told.map { fault in
            .object([
              ("row", .integer(fault.row)), ("id", .string(fault.id)),
              ("fault", .string(fault.fault)),
            ])
          })
      ),
    ])
  }
}
