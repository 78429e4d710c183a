/// What `dorsal score` made of a file: the rows that came out, and those rejected.
struct Scored {
  /// How the run ended.
  let outcome: Outcome
  /// The names of the answer's columns.
  let header: [String]
  /// The answers.
  let rows: [[String]]
  /// The rejected rows: line, column, id, field, value, reason.
  let rejects: [[String]]

  /// The names of the columns behind those that say what the case is.
  var answerColumns: [String] {
    header.firstIndex(of: "known_share").map { Array(header[($0 + 1)...]) } ?? []
  }

  /// The cells of a row in those columns.
  func answer(_ row: [String]) -> [String] { Array(row.suffix(answerColumns.count)) }

  /// How many rows came out, one way or the other.
  var rowsOut: Int { rows.count + rejects.count }

  /// The ids of the answers.
  var ids: [String] { rows.compactMap(\.first) }

  /// The cell of a case in a column of the answer.
  func cell(_ column: String, of id: String) -> String? {
    guard let index = header.firstIndex(of: column) else { return nil }
    return rows.first { $0.first == id }?[index]
  }

  /// The number of a case in a column of the answer.
  func number(_ column: String, of id: String) -> Double? {
    cell(column, of: id).flatMap(Double.init)
  }
}

extension WorkingFolder {
  /// Scores a file, with the rejected rows in a file of their own.
  func score(_ arguments: String..., input: String = "") async throws -> Scored {
    try await score(arguments, input: input)
  }

  /// Scores a file, with the rejected rows in a file of their own.
  func score(_ arguments: [String], input: String = "") async throws -> Scored {
    let outcome = try await start(
      ["score"] + arguments + ["--rejects", "rejects.csv"], input: Array(input.utf8)
    ).outcome()
    let rows = PlainCSV.rows(outcome.output)
    let hasRejects = try names().contains("rejects.csv")
    return Scored(
      outcome: outcome, header: rows.first ?? [], rows: Array(rows.dropFirst()),
      rejects: hasRejects ? Array(PlainCSV.rows(try read("rejects.csv")).dropFirst()) : [])
  }
}
