internal import DorsalNumerics

/// The observed states of many cases, one byte a finding.
///
/// `codes[case * findingCount + finding]` is 0 where the finding is unknown and
/// otherwise the index of its state plus one. Unknown is not `absent`: it adds
/// nothing to any score.
public struct CaseBatch: Sendable {
  /// The code of a finding that was not observed.
  public static let unknown: UInt8 = 0

  /// How many findings the model has, `setting` included.
  public let findingCount: Int
  /// The state codes, case after case.
  public private(set) var codes: [UInt8] = []
  /// The causes that each case is labelled with; empty where it has no diagnosis.
  /// The list itself is empty as long as no case has one.
  public private(set) var diagnoses: [[Int]] = []
  /// The line of its file that each case begins on; 0 where it has none.
  public private(set) var lines: [Int] = []

  // Ids stand one behind the other, so that a case costs no allocation.
  package private(set) var idBytes: [UInt8] = []
  package private(set) var idEnds: [Int] = []

  /// Creates an empty batch for the findings of a model.
  public init(findingCount: Int) {
    self.findingCount = findingCount
  }

  /// How many cases there are.
  public var count: Int { idEnds.count }

  /// The id of a case.
  public func id(of index: Int) -> String {
    String(decoding: idBytes[idRange(of: index)], as: UTF8.self)
  }

  /// The bytes of a case's id.
  package func idBytes(of index: Int) -> ArraySlice<UInt8> { idBytes[idRange(of: index)] }

  private func idRange(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : idEnds[index - 1])..<idEnds[index]
  }

  /// The code of a finding in a case: 0 for unknown, or the state's index plus one.
  public func code(of finding: Int, case index: Int) -> UInt8 {
    codes[index * findingCount + finding]
  }

  /// The index of the observed state, or nothing where the finding is unknown.
  public func state(of finding: Int, case index: Int) -> Int? {
    let code = code(of: finding, case: index)
    return code == Self.unknown ? nil : Int(code) - 1
  }

  /// The causes that a case is labelled with; empty where it has no diagnosis.
  public func diagnosis(of index: Int) -> [Int] { diagnoses.isEmpty ? [] : diagnoses[index] }

  /// Adds a case.
  ///
  /// - Parameters:
  ///   - id: Its id.
  ///   - codes: A code for each finding, as many as `findingCount`.
  ///   - diagnosis: The causes it is labelled with, any of which is right.
  ///   - line: The line of its file, for messages.
  public mutating func append(
    id: some Collection<UInt8>, codes: some Collection<UInt8>, diagnosis: [Int] = [], line: Int = 0
  ) {
    precondition(codes.count == findingCount, "a case has a code for every finding")
    idBytes.append(contentsOf: id)
    idEnds.append(idBytes.count)
    self.codes.append(contentsOf: codes)
    lines.append(line)
    if !diagnosis.isEmpty, diagnoses.isEmpty {
      diagnoses = [[Int]](repeating: [], count: count - 1)
    }
    if !diagnosis.isEmpty || !diagnoses.isEmpty { diagnoses.append(diagnosis) }
  }

  /// Adds rows that were read together.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - bytes: The block that they were read from.
  ///   - line: The line of the first one; each has a line of its own.
  mutating func append(_ rows: PlainRows, of bytes: [UInt8], line: Int) {
    let before = count
    rows.appendCodes(to: &codes)
    rows.appendIDs(of: bytes, to: &idBytes, ends: &idEnds)
    lines.append(contentsOf: line..<line + rows.count)
    for row in 0..<rows.count {
      let label = rows.label(of: row)
      if label != 0, diagnoses.isEmpty {
        diagnoses = [[Int]](repeating: [], count: before + row)
      }
      if !diagnoses.isEmpty || label != 0 {
        diagnoses.append(label == 0 ? [] : [Int(label) - 1])
      }
    }
  }

  /// A batch of cases that stand in columns, one a finding.
  ///
  /// - Parameters:
  ///   - ids: The id of each case.
  ///   - columns: A column of codes for each finding of the model, each as long as `ids`.
  public init(ids: [String], columns: [[UInt8]]) {
    precondition(columns.allSatisfy { $0.count == ids.count }, "columns are as long as the ids")
    self.init(findingCount: columns.count)
    codes.reserveCapacity(ids.count * columns.count)
    for index in ids.indices {
      append(id: ids[index].utf8, codes: columns.map { $0[index] })
    }
  }

  /// Adds one case of another batch of the same model behind these.
  public mutating func append(case index: Int, of other: CaseBatch) {
    append(
      id: other.idBytes(of: index),
      codes: other.codes[index * findingCount..<(index + 1) * findingCount],
      diagnosis: other.diagnosis(of: index), line: other.lines[index])
  }

  /// How many findings of a case are known, the setting not counted.
  ///
  /// - Parameters:
  ///   - index: The case.
  ///   - settingFinding: The index of the finding `setting`.
  public func knownFindingCount(of index: Int, settingFinding: Int) -> Int {
    var known = 0
    for finding in 0..<findingCount
    where finding != settingFinding && codes[index * findingCount + finding] != Self.unknown {
      known += 1
    }
    return known
  }
}
