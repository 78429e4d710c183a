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
    let count = rows.cases.count
    var columns = answers.columns(of: rows.cases)
    var faults = AnswerColumn.Texts()
    var areRight = [Bool](repeating: true, count: count)
    if rows.faults.isEmpty {
      faults = AnswerColumn.Texts(emptyCount: count)
    } else {
      for row in 0..<count {
        let own = rows.faults[row]
        areRight[row] = own == nil
        faults.append((own?.joined(separator: "\n") ?? "").utf8)
      }
      let areFaulty = areRight.map { !$0 }
      for place in columns.indices where columns[place].name != "id" {
        let nulls = columns[place].nulls
        columns[place].nulls =
          nulls.isEmpty ? areFaulty : zip(nulls, areFaulty).map { $0 || $1 }
      }
    }
    columns.append(AnswerColumn(name: "fault", values: .texts(faults), nulls: areRight))
    return columns
  }
}
