public import DorsalCore

/// What the cases of a cohort are like, labelled or not.
public struct CohortSummary: Sendable, Hashable {
  /// How many cases.
  public private(set) var caseCount = 0
  /// How many have a diagnosis.
  public private(set) var labelledCount = 0
  /// How many of those accept several diagnoses.
  public private(set) var severalCount = 0
  /// How many have nothing known of them but perhaps the setting.
  public private(set) var emptyCount = 0
  /// How many name each setting, in the order of the model's settings.
  public private(set) var settingCounts: [Int]
  /// In how many cases each finding is known, in the order of the model's findings.
  public private(set) var knownCounts: [Int]

  private let settingFinding: Int

  /// No cases yet.
  public init(model: Model) {
    settingCounts = [Int](repeating: 0, count: model.settings.count)
    knownCounts = [Int](repeating: 0, count: model.findings.count)
    settingFinding = model.settingFinding
  }

  /// How many cases name no setting.
  public var withoutSetting: Int { caseCount - settingCounts.reduce(0, +) }

  /// How many findings are known in a case on average, the setting not counted, or nothing
  /// without cases.
  public var meanKnown: Double? {
    guard caseCount > 0 else { return nil }
    let known = knownCounts.reduce(0, +) - knownCounts[settingFinding]
    return Double(known) / Double(caseCount)
  }

  /// Adds the cases of a batch.
  ///
  /// - Complexity: O(cases × findings).
  public mutating func add(_ batch: CaseBatch) {
    precondition(batch.findingCount == knownCounts.count, "the batch is of the summary's model")
    caseCount += batch.count
    for index in 0..<batch.count {
      let diagnosis = batch.diagnosis(of: index).count
      if diagnosis > 0 { labelledCount += 1 }
      if diagnosis > 1 { severalCount += 1 }
      if let setting = batch.state(of: settingFinding, case: index) { settingCounts[setting] += 1 }
      var known = 0
      for finding in 0..<batch.findingCount
      where batch.code(of: finding, case: index) != CaseBatch.unknown {
        knownCounts[finding] += 1
        if finding != settingFinding { known += 1 }
      }
      if known == 0 { emptyCount += 1 }
    }
  }

  /// Adds the cases of another summary of the same model.
  public mutating func add(_ other: CohortSummary) {
    caseCount += other.caseCount
    labelledCount += other.labelledCount
    severalCount += other.severalCount
    emptyCount += other.emptyCount
    for index in settingCounts.indices { settingCounts[index] += other.settingCounts[index] }
    for index in knownCounts.indices { knownCounts[index] += other.knownCounts[index] }
  }
}
