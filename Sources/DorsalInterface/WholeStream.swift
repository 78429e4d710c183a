import CDorsal
import Dorsal
import DorsalCore
import DorsalLearning
import DorsalNumerics
import DorsalReport

/// What is made of a whole stream of cases.
enum WholeStream {
  /// The rows that can be read.
  static func readable(_ part: DecodedRows) -> CaseBatch {
    if part.faults.isEmpty { return part.cases }
    var cases = CaseBatch(like: part.cases)
    for row in 0..<part.cases.count where part.faults[row] == nil {
      cases.append(case: row, of: part.cases)
    }
    return cases
  }

  /// One case of a stream.
  static func find(
    _ row: Int64, in stream: ForeignCases, model: Model
  ) throws(InterfaceFault) -> CaseBatch {
    guard row >= 0 else {
      throw InterfaceFault(.argument, "row \(row): expected 0 or more")
    }
    var start: Int64 = 0
    while let parts = try stream.next({ $0 }) {
      for part in parts {
        let place = row - start
        if place < Int64(part.cases.count) {
          if let faults = part.faults[Int(place)] {
            throw InterfaceFault(.data, "row \(row): " + faults.joined(separator: "\n"))
          }
          var alone = CaseBatch(model: model)
          alone.append(case: Int(place), of: part.cases)
          return alone
        }
        start += Int64(part.cases.count)
      }
    }
    throw InterfaceFault(.argument, "row \(row): the stream has \(start) rows")
  }

  /// How the answers compare with the diagnoses.
  static func evaluate(
    _ stream: ForeignCases, handle: ScorerHandle, options: EvaluationOptions, format: String
  ) throws(InterfaceFault) -> String {
    let model = handle.scorer.model
    let triage = Triage(scorer: handle.scorer)
    var labelled = LabelledPosteriors(
      causeCount: model.causes.count, stratumFindings: options.findings, columns: options.columns)
    var rules = options.countsRules ? RuleTally(model: model) : nil
    var leftOut = RowsLeftOut()
    var (count, rowCount) = (0, 0)
    while let parts = try stream.next({ $0 }) {
      for part in parts {
        var numbered = part
        numbered.cases.number(from: rowCount)
        rowCount += part.cases.count
        let cases = readable(numbered)
        leftOut.add(part)
        count += cases.diagnoses.count { !$0.isEmpty }
        labelled.append(
          cases, scorer: handle.scorer, triage: triage, calibration: handle.calibration,
          sets: handle.sets, rules: &rules)
      }
    }
    try check(labelled)
    guard rowCount > 0 else {
      throw InterfaceFault(.data, "no cases; expected at least one row")
    }
    guard count > 0 else {
      throw InterfaceFault(
        .data, "no case has a diagnosis; expected a column \"diagnosis\"" + leftOut.reason)
    }
    do throws(MemoryFault) {
      try MemoryRoom.require(labelled.evaluationRoom)
    } catch {
      throw InterfaceFault(.data, error.description)
    }
    var how = options.evaluation
    how.threads = handle.reading.threads
    let evaluation = Evaluation(labelled, model: model, options: how)
    let told = rules.map { RuleEvaluation($0) }
    return format == "text"
      ? evaluation.text(model: model, rules: told) + leftOut.line
      : evaluation.json(model: model, rules: told).adding("rows", leftOut.json).indentedText + "\n"
  }

  /// Throws what is wrong with the columns that an evaluation goes by.
  private static func check(_ labelled: LabelledPosteriors) throws(InterfaceFault) {
    let (told, count) = labelled.columnFaults
    guard count > 0 else { return }
    let lines = told.map { row, message in row.map { "row \($0): \(message)" } ?? message }
    let further = count > told.count ? ["and \(count - told.count) more"] : []
    throw InterfaceFault(.data, (lines + further).joined(separator: "\n"))
  }

  private static let calibrationOptions =
    ["method", "coverages", "force"] + Options.namesOfCalibration

  /// A calibration that is fitted to the diagnoses, as the text of its file and a report.
  static func calibrate(
    _ stream: ForeignCases, handle: ScorerHandle, options json: String?
  ) throws(InterfaceFault) -> (calibration: String, report: String) {
    let given = try Options(json, allowed: calibrationOptions)
    try handle.refuseCalibration(of: "a calibration is fitted to the model's own posteriors")
    try Call.requireThreads()
    var options = try given.ofCalibration(
      folds: 5, shrinkage: 0, isForced: try given.flag("force"), threads: handle.reading.threads)
    if let coverages = try given.value(
      "coverages", as: { tree throws(TextFault) in try tree.numbers() })
    {
      guard coverages.allSatisfy({ $0 > 0 && $0 <= 0.999_999 }) else {
        throw InterfaceFault(.argument, "coverages: expected numbers between 0 and 1")
      }
      options.coverages = coverages
    }
    let method = try given.method(try given.text("method") ?? "vector")
    let (model, scorer) = (handle.scorer.model, handle.scorer)
    var labelled = LabelledLogPosteriors(
      causeCount: model.causes.count,
      keepingFindings: method.needsFindings ? model.findings.count : 0)
    var (leftOut, rejected) = (RowsLeftOut(), 0)
    while let parts = try stream.next({ $0 }) {
      for part in parts {
        let cases = readable(part)
        leftOut.add(part)
        rejected += part.cases.count - cases.count
        labelled.append(cases, posteriors: scorer.score(cases), scorer: scorer)
      }
    }
    let cohort = LabelledCohort(labelled: labelled, rejectedCount: rejected)
    let fitting = options
    let fitted = try Call.waiting { () async throws in
      try await cohort.calibration(method, model: model, options: fitting)
    }
    return (
      fitted.json(model: model, source: "arrow").indentedText + "\n",
      fitted.text(model: model) + leftOut.line
    )
  }
}

extension WholeStream {
  /// How many findings are suggested.
  private static let suggestionCount = 10

  /// What is worth finding out next of a case, as JSON.
  static func suggestions(
    _ alone: CaseBatch, handle: ScorerHandle
  ) throws(InterfaceFault) -> String {
    try handle.refuseCalibration(of: "suggestions are of the model's own posteriors")
    let scorer = handle.scorer
    let model = scorer.model
    let setting = model.settings[scorer.setting(of: 0, in: alone)]
    let known = alone.knownFindingCount(of: 0, settingFinding: model.settingFinding)
    return scorer.suggestions(for: 0, of: alone).json(
      id: alone.id(of: 0), setting: setting, known: known, model: model, top: suggestionCount
    ).indentedText + "\n"
  }
}
