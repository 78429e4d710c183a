import Dorsal
import DorsalCore

/// What the columns that a mapping names say of each row: the code of a state, or 0.
struct SaidByColumns {
  private let mapping: MappedReading?
  private let rowCount: Int
  private var values: [UInt8]

  init(_ mapping: MappedReading?, rows: Int) {
    self.mapping = mapping
    rowCount = rows
    values = [UInt8](repeating: CaseBatch.unknown, count: rows * (mapping?.useCount ?? 0))
  }

  /// Notes what a use says of a row.
  mutating func note(_ code: UInt8, use: Int, row: Int) {
    values[row * (mapping?.useCount ?? 0) + use] = code
  }

  /// Puts together what the columns say of the rows that have no fault.
  func combine(into codes: inout [UInt8], stride: Int, result: inout DecodedRows) {
    guard let mapping, mapping.useCount > 0 else { return }
    let uses = mapping.useCount
    var (said, own) = (
      [UInt8](repeating: 0, count: uses), [UInt8](repeating: 0, count: stride)
    )
    for row in 0..<rowCount where result.faults[row] == nil {
      for use in 0..<uses { said[use] = values[row * uses + use] }
      for finding in 0..<stride { own[finding] = codes[row * stride + finding] }
      if let fault = mapping.combine(said, into: &own) { result.note(fault, row: row) }
      for finding in 0..<stride { codes[row * stride + finding] = own[finding] }
    }
  }
}

extension CaseDecoding {
  /// Reads a column that a mapping names, for each thing that it says.
  func readMapped(
    _ number: Int, _ column: ArrowColumn, words: ArrowColumn?, into said: inout SaidByColumns,
    diagnoses: inout [Int: [Int]], result: inout DecodedRows
  ) throws(ArrowFault) {
    guard let mapping else { return }
    for use in mapping.uses(ofColumn: number) {
      var memory = WordMemory()
      var codes = WordTable<UInt8>(count: words?.count ?? 0)
      for row in 0..<column.count {
        if case .dictionary(let bytes, let isSigned, _) = column.layout,
          let index = column.index(row, bytes: bytes, isSigned: isSigned),
          index >= 0, let code = codes[Int(index)]
        {
          said.note(code, use: use, row: row)
          continue
        }
        let cell = try column.cell(row, words: words)
        if case .unknown = cell { continue }
        let word = Self.word(cell)
        if let word, let code = memory.code(of: word) {
          said.note(code, use: use, row: row)
          continue
        }
        let bytes = cell.bytes
        do throws(DorsalError) {
          let code = try mapping.code(of: use, bytes.span)
          if let word { memory.keep(code, of: word) }
          if case .dictionary(let size, let isSigned, _) = column.layout,
            let index = column.index(row, bytes: size, isSigned: isSigned)
          {
            codes[Int(index)] = code
          }
          said.note(code, use: use, row: row)
        } catch {
          result.note(Self.fault(column.name, bytes, error), row: row)
        }
      }
    }
    guard mapping.saysDiagnosis(number) else { return }
    for row in 0..<column.count {
      let cell = try column.cell(row, words: words)
      if case .unknown = cell { continue }
      let bytes = cell.bytes
      do throws(DorsalError) {
        diagnoses[row] = try mapping.diagnosis(bytes.span)
      } catch {
        result.note(Self.fault(column.name, bytes, error), row: row)
      }
    }
  }

  private static func fault(_ column: String, _ bytes: [UInt8], _ error: DorsalError) -> String {
    "\(column) \"\(TextEncoding.printable(bytes.span, range: 0..<bytes.count))\": "
      + error.description
  }

  /// A cell to remember; nothing for a long text.
  private static func word(_ cell: ArrowCell) -> WordMemory.Word? {
    switch cell {
    case .unknown: nil
    case .text(let bytes): WordMemory.Word(bytes)
    case .integer(let number): WordMemory.Word(bits: UInt64(bitPattern: number), kind: 1)
    case .number(let number): WordMemory.Word(bits: number.bitPattern, kind: 2)
    case .flag(let flag): WordMemory.Word(bits: flag ? 1 : 0, kind: 3)
    }
  }
}
