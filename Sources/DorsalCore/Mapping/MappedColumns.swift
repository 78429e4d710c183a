/// A mapping, put together with the header of one file: which columns give which findings, and by
/// which codes.
struct MappedColumns: Sendable {
  /// One column that says something of one finding.
  struct Use: Sendable {
    let rule: CellRule
    let finding: Int
    /// The place of the column in the header.
    let place: Int
  }

  /// A finding and the uses that give it, in the order of the mapping.
  struct Source: Sendable {
    let finding: Int
    let uses: [Int]
    let rule: CaseMapping.Rule
  }

  /// All uses, in the order of the columns of the file.
  var uses: [Use] = []
  /// The uses of each mapped column, by the number that `CaseField.mapped` has.
  var usesOfColumn: [[Int]] = []
  var sources: [Source] = []
  /// The column of diagnoses and how it is read, where the mapping says.
  var diagnosis: DiagnosisRule?
  var diagnosisPlace = -1
  /// Its number in `CaseField.mapped`.
  var diagnosisColumn = -1
  /// The column that gives each field.
  var columnsOfFields: [(field: CaseField, column: String)] = []
  /// Which lines give each finding, in the words of a validation.
  var columnsOfFinding: [Int: [String]] = [:]
  /// The lines that do not count.
  var undecided: [CaseMapping.Line] = []

  /// The column from which the mapping takes a field, if it does.
  func column(giving field: CaseField) -> String? {
    columnsOfFields.first { $0.field == field }?.column
  }

  /// Two columns that say different things of one finding.
  struct Conflict: Equatable {
    let finding: Int
    let first: Int
    let second: Int
  }

  /// Puts together what the columns of a case say.
  ///
  /// - Parameters:
  ///   - values: What each use says: the code of a state, or 0.
  ///   - codes: Gets the codes of the findings.
  /// - Returns: The first columns that disagree where they must not.
  /// - Complexity: O(uses), without allocation.
  @inline(__always)
  func combine(_ values: [UInt8], into codes: inout [UInt8]) -> Conflict? {
    for source in sources {
      if source.uses.count == 1 {
        codes[source.finding] = values[source.uses[0]]
        continue
      }
      switch source.rule {
      case .first:
        codes[source.finding] = CaseBatch.unknown
        for use in source.uses where values[use] != CaseBatch.unknown {
          codes[source.finding] = values[use]
          break
        }
      case .agree:
        var first: Int?
        for use in source.uses where values[use] != CaseBatch.unknown {
          guard let before = first else {
            first = use
            continue
          }
          if values[before] != values[use] {
            return Conflict(finding: source.finding, first: before, second: use)
          }
        }
        codes[source.finding] = first.map { values[$0] } ?? CaseBatch.unknown
      case .any:
        // Codes of a binary finding: 1 is absent, 2 is present.
        var least: UInt8 = 2
        var greatest: UInt8 = 0
        for use in source.uses {
          least = min(least, values[use])
          greatest = max(greatest, values[use])
        }
        codes[source.finding] = greatest == 2 ? 2 : least == 1 ? 1 : CaseBatch.unknown
      }
    }
    return nil
  }
}
