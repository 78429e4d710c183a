import Dorsal
import DorsalCore

/// Scores cases and puts what is asked of them into columns.
struct AnswerContent: Sendable {
  private let scorer: Scorer
  private let calibration: Calibration?
  private let triage: Triage
  private let top: Int
  private let writesAll: Bool
  private let intervals: CredibleIntervals?
  private let sets: PredictionSets?
  private let misfit: Misfit?
  private let causeTexts: [[UInt8]]
  private let settingTexts: [[UInt8]]
  private let urgencyTexts: [Urgency: [UInt8]]

  init(
    scorer: Scorer, calibration: Calibration?, top: Int, writesAll: Bool,
    intervals: CredibleIntervals?, sets: PredictionSets?, misfit: Misfit?
  ) {
    self.scorer = scorer
    self.calibration = calibration
    self.triage = Triage(scorer: scorer)
    self.top = min(top, scorer.model.causes.count)
    self.writesAll = writesAll
    self.intervals = intervals
    self.sets = sets
    self.misfit = misfit
    causeTexts = scorer.model.causes.map { Array($0.id.utf8) }
    settingTexts = scorer.model.settings.map { Array($0.utf8) }
    urgencyTexts = Dictionary(
      uniqueKeysWithValues: Urgency.allCases.map { ($0, Array($0.rawValue.utf8)) })
  }

  /// The columns of no case: their names and types.
  var noRows: [AnswerColumn] { columns(of: DecodedRows(cases: CaseBatch(model: scorer.model))) }

  /// The posteriors of cases, corrected where there is a calibration.
  func posteriors(of cases: CaseBatch) -> Posteriors {
    let scored = scorer.score(cases, top: calibration == nil ? min(top, Scorer.greatestTop) : 0)
    return calibration?.apply(to: scored, of: cases, scorer: scorer) ?? scored
  }

  /// The columns of answers to some rows.
  ///
  /// - Complexity: that of scoring them, with intervals, sets and misfit where they are asked for.
  func columns(of rows: DecodedRows) -> [AnswerColumn] {
    let cases = rows.cases
    let posteriors = posteriors(of: cases)
    let assessment = triage.assess(cases, posteriors: posteriors)
    var nulls: [Bool] = []
    if !rows.faults.isEmpty {
      nulls = (0..<cases.count).map { rows.faults[$0] != nil }
    }
    var columns: [AnswerColumn] = []
    func add(_ name: String, _ values: AnswerColumn.Values) {
      columns.append(AnswerColumn(name: name, values: values, nulls: nulls))
    }
    var (ids, settings, urgencies) = (
      AnswerColumn.Texts(), AnswerColumn.Texts(), AnswerColumn.Texts()
    )
    for index in 0..<cases.count {
      ids.append(cases.idBytes(of: index))
      settings.append(settingTexts[scorer.setting(of: index, in: cases)])
      urgencies.append(urgencyTexts[assessment.urgency(of: index)] ?? [])
    }
    columns.append(AnswerColumn(name: "id", values: .texts(ids)))
    add("setting", .texts(settings))
    add("urgency", .texts(urgencies))
    add("findings_known", .integers(assessment.knownFindingCounts))
    if writesAll {
      addAll(cases, posteriors, add)
    } else {
      addLeading(cases, posteriors, add)
    }
    if let sets {
      var (ends, texts) = ([Int32](), AnswerColumn.Texts())
      for set in sets.sets(of: cases, posteriors: posteriors) {
        for cause in set { texts.append(causeTexts[cause]) }
        ends.append(Int32(texts.ends.count))
      }
      add("set", .lists(ends: ends, texts))
    }
    if let misfit {
      // How the findings fit is asked of the model, not of what a calibration makes of it.
      let own = calibration == nil ? posteriors : scorer.score(cases)
      let found = misfit.assess(cases, posteriors: own)
      for (name, value) in [("misfit", \Misfit.Assessment.score), ("misfit_share", \.share)] {
        var column = AnswerColumn(
          name: name, values: .doubles(found.map { $0[keyPath: value] ?? 0 }), nulls: nulls)
        if found.contains(where: { $0[keyPath: value] == nil }) {
          let none = found.map { $0[keyPath: value] == nil }
          column.nulls = nulls.isEmpty ? none : zip(nulls, none).map { $0 || $1 }
        }
        columns.append(column)
      }
    }
    var faults = AnswerColumn.Texts()
    for index in 0..<cases.count {
      faults.append((rows.faults[index]?.joined(separator: "\n") ?? "").utf8)
    }
    columns.append(
      AnswerColumn(
        name: "fault", values: .texts(faults),
        nulls: nulls.isEmpty
          ? [Bool](repeating: true, count: cases.count) : nulls.map { !$0 }))
    return columns
  }

  private func addLeading(
    _ cases: CaseBatch, _ posteriors: Posteriors, _ add: (String, AnswerColumn.Values) -> Void
  ) {
    let leading = posteriors.leading(top: top)
    let limits = intervals?.limits(of: cases, posteriors: posteriors, top: top)
    func column(_ values: [Float], _ place: Int) -> [Float] {
      stride(from: place, to: values.count, by: top).map { values[$0] }
    }
    for place in 0..<top {
      var texts = AnswerColumn.Texts()
      for index in 0..<cases.count {
        texts.append(causeTexts[Int(leading.columns[index * top + place])])
      }
      add("cause_\(place + 1)", .texts(texts))
      add(
        "probability_\(place + 1)",
        .floats((0..<cases.count).map { leading.probabilities[$0 * top + place] }))
      if let limits {
        add("lower_\(place + 1)", .floats(column(limits.lower, place)))
        add("upper_\(place + 1)", .floats(column(limits.upper, place)))
      }
    }
  }

  private func addAll(
    _ cases: CaseBatch, _ posteriors: Posteriors, _ add: (String, AnswerColumn.Values) -> Void
  ) {
    let causes = scorer.model.causes
    for cause in causes.indices {
      add(
        "p_\(causes[cause].id)",
        .floats((0..<cases.count).map { posteriors.probability(case: $0, cause: cause) }))
    }
    guard let intervals else { return }
    let every = [[Int]](repeating: Array(causes.indices), count: cases.count)
    let found = intervals.intervals(of: cases, posteriors: posteriors, causes: every)
    for cause in causes.indices {
      add("lower_\(causes[cause].id)", .floats(found.map { $0[cause].lower }))
      add("upper_\(causes[cause].id)", .floats(found.map { $0[cause].upper }))
    }
  }
}
