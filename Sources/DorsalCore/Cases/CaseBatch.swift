internal import DorsalNumerics

/// The observed states of many cases, one byte a finding.
///
/// `codes[case * findingCount + finding]` is 0 where the finding is unknown and
/// otherwise the index of its state plus one. Unknown is not `absent`: it adds
/// nothing to any score.
///
/// A batch belongs to a model, by its findings, states and causes; whoever takes a batch checks
/// once that it is of the same ones.
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

  /// What the codes stand for; nothing where they have not been checked.
  private var vocabulary: CaseVocabulary?

  /// The model's words, where the batch belongs to one.
  var knownVocabulary: CaseVocabulary? { vocabulary }

  /// The texts of columns that are kept beside the findings, where any are.
  package private(set) var kept = KeptCells()

  // Ids stand one behind the other, so that a case costs no allocation.
  package private(set) var idBytes: [UInt8] = []
  package private(set) var idEnds: [Int] = []

  /// Creates an empty batch for the cases of a model.
  public init(model: Model) {
    findingCount = model.findings.count
    vocabulary = model.vocabulary
  }

  /// Creates an empty batch for cases that are named in the words of a model.
  ///
  /// - Parameter keptColumns: How many columns are kept beside the findings.
  package init(vocabulary: CaseVocabulary, keptColumns: Int = 0) {
    findingCount = vocabulary.greatestCodes.count
    self.vocabulary = vocabulary
    kept = KeptCells(columnCount: keptColumns)
  }

  /// Creates an empty batch for as many findings as a model has. Codes are then checked each
  /// time that the batch is used, which `init(model:)` spares.
  public init(findingCount: Int) {
    precondition(findingCount >= 0, "findings are counted from zero")
    self.findingCount = findingCount
  }

  /// Creates an empty batch for cases of another batch.
  package init(like other: CaseBatch) {
    findingCount = other.findingCount
    vocabulary = other.vocabulary
    kept = KeptCells(columnCount: other.kept.columnCount)
  }

  /// Ends the program where the batch is not of a model: its codes would stand for something
  /// else, or for nothing.
  ///
  /// - Complexity: O(1) for batches that know their model, O(cases × findings) for others.
  package func requireCases(of model: Model) {
    precondition(findingCount == model.findings.count, "the batch is of the scorer's model")
    if let vocabulary {
      precondition(vocabulary.isSame(as: model.vocabulary), "the batch is of the scorer's model")
      return
    }
    let greatest = model.vocabulary.greatestCodes
    for start in stride(from: 0, to: codes.count, by: max(findingCount, 1)) {
      for finding in 0..<findingCount {
        precondition(
          codes[start + finding] <= greatest[finding], "a code is of a state of its finding")
      }
    }
    precondition(
      diagnoses.allSatisfy(model.vocabulary.holds(diagnosis:)),
      "a diagnosis is a cause of the model")
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
  ///   - codes: A code for each finding, as many as `findingCount`, each at most the number of
  ///     its states.
  ///   - diagnosis: The causes it is labelled with, any of which is right.
  ///   - line: The line of its file, for messages.
  public mutating func append(
    id: some Collection<UInt8>, codes: some Collection<UInt8>, diagnosis: [Int] = [], line: Int = 0
  ) {
    precondition(codes.count == findingCount, "a case has a code for every finding")
    if let vocabulary {
      precondition(vocabulary.holds(codes: codes), "a code is of a state of its finding")
      precondition(
        vocabulary.holds(diagnosis: diagnosis), "a diagnosis is a cause of the model")
    }
    appendChecked(id: id, codes: codes, diagnosis: diagnosis, line: line)
  }

  /// The same for codes and causes that are known to be of the batch's model.
  mutating func appendChecked(
    id: some Collection<UInt8>, codes: some Collection<UInt8>, diagnosis: [Int] = [], line: Int = 0
  ) {
    idBytes.append(contentsOf: id)
    idEnds.append(idBytes.count)
    self.codes.append(contentsOf: codes)
    lines.append(line)
    if !diagnosis.isEmpty, diagnoses.isEmpty {
      diagnoses = [[Int]](repeating: [], count: count - 1)
    }
    if !diagnosis.isEmpty || !diagnoses.isEmpty { diagnoses.append(diagnosis) }
  }

  /// Adds the kept texts of the case that was added last.
  package mutating func appendKept(_ cells: [[UInt8]]) { kept.append(cells) }

  /// Gives the cases the numbers of their rows in place of lines.
  package mutating func number(from first: Int) { lines = Array(first..<first + count) }

  /// Adds cases whose codes and causes came from the decoders of the batch's model.
  ///
  /// - Parameters:
  ///   - ids: The ids, one behind the other.
  ///   - ends: Where each ends.
  ///   - codes: The codes, case after case.
  ///   - diagnoses: The causes of each; empty where no case has any.
  /// - Precondition: The batch is of a model, and there is as much of each as of ids.
  package mutating func append(
    decoded ids: [UInt8], ends: [Int], codes: [UInt8], diagnoses: [[Int]]
  ) {
    precondition(codes.count == ends.count * findingCount, "a case has a code for every finding")
    precondition(diagnoses.isEmpty || diagnoses.count == ends.count, "causes of every case")
    let (before, start) = (count, idBytes.count)
    idBytes.append(contentsOf: ids)
    idEnds.append(contentsOf: start == 0 ? ends : ends.map { start + $0 })
    if self.codes.isEmpty { self.codes = codes } else { self.codes.append(contentsOf: codes) }
    lines.append(contentsOf: repeatElement(0, count: ends.count))
    if diagnoses.isEmpty && self.diagnoses.isEmpty { return }
    if self.diagnoses.isEmpty { self.diagnoses = [[Int]](repeating: [], count: before) }
    self.diagnoses.append(
      contentsOf: diagnoses.isEmpty ? [[Int]](repeating: [], count: ends.count) : diagnoses)
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

  /// Makes an empty batch one of a model, and says why a batch cannot be of it.
  mutating func bind(to model: Model) throws(DorsalError) {
    guard findingCount == model.findings.count else {
      throw DorsalError(
        .value,
        "the batch has \(findingCount) findings and the model "
          + "\(model.vocabulary.modelName) has \(model.findings.count)")
    }
    if let vocabulary, !vocabulary.isSame(as: model.vocabulary) {
      throw DorsalError(
        .value,
        "the batch is of the model \(vocabulary.modelName), whose findings differ "
          + "from those of \(model.vocabulary.modelName)")
    }
    if count == 0 { vocabulary = model.vocabulary }
  }

  /// Adds one case of another batch of the same model behind these.
  public mutating func append(case index: Int, of other: CaseBatch) {
    precondition(findingCount == other.findingCount, "batches of one model")
    if let own = vocabulary {
      if let others = other.vocabulary {
        precondition(own.isSame(as: others), "batches of one model")
      } else {
        precondition(
          own.holds(codes: other.codes[index * findingCount..<(index + 1) * findingCount])
            && own.holds(diagnosis: other.diagnosis(of: index)), "batches of one model")
      }
    }
    appendChecked(
      id: other.idBytes(of: index),
      codes: other.codes[index * findingCount..<(index + 1) * findingCount],
      diagnosis: other.diagnosis(of: index), line: other.lines[index])
    if kept.columnCount > 0, other.kept.columnCount == kept.columnCount {
      kept.append(case: index, of: other.kept)
    }
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
