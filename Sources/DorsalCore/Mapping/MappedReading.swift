/// The columns that a mapping names, where cells do not come as records of a file: each is read for
/// what it says, and then what the columns of a case say is put together.
package struct MappedReading: Sendable {
  private let mapped: MappedColumns
  private let forms: CellForms?
  private let findings: [Finding]

  /// Reads as a file with these columns is read; nothing where no mapping was applied to them.
  package init?(_ columns: CaseColumns) {
    guard let mapped = columns.mapped else { return nil }
    self.mapped = mapped
    forms = columns.forms
    findings = columns.decoders.map(\.finding)
  }

  /// How many things all columns say.
  package var useCount: Int { mapped.uses.count }

  /// What a column says of findings, by the number that `CaseField.mapped` has.
  package func uses(ofColumn column: Int) -> [Int] { mapped.usesOfColumn[column] }

  /// Whether a column says the diagnosis.
  package func saysDiagnosis(_ column: Int) -> Bool {
    mapped.diagnosis != nil && mapped.diagnosisColumn == column
  }

  /// What a cell says: the code of a state, or 0.
  package func code(of use: Int, _ cell: Span<UInt8>) throws(DorsalError) -> UInt8 {
    switch try mapped.uses[use].rule.read(cell, 0..<cell.count, forms: forms) {
    case .state(let code), .spelled(let code): code
    case .bounded(let code): code ?? CaseBatch.unknown
    case .unknown, .word, .unlisted: CaseBatch.unknown
    }
  }

  /// The causes that a cell says, any of which is right.
  package func diagnosis(_ cell: Span<UInt8>) throws(DorsalError) -> [Int] {
    guard let rule = mapped.diagnosis else { return [] }
    guard case .causes(let causes) = try rule.read(cell, 0..<cell.count, forms: forms) else {
      return []
    }
    return causes
  }

  /// Puts together what the columns of a case say.
  ///
  /// - Parameters:
  ///   - values: What each use says: the code of a state, or 0.
  ///   - codes: Gets the codes of the findings that the mapping gives.
  /// - Returns: What is wrong where columns disagree that must not.
  package func combine(_ values: [UInt8], into codes: inout [UInt8]) -> String? {
    guard let conflict = mapped.combine(values, into: &codes) else { return nil }
    let finding = findings[conflict.finding]
    let (first, second) = (mapped.uses[conflict.first], mapped.uses[conflict.second])
    func state(_ use: Int) -> String { finding.states[Int(values[use]) - 1] }
    return "\(second.rule.column): says \(finding.id) \(state(conflict.second)) where "
      + "\"\(first.rule.column)\" says \(state(conflict.first)); expected columns that agree, or "
      + "the rule first in the mapping"
  }
}
