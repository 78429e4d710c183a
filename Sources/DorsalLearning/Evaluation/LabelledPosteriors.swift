public import DorsalCore
public import DorsalNumerics

/// Posteriors beside the diagnoses of the same cases: all that an evaluation looks at.
///
/// Cases without a diagnosis are counted and not kept. A case takes 4 bytes a cause and about
/// 16 bytes more.
///
///     var cases = LabelledPosteriors(causeCount: model.causes.count)
///     cases.append(batch, posteriors: scorer.score(batch))
///     let evaluation = Evaluation(cases, model: model)
public struct LabelledPosteriors: Sendable {
  /// How many causes a row has.
  public let causeCount: Int
  /// How many cases were offered, those without a diagnosis included.
  public private(set) var caseCount = 0
  /// P(cause given the case) of the labelled cases:
  /// `probabilities[row * causeCount + cause]`.
  public private(set) var probabilities: [Float] = []
  /// The state codes of the findings that the cases are divided by, as in a `CaseBatch`:
  /// `strata[finding][row]`, where findings were asked for.
  public private(set) var strata: [[UInt8]] = []
  /// The findings that the cases are divided by, as indices of the model.
  public let stratumFindings: [Int]

  /// What came of the prediction sets of the rows.
  struct Sets: Sendable {
    /// The coverage that they were made for.
    let stated: Double
    /// How many causes each has.
    var sizes: [UInt16] = []
    /// Whether each holds an accepted diagnosis.
    var held: [Bool] = []
  }

  /// Prediction sets, where all rows have one.
  private(set) var sets: Sets?

  // Diagnoses stand one behind the other, so that a case costs no allocation.
  private var causes: [UInt16] = []
  private var ends: [Int] = []
  private var givenRanks: [UInt8] = []
  private var hasUrgencies = true

  /// No cases yet.
  ///
  /// - Parameters:
  ///   - causeCount: How many causes the posteriors have.
  ///   - stratumFindings: Findings whose states are kept, to evaluate by subgroup.
  public init(causeCount: Int, stratumFindings: [Int] = []) {
    precondition(causeCount > 0 && causeCount <= Int(UInt16.max), "a row has causes")
    self.causeCount = causeCount
    self.stratumFindings = stratumFindings
    strata = stratumFindings.map { _ in [] }
  }

  /// Cases whose posteriors come from anywhere, a calibration or another program included.
  ///
  /// - Parameters:
  ///   - posteriors: A row for each case, a column for each cause; rows sum to one.
  ///   - diagnoses: The causes that each case is labelled with, any of which is right;
  ///     empty for a case without a diagnosis.
  ///   - urgencies: The urgency that each case was given, or nothing where there was no
  ///     triage.
  public init(posteriors: Matrix, diagnoses: [[Int]], urgencies: [Urgency]? = nil) {
    precondition(posteriors.rowCount == diagnoses.count, "every case has a diagnosis or none")
    precondition(urgencies.map { $0.count == diagnoses.count } ?? true, "an urgency for each case")
    self.init(causeCount: posteriors.columnCount)
    for row in diagnoses.indices {
      append(posteriors.row(row), diagnosis: diagnoses[row], urgency: urgencies?[row])
    }
  }

  /// Adds the cases of a batch.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their posteriors.
  ///   - triage: How they were triaged, where they were.
  public mutating func append(
    _ batch: CaseBatch, posteriors: Posteriors, triage: Triage.Assessment? = nil
  ) {
    precondition(posteriors.matrix.rowCount == batch.count, "every case has posteriors")
    for index in 0..<batch.count {
      let diagnosis = batch.diagnosis(of: index)
      append(
        posteriors.matrix.row(index), diagnosis: diagnosis,
        urgency: diagnosis.isEmpty ? nil : triage?.urgency(of: index))
      guard !diagnosis.isEmpty else { continue }
      for (place, finding) in stratumFindings.enumerated() {
        strata[place].append(batch.code(of: finding, case: index))
      }
    }
  }

  /// Scores and triages the cases of a batch and adds them. A case that names no setting
  /// stands with the scorer's default one.
  ///
  /// - Parameters:
  ///   - calibration: What to correct the posteriors with, before the triage.
  ///   - sets: What makes prediction sets of the corrected posteriors, if they are to be judged;
  ///     the same for all batches.
  public mutating func append(
    _ batch: CaseBatch, scorer: Scorer, triage: Triage, calibration: Calibration? = nil,
    sets: PredictionSets? = nil
  ) {
    let scored = scorer.score(batch)
    let posteriors = calibration?.apply(to: scored, of: batch, scorer: scorer) ?? scored
    let first = count
    append(batch, posteriors: posteriors, triage: triage.assess(batch, posteriors: posteriors))
    if let sets { append(sets.sets(of: batch, posteriors: posteriors), of: batch, sets.coverage) }
    for place in stratumFindings.indices
    where stratumFindings[place] == scorer.model.settingFinding {
      for row in first..<count where strata[place][row] == CaseBatch.unknown {
        strata[place][row] = UInt8(scorer.defaultSetting + 1)
      }
    }
  }

  /// Adds the sets of a batch whose labelled cases were added just now.
  private mutating func append(_ found: [[Int]], of batch: CaseBatch, _ stated: Double) {
    var sets = self.sets ?? Sets(stated: stated)
    precondition(sets.stated == stated, "sets of one coverage")
    for (index, set) in found.enumerated() {
      let diagnosis = batch.diagnosis(of: index)
      guard !diagnosis.isEmpty else { continue }
      sets.sizes.append(UInt16(set.count))
      sets.held.append(diagnosis.contains { set.contains($0) })
    }
    precondition(sets.sizes.count == count, "every row has a set or none has")
    self.sets = sets
  }

  /// Adds a case by its posteriors.
  mutating func append(_ row: ArraySlice<Float>, diagnosis: [Int], urgency: Urgency?) {
    precondition(row.count == causeCount, "a posterior for each cause")
    caseCount += 1
    guard !diagnosis.isEmpty else { return }
    probabilities.append(contentsOf: row)
    for cause in diagnosis {
      precondition(cause >= 0 && cause < causeCount, "a diagnosis is a cause of the model")
      guard !causes[(ends.last ?? 0)...].contains(UInt16(cause)) else { continue }
      causes.append(UInt16(cause))
    }
    ends.append(causes.count)
    if let urgency {
      givenRanks.append(UInt8(urgency.rank))
    } else {
      hasUrgencies = false
    }
  }

  /// Adds all cases of another list with the same causes and findings to divide by.
  public mutating func append(_ other: LabelledPosteriors) {
    precondition(
      other.causeCount == causeCount && other.stratumFindings == stratumFindings,
      "lists of the same kind")
    // A list without rows takes over the sets of the other, and none of it needs any.
    if count == 0 {
      sets = other.sets
    } else if other.count > 0 {
      precondition((sets == nil) == (other.sets == nil), "every row has a set or none has")
      sets?.sizes.append(contentsOf: other.sets?.sizes ?? [])
      sets?.held.append(contentsOf: other.sets?.held ?? [])
    }
    caseCount += other.caseCount
    probabilities.append(contentsOf: other.probabilities)
    let first = causes.count
    causes.append(contentsOf: other.causes)
    ends.append(contentsOf: other.ends.lazy.map { $0 + first })
    givenRanks.append(contentsOf: other.givenRanks)
    hasUrgencies = hasUrgencies && other.hasUrgencies
    for place in strata.indices { strata[place].append(contentsOf: other.strata[place]) }
  }

  /// How many bytes of memory a list may ask for when another is added.
  package func growth(by other: LabelledPosteriors) -> Int {
    probabilities.growth(by: other.probabilities.count) + causes.growth(by: other.causes.count)
      + ends.growth(by: other.ends.count) + givenRanks.growth(by: other.givenRanks.count)
      + strata.reduce(0) { $0 + $1.growth(by: other.count) }
      + (sets.map { $0.sizes.growth(by: other.count) + $0.held.growth(by: other.count) } ?? 0)
  }

  /// How many bytes of memory an evaluation takes beside the list.
  package var evaluationRoom: Int { count * (200 + 8 * causeCount) }

  /// How many cases have a diagnosis; rows are counted from 0 to this.
  public var count: Int { ends.count }

  /// The posteriors of a row.
  public func row(_ row: Int) -> ArraySlice<Float> {
    probabilities[row * causeCount..<(row + 1) * causeCount]
  }

  /// The causes that a row is labelled with, at least one, each once.
  public func diagnosis(of row: Int) -> ArraySlice<UInt16> {
    causes[(row == 0 ? 0 : ends[row - 1])..<ends[row]]
  }

  /// The urgency that a row was given, or nothing where some case had no triage.
  public func urgency(of row: Int) -> Urgency? {
    hasUrgencies ? Urgency.allCases[Int(givenRanks[row])] : nil
  }

  /// The rows named, in their order.
  package func subset(_ rows: [Int]) -> LabelledPosteriors {
    var result = LabelledPosteriors(causeCount: causeCount)
    for row in rows {
      result.append(
        self.row(row), diagnosis: diagnosis(of: row).map(Int.init), urgency: urgency(of: row))
    }
    if let sets {
      result.sets = Sets(
        stated: sets.stated, sizes: rows.map { sets.sizes[$0] }, held: rows.map { sets.held[$0] })
    }
    return result
  }
}
