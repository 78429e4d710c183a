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

  /// The columns beside findings that are kept of each case.
  public let columns: CohortColumns
  /// The values of the columns that the cases are divided by.
  private(set) var divisions: [ColumnValues]
  /// The weight of each row, above zero; empty where there are none.
  private(set) var weights: [Double] = []
  /// How many cases with a diagnosis have a weight of 0; they are left out.
  private(set) var weightlessCount = 0
  /// Weights that are none: the line of the case and what it says.
  private(set) var weightFaults: [(line: Int, text: String)] = []
  private(set) var weightFaultCount = 0
  /// Whose the rows are; nothing where each is of a patient of its own.
  private(set) var patients: PatientCodes?

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
  ///   - columns: What else is kept of each case.
  public init(
    causeCount: Int, stratumFindings: [Int] = [], columns: CohortColumns = CohortColumns()
  ) {
    precondition(causeCount > 0 && causeCount <= Int(UInt16.max), "a row has causes")
    self.causeCount = causeCount
    self.stratumFindings = stratumFindings
    self.columns = columns
    strata = stratumFindings.map { _ in [] }
    divisions = columns.divisions.map { ColumnValues(name: $0) }
    patients = columns.patients == .rows ? nil : PatientCodes()
  }

  /// Cases whose posteriors come from anywhere, a calibration or another program included.
  ///
  /// - Parameters:
  ///   - posteriors: A row for each case, a column for each cause; rows sum to one.
  ///   - diagnoses: The causes that each case is labelled with, any of which is right;
  ///     empty for a case without a diagnosis.
  ///   - urgencies: The urgency that each case was given, or nothing where there was no
  ///     triage.
  ///   - weights: What each case counts, 0 or more; nothing where all count one.
  ///   - patients: Whose each case is, where several may be of one patient; an empty name is of a
  ///     patient of its own.
  public init(
    posteriors: Matrix, diagnoses: [[Int]], urgencies: [Urgency]? = nil, weights: [Double]? = nil,
    patients: [String]? = nil
  ) {
    precondition(
      weights.map { $0.count == diagnoses.count && $0.allSatisfy { $0 >= 0 && $0.isFinite } }
        ?? true,
      "a weight of 0 or more for each case")
    precondition(patients.map { $0.count == diagnoses.count } ?? true, "a patient for each case")
    precondition(posteriors.rowCount == diagnoses.count, "every case has a diagnosis or none")
    precondition(urgencies.map { $0.count == diagnoses.count } ?? true, "an urgency for each case")
    var columns = CohortColumns()
    columns.weight = weights == nil ? nil : "weight"
    columns.patients = patients == nil ? .rows : .ids
    self.init(causeCount: posteriors.columnCount, columns: columns)
    for row in diagnoses.indices {
      guard weights?[row] != 0 || diagnoses[row].isEmpty else {
        caseCount += 1
        weightlessCount += 1
        continue
      }
      append(posteriors.row(row), diagnosis: diagnoses[row], urgency: urgencies?[row])
      guard !diagnoses[row].isEmpty else { continue }
      if let weights { self.weights.append(weights[row]) }
      if let patients { self.patients?.append(patients[row]) }
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
    _ = appendKept(batch, posteriors: posteriors, triage: triage)
  }

  /// The same, and which cases of the batch are rows now.
  private mutating func appendKept(
    _ batch: CaseBatch, posteriors: Posteriors, triage: Triage.Assessment?
  ) -> [Int] {
    precondition(posteriors.matrix.rowCount == batch.count, "every case has posteriors")
    var kept: [Int] = []
    for index in 0..<batch.count {
      let diagnosis = batch.diagnosis(of: index)
      if !diagnosis.isEmpty, !keepsWeight(of: index, in: batch) {
        caseCount += 1
        continue
      }
      append(
        posteriors.matrix.row(index), diagnosis: diagnosis,
        urgency: diagnosis.isEmpty ? nil : triage?.urgency(of: index))
      guard !diagnosis.isEmpty else { continue }
      kept.append(index)
      for (place, finding) in stratumFindings.enumerated() {
        strata[place].append(batch.code(of: finding, case: index))
      }
      for place in divisions.indices {
        divisions[place].append(batch.kept.text(of: place, case: index))
      }
      if let place = columns.patientPlace {
        patients?.append(batch.kept.text(of: place, case: index))
      } else {
        patients?.append(batch.id(of: index))
      }
    }
    return kept
  }

  /// The most weights that are none and are told one by one.
  private static let mostFaults = 10

  /// Notes the weight of a case; whether it is one, and above zero.
  private mutating func keepsWeight(of index: Int, in batch: CaseBatch) -> Bool {
    guard let place = columns.weightPlace else { return true }
    let text = batch.kept.text(of: place, case: index)
    guard let weight = DecimalNumber.parse(text), weight >= 0, weight <= Self.greatestWeight,
      weight == 0 || weight >= 1 / Self.greatestWeight
    else {
      weightFaultCount += 1
      if weightFaults.count < Self.mostFaults { weightFaults.append((batch.lines[index], text)) }
      return false
    }
    guard weight > 0 else {
      weightlessCount += 1
      return false
    }
    weights.append(weight)
    return true
  }

  /// Weights beyond this, and below its inverse, have no meaning beside others.
  private static let greatestWeight = 1e12

  /// Says what is wrong with the columns that were kept of the cases of a file.
  ///
  /// - Throws: `DorsalError` with each weight that is none, and each column of more values than
  ///   subgroups are given by.
  package func checkColumns(file: String) throws(DorsalError) {
    let (told, count) = columnFaults
    guard count > 0 else { return }
    let faults = told.map { line, message in
      TextFault(position: SourcePosition(file: file, line: line ?? 1, column: 1), message: message)
    }
    throw DorsalError(.caseFile, faults: faults, count: count)
  }

  /// A text of a file as messages show it.
  private static func shown(_ text: String) -> String {
    let bytes = Array(text.utf8)
    return TextEncoding.printable(bytes.span, range: 0..<bytes.count)
  }

  /// What is wrong with the columns that were kept: of single cases with their lines, the first ones
  /// if there are very many, and of columns as a whole; and how many faults there are in all.
  package var columnFaults: (told: [(line: Int?, message: String)], count: Int) {
    var told: [(line: Int?, message: String)] = weightFaults.map { line, text in
      let said = text.isEmpty ? "no weight" : "\"\(Self.shown(text))\""
      return (
        line,
        "\(said) in the column \"\(columns.weight ?? "")\"; expected 0, or a number from 1e-12 to 1e12"
      )
    }
    var count = weightFaultCount
    for column in divisions where column.isTooVaried {
      count += 1
      let first = column.values.prefix(3).map { "\"\(Self.shown($0))\"" }.joined(separator: ", ")
      told.append(
        (
          nil,
          "the column \"\(column.name)\" has more than \(ColumnValues.most) values, the first "
            + "\(first); expected a column of few values to give subgroups by"
        ))
    }
    if told.isEmpty, weightlessCount > 0, self.count == 0, let weight = columns.weight {
      count += 1
      told.append((nil, "every weight of the column \"\(weight)\" is 0; expected some above 0"))
    }
    return (told, count)
  }

  /// What the rows count, and whose they are.
  var caseWeights: CaseWeights { CaseWeights(weights, patients: patients, count: count) }

  /// How the rows count, where they do not all count one.
  func weighting(_ weights: CaseWeights) -> Evaluation.Weighting? {
    guard !weights.isPlain || weightlessCount > 0 else { return nil }
    return Evaluation.Weighting(
      column: columns.weight, patientCount: weights.patients.isEmpty ? nil : weights.patientCount,
      effectiveCount: weights.effectiveShareOfCases * Double(count),
      weightlessCount: weightlessCount, hasSampledShares: !weights.isPlain)
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
    var rules: RuleTally?
    append(
      batch, scorer: scorer, triage: triage, calibration: calibration, sets: sets, rules: &rules)
  }

  /// The same, and counts what red-flag rules do, where there is a tally.
  package mutating func append(
    _ batch: CaseBatch, scorer: Scorer, triage: Triage, calibration: Calibration? = nil,
    sets: PredictionSets? = nil, rules: inout RuleTally?
  ) {
    let scored = scorer.score(batch)
    let posteriors = calibration?.apply(to: scored, of: batch, scorer: scorer) ?? scored
    let first = count
    let assessment = triage.assess(batch, posteriors: posteriors)
    rules?.add(batch, assessment)
    let kept = appendKept(batch, posteriors: posteriors, triage: assessment)
    if let sets {
      let found = sets.sets(of: batch, posteriors: posteriors)
      append(kept.map { (found[$0], batch.diagnosis(of: $0)) }, sets.coverage)
    }
    for place in stratumFindings.indices
    where stratumFindings[place] == scorer.model.settingFinding {
      for row in first..<count where strata[place][row] == CaseBatch.unknown {
        strata[place][row] = UInt8(scorer.defaultSetting + 1)
      }
    }
  }

  /// Adds the sets of rows that were added just now, with their diagnoses.
  private mutating func append(_ found: [(set: [Int], diagnosis: [Int])], _ stated: Double) {
    var sets = self.sets ?? Sets(stated: stated)
    precondition(sets.stated == stated, "sets of one coverage")
    for (set, diagnosis) in found {
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
      other.causeCount == causeCount && other.stratumFindings == stratumFindings
        && other.columns == columns,
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
    for place in divisions.indices { divisions[place].append(other.divisions[place]) }
    weights.append(contentsOf: other.weights)
    weightlessCount += other.weightlessCount
    weightFaults += other.weightFaults.prefix(max(0, Self.mostFaults - weightFaults.count))
    weightFaultCount += other.weightFaultCount
    if let patients = other.patients { self.patients?.append(patients) }
  }

  /// How many bytes of memory a list may ask for when another is added.
  package func growth(by other: LabelledPosteriors) -> Int {
    probabilities.growth(by: other.probabilities.count) + causes.growth(by: other.causes.count)
      + ends.growth(by: other.ends.count) + givenRanks.growth(by: other.givenRanks.count)
      + strata.reduce(0) { $0 + $1.growth(by: other.count) }
      + weights.growth(by: other.weights.count) + (patients == nil ? 0 : other.count * 100)
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
    // Subgroups are not divided again.
    var columns = columns
    columns.divisions = []
    var result = LabelledPosteriors(causeCount: causeCount, columns: columns)
    result.patients = patients?.subset(rows)
    if !weights.isEmpty { result.weights = rows.map { weights[$0] } }
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
