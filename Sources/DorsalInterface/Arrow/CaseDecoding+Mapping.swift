import Dorsal
import DorsalCore

/// What the columns that a mapping names say of each row: the code of a state, or 0.
struct SaidByColumns {
  let useCount: Int
  private var values: [UInt8]

  init(_ mapping: MappedReading?, rows: Int) {
    useCount = mapping?.useCount ?? 0
    values = [UInt8](repeating: CaseBatch.unknown, count: rows * useCount)
  }

  /// Notes what a use says of a row.
  mutating func note(_ code: UInt8, use: Int, row: Int) { values[row * useCount + use] = code }

  /// What all uses say of a row.
  func codes(of row: Int) -> [UInt8] { Array(values[row * useCount..<(row + 1) * useCount]) }
}

extension CaseDecoding {
  /// What came of a cell: something, or what is wrong with it.
  private enum Outcome<Value> {
    case value(Value)
    case fault(String)
  }

  /// Reads a column that a mapping names, for each thing that it says.
  func readMapped(
    _ number: Int, _ foreign: ForeignCells, _ copy: ArrowCells, _ rows: inout Rows
  ) throws(ForeignFault) {
    guard let mapping else { return }
    let name = foreign.column.name
    var (texts, ends): ([UInt8], [Int]) = ([], [])
    for row in copy.appendTexts(0..<rows.count, to: &texts, ends: &ends) {
      rows.faults.note("\(name): " + (try foreign.fault(row, of: copy)), row: row)
    }
    for use in mapping.uses(ofColumn: number) {
      Self.read(texts, ends, name, &rows) { text throws(DorsalError) in
        try mapping.code(of: use, text.span)
      } take: { code, row, rows in
        rows.said.note(code, use: use, row: row)
      }
    }
    guard mapping.saysDiagnosis(number) else { return }
    if rows.diagnoses.isEmpty { rows.diagnoses = [[Int]](repeating: [], count: rows.count) }
    Self.read(texts, ends, name, &rows) { text throws(DorsalError) in
      try mapping.diagnosis(text.span)
    } take: { causes, row, rows in
      rows.diagnoses[row] = causes
    }
  }

  /// Reads texts that are not empty, each mostly once.
  private static func read<Value>(
    _ texts: [UInt8], _ ends: [Int], _ name: String, _ rows: inout Rows,
    _ value: ([UInt8]) throws(DorsalError) -> Value, take: (Value, Int, inout Rows) -> Void
  ) {
    var memory = TextMemory<Outcome<Value>>()
    var start = 0
    for (row, end) in ends.enumerated() {
      if end > start {
        let outcome = memory.value(of: texts, start..<end) { text -> Outcome<Value> in
          if let fault = TextEncoding.firstFault(in: text.span, range: 0..<text.count) {
            return .fault("\(name): \(fault.message)")
          }
          do throws(DorsalError) {
            return .value(try value(text))
          } catch {
            let shown = TextEncoding.printable(text.span, range: 0..<text.count)
            return .fault("\(name) \"\(shown)\": " + error.description)
          }
        }
        switch outcome {
        case .value(let value): take(value, row, &rows)
        case .fault(let fault): rows.faults.note(fault, row: row)
        }
      }
      start = end
    }
  }

  /// Puts together what the columns of a mapping say of the rows that have no fault.
  func combine(_ rows: inout Rows) {
    guard let mapping, mapping.useCount > 0 else { return }
    for row in 0..<rows.count where rows.faults[row] == nil {
      var own = rows.findings.codes(of: row)
      if let fault = mapping.combine(rows.said.codes(of: row), into: &own) {
        rows.faults.note(fault, row: row)
      }
      rows.findings.set(own, row: row)
    }
  }
}
