public import DorsalCore
internal import DorsalNumerics

/// Rows of text, one a case, and where each ends.
public struct WrittenRows: Sendable {
  /// The text.
  public let bytes: [UInt8]
  /// The byte behind each row.
  public let ends: [Int]

  /// The text without some rows, named in their order.
  func without(_ rows: [Int]) -> [UInt8] {
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var start = 0
    for row in rows {
      kept.append(contentsOf: bytes[start..<(row == 0 ? 0 : ends[row - 1])])
      start = ends[row]
    }
    return kept + bytes[start...]
  }

  /// The rows with a text at the end of each, before its line end.
  func appending(_ text: [UInt8]) -> WrittenRows {
    var longer: [UInt8] = []
    longer.reserveCapacity(bytes.count + ends.count * text.count)
    var start = 0
    let newEnds = ends.map { end in
      longer.append(contentsOf: bytes[start..<end - 1])
      longer.append(contentsOf: text)
      longer.append(UInt8(ascii: "\n"))
      start = end
      return longer.count
    }
    return WrittenRows(bytes: longer, ends: newEnds)
  }
}

/// Writes ranked causes as CSV or as a JSON object a line.
public struct RankingWriter: Sendable {
  /// What to write of each case.
  public struct Options: Sendable {
    /// The format.
    public var format = CaseFormat.csv
    /// How many leading causes.
    public var top = 5
    /// Whether CSV has a column for each cause instead of the leading ones, and
    /// JSON the posterior of each.
    public var writesAll = false
    /// Whether the posteriors of the groups of causes are written too.
    public var writesGroups = false
    /// Intervals of the posteriors that are written, or nothing.
    public var intervals: CredibleIntervals?
    /// Sets of causes with a stated coverage, or nothing.
    public var sets: PredictionSets?
    /// The method of the calibration that the posteriors went through, or nothing.
    public var calibrationMethod: Calibration.Method?
    /// What says what the unknown findings could change, or nothing.
    public var robustness: Robustness?
    /// What says how badly the findings of a case fit every listed cause, or nothing.
    public var misfit: Misfit?
    /// The scorer of sets of causes that may be present together, or nothing.
    public var coexistence: CoexistenceScorer?

    /// CSV of the five leading causes.
    public init() {}
  }

  /// What every answer says of itself.
  public static let disclaimer =
    "For research and to support clinicians' decisions; it does not diagnose patients."

  private let scorer: Scorer
  private let triage: Triage
  private let options: Options
  private let causeTexts: [[UInt8]]
  private let settingTexts: [[UInt8]]
  /// What JSON answers say of the model and of themselves, the same for all.
  private let endText: [UInt8]
  private let urgencyText: UrgencyText
  private let texts: (settings: TextList, urgencies: TextList, causes: TextList)
  private let coexistence: CoexistenceText?
  /// The last cell of each row of CSV, where the prior weight is not 1.
  private let priorWeightText: [UInt8]?

  /// How many leading causes of a case are written.
  public var top: Int { max(1, options.top) }

  /// Prepares the writing of a scorer's answers.
  public init(scorer: Scorer, options: Options = Options()) {
    self.scorer = scorer
    self.triage = Triage(scorer: scorer)
    self.options = options
    self.causeTexts = scorer.model.causes.map { Array($0.id.utf8) }
    self.settingTexts = scorer.model.settings.map { Array($0.utf8) }
    self.endText = Self.endText(scorer: scorer, options: options)
    self.urgencyText = UrgencyText(model: scorer.model)
    let weight = scorer.model.priorWeight
    self.priorWeightText =
      weight == .full || options.format != .csv
      ? nil : Array(",\(NumberText.plain(weight.value))".utf8)
    self.texts = (
      TextList(scorer.model.settings), TextList(Urgency.allCases.map(\.rawValue)),
      TextList(scorer.model.causes.map(\.id))
    )
    self.coexistence = options.coexistence.map {
      CoexistenceText($0, top: options.top, writesAll: options.writesAll)
    }
  }

  private static func endText(scorer: Scorer, options: Options) -> [UInt8] {
    var bytes = Array(#","model":"#.utf8)
    scorer.model.jsonIdentity.append(to: &bytes)
    if options.intervals != nil {
      bytes.append(contentsOf: #","interval_disclaimer":"#.utf8)
      JSONText.append(CredibleInterval.disclaimer, to: &bytes)
    }
    bytes.append(contentsOf: #","disclaimer":"#.utf8)
    JSONText.append(disclaimer, to: &bytes)
    if let method = options.calibrationMethod {
      bytes.append(contentsOf: ",\"calibration\":{\"method\":\"\(method.rawValue)\"}".utf8)
    }
    return bytes
  }

  /// The header row of CSV; nothing for JSON.
  public func header() -> [UInt8] {
    guard options.format == .csv else { return [] }
    var names = ["id", "setting", "urgency", "findings_known"]
    if options.writesAll {
      names += scorer.model.causes.map(\.id)
      if options.intervals != nil {
        names += scorer.model.causes.flatMap { ["lower_" + $0.id, "upper_" + $0.id] }
      }
    } else {
      let count = max(1, min(options.top, scorer.model.causes.count))
      names += (1...count).flatMap { place in
        ["cause_\(place)", "probability_\(place)"]
          + (options.intervals == nil ? [] : ["lower_\(place)", "upper_\(place)"])
      }
    }
    if options.writesGroups { names += scorer.model.groups.map { "group_" + $0 } }
    if options.sets != nil { names.append("set") }
    if options.robustness != nil { names += OutlookColumns.names }
    names += coexistence?.columns ?? []
    if options.misfit != nil { names += Misfit.Assessment.columns }
    if priorWeightText != nil { names.append("prior_weight") }
    return Array((names.joined(separator: ",") + "\n").utf8)
  }

  /// Writes the cases of a batch.
  public func write(_ batch: CaseBatch, posteriors: Posteriors) -> WrittenRows {
    if options.format == .csv, !options.writesAll, !options.writesGroups, options.sets == nil,
      options.robustness == nil, coexistence == nil, options.misfit == nil
    {
      return writeRanked(batch, posteriors: posteriors)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(batch.count * 160)
    var ends: [Int] = []
    ends.reserveCapacity(batch.count)
    var ranking: [Posteriors.Ranked] = []
    let assessment = triage.assess(batch, posteriors: posteriors)
    let groups = options.writesGroups ? posteriors.groupProbabilities(model: scorer.model) : nil
    let intervals = intervals(batch, posteriors: posteriors)
    let sets = options.sets?.sets(of: batch, posteriors: posteriors)
    let outlooks = options.robustness?.assess(batch)
    let coexisting = coexistence?.score(batch)
    let misfits = options.misfit?.assess(batch, posteriors: posteriors)
    for index in 0..<batch.count {
      posteriors.appendRanking(of: index, top: max(1, options.top), to: &ranking)
      let answer = Answer(
        batch: batch, index: index, posteriors: posteriors, ranking: ranking,
        assessment: assessment, groups: groups?.row(index), intervals: intervals?[index],
        set: sets?[index],
        outlook: outlooks?[index],
        coexisting: coexisting, misfit: misfits?[index])
      switch options.format {
      case .csv: appendCSV(answer, to: &bytes)
      case .jsonl: appendJSON(answer, to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
      ends.append(bytes.count)
    }
    return WrittenRows(bytes: bytes, ends: ends)
  }

  /// Writes the rows of CSV that hold the leading causes and nothing more.
  private func writeRanked(_ batch: CaseBatch, posteriors: Posteriors) -> WrittenRows {
    let assessment = triage.assess(batch, posteriors: posteriors)
    let rows = RankedRows(
      ids: batch.idBytes, idEnds: batch.idEnds, settings: texts.settings,
      urgencies: texts.urgencies, causes: texts.causes,
      setting: (0..<batch.count).map { UInt8(scorer.setting(of: $0, in: batch)) },
      urgency: (0..<batch.count).map { UInt8(assessment.urgency(of: $0).rank) },
      known: assessment.knownFindingCounts, leading: posteriors.leading(top: top),
      limits: options.intervals.map { $0.limits(of: batch, posteriors: posteriors, top: top) })
    let (bytes, ends) = rows.csv()
    let written = WrittenRows(bytes: bytes, ends: ends)
    return priorWeightText.map(written.appending) ?? written
  }

  /// What there is to write of one case.
  private struct Answer {
    let batch: CaseBatch
    let index: Int
    let posteriors: Posteriors
    let ranking: [Posteriors.Ranked]
    let assessment: Triage.Assessment
    let groups: ArraySlice<Float>?
    /// Of the ranked causes, or of all of them in the order of the model.
    let intervals: [CredibleInterval]?
    /// The causes of the prediction set, the most probable first.
    let set: [Int]?
    let outlook: Robustness.Outlook?
    let coexisting: CoexistingPosteriors?
    let misfit: Misfit.Assessment?
  }

  /// The intervals of the causes that are written, where they are asked for: of all
  /// causes in the order of the model, or of the ranked ones.
  private func intervals(_ batch: CaseBatch, posteriors: Posteriors) -> [[CredibleInterval]]? {
    guard let intervals = options.intervals else { return nil }
    let all = Array(scorer.model.causes.indices)
    let causes = (0..<batch.count).map { index in
      options.writesAll
        ? all : posteriors.ranking(of: index, top: max(1, options.top)).map(\.cause)
    }
    return intervals.intervals(of: batch, posteriors: posteriors, causes: causes)
  }

  private func appendCSV(_ answer: Answer, to bytes: inout [UInt8]) {
    CSVText.append(answer.batch.id(of: answer.index), to: &bytes)
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: settingTexts[scorer.setting(of: answer.index, in: answer.batch)])
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: answer.assessment.urgency(of: answer.index).rawValue.utf8)
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: known(answer))
    if options.writesAll {
      appendList(answer.posteriors.matrix.row(answer.index), to: &bytes)
      for interval in answer.intervals ?? [] { append(interval, to: &bytes) }
    } else {
      for (place, ranked) in answer.ranking.enumerated() {
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: causeTexts[ranked.cause])
        bytes.append(UInt8(ascii: ","))
        NumberText.appendProbability(ranked.probability, to: &bytes)
        if let intervals = answer.intervals { append(intervals[place], to: &bytes) }
      }
    }
    if let groups = answer.groups { appendList(groups, to: &bytes) }
    if let set = answer.set {
      for (place, cause) in set.enumerated() {
        bytes.append(place == 0 ? UInt8(ascii: ",") : UInt8(ascii: "|"))
        bytes.append(contentsOf: causeTexts[cause])
      }
    }
    if let outlook = answer.outlook {
      OutlookColumns.append(outlook, model: scorer.model, to: &bytes)
    }
    if let coexisting = answer.coexisting {
      coexistence?.appendCSV(coexisting, case: answer.index, to: &bytes)
    }
    answer.misfit?.appendCSV(to: &bytes)
    if let priorWeightText { bytes.append(contentsOf: priorWeightText) }
  }

  private func append(_ interval: CredibleInterval, to bytes: inout [UInt8]) {
    appendList([interval.lower, interval.upper], to: &bytes)
  }

  private func appendList(_ probabilities: ArraySlice<Float>, to bytes: inout [UInt8]) {
    for probability in probabilities {
      bytes.append(UInt8(ascii: ","))
      NumberText.appendProbability(probability, to: &bytes)
    }
  }

  private func appendJSON(_ answer: Answer, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: #"{"id":"#.utf8)
    JSONText.append(answer.batch.id(of: answer.index), to: &bytes)
    bytes.append(contentsOf: #","setting":""#.utf8)
    bytes.append(contentsOf: settingTexts[scorer.setting(of: answer.index, in: answer.batch)])
    bytes.append(contentsOf: #"","findings_known":"#.utf8)
    bytes.append(contentsOf: known(answer))
    bytes.append(contentsOf: #","ranking":["#.utf8)
    for (place, ranked) in answer.ranking.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: #"{"cause":""#.utf8)
      bytes.append(contentsOf: causeTexts[ranked.cause])
      bytes.append(contentsOf: #"","probability":"#.utf8)
      NumberText.appendProbability(ranked.probability, to: &bytes)
      if let intervals = answer.intervals {
        appendJSON(intervals[options.writesAll ? ranked.cause : place], to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: "]"))
    if options.writesAll {
      appendObject(
        "posteriors", names: scorer.model.causes.map(\.id),
        answer.posteriors.matrix.row(answer.index), to: &bytes)
    }
    if let groups = answer.groups {
      appendObject("groups", names: scorer.model.groups, groups, to: &bytes)
    }
    bytes.append(contentsOf: #","urgency":""#.utf8)
    bytes.append(contentsOf: answer.assessment.urgency(of: answer.index).rawValue.utf8)
    bytes.append(contentsOf: #"","urgency_reasons":"#.utf8)
    urgencyText.append(
      answer.assessment.outcome(of: answer.index).reasons(
        model: scorer.model, posterior: answer.posteriors.matrix.row(answer.index)),
      to: &bytes)
    if let outlook = answer.outlook {
      OutlookColumns.appendJSON(outlook, model: scorer.model, to: &bytes)
    }
    bytes.append(contentsOf: endText)
    if let set = answer.set, let coverage = options.sets?.coverage {
      bytes.append(contentsOf: ",\"coverage\":\(coverage),\"set\":".utf8)
      JSONValue.array(set.map { .string(scorer.model.causes[$0].id) }).append(to: &bytes)
    }
    if let coexisting = answer.coexisting {
      coexistence?.appendJSON(coexisting, case: answer.index, to: &bytes)
    }
    if let misfit = answer.misfit {
      bytes.append(contentsOf: #","misfit":"#.utf8)
      misfit.json.append(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private func appendJSON(_ interval: CredibleInterval, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: #","lower":"#.utf8)
    NumberText.appendProbability(interval.lower, to: &bytes)
    bytes.append(contentsOf: #","upper":"#.utf8)
    NumberText.appendProbability(interval.upper, to: &bytes)
  }

  private func appendObject(
    _ name: String, names: [String], _ probabilities: ArraySlice<Float>, to bytes: inout [UInt8]
  ) {
    bytes.append(contentsOf: ",\"\(name)\":{".utf8)
    for (place, (name, probability)) in zip(names, probabilities).enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: "\"\(name)\":".utf8)
      NumberText.appendProbability(probability, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private func known(_ answer: Answer) -> String.UTF8View {
    String(answer.assessment.knownFindingCounts[answer.index]).utf8
  }
}

extension Model {
  /// Name, version, checksum and prior weight, as every JSON answer carries them.
  public var jsonIdentity: JSONValue {
    .object([
      ("name", .string(card.name)), ("version", .string(card.version)),
      ("checksum", .string("sha256:" + checksum)),
      ("prior_weight", .number(priorWeight.value)),
    ])
  }
}
