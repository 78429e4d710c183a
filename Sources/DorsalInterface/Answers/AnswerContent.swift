import Dorsal
import DorsalCore
import DorsalReport

/// Scores cases and puts what is asked of them into columns, with the faults of those that cannot be
/// read.
struct AnswerContent: Sendable {
  private let answers: AnswerColumns

  init(_ scorer: Scorer, _ parts: AnswerParts) {
    answers = AnswerColumns(Answering(scorer: scorer, parts: parts), isOfFile: false)
  }

  /// The columns of no case: their names and types.
  var noRows: [AnswerColumn] {
    columns(of: DecodedRows(cases: CaseBatch(model: answers.model)))
  }

  /// The columns of answers to some rows.
  func columns(of rows: DecodedRows) -> [AnswerColumn] {
    let isFaulty = (0..<rows.cases.count).map { rows.faults[$0] != nil }
    var columns = answers.columns(of: rows.cases)
    if !rows.faults.isEmpty {
      for place in columns.indices where columns[place].name != "id" {
        let nulls = columns[place].nulls
        columns[place].nulls =
          nulls.isEmpty ? isFaulty : zip(nulls, isFaulty).map { $0 || $1 }
      }
    }
    columns.append(
      AnswerColumn(
        name: "fault",
        values: .texts(
          AnswerColumn.Texts(
            isFaulty.indices.map { rows.faults[$0]?.joined(separator: "\n") ?? "" })),
        nulls: isFaulty.map { !$0 }))
    return columns
  }
}
