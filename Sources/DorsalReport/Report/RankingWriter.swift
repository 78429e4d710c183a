public import DorsalCore
internal import DorsalNumerics

/// Writes answers as CSV or as a JSON object a line. It works nothing out: `Answering` does.
public struct RankingWriter: Sendable {
  /// What every answer says of itself.
  public static let disclaimer =
    "For research and to support clinicians' decisions; it does not diagnose patients."

  let model: Model
  let parts: AnswerParts
  private let format: CaseFormat
  let texts: AnswerTexts
  let coexistence: CoexistenceText?

  /// Prepares the writing of answers.
  ///
  /// - Parameters:
  ///   - answering: What gives the answers.
  ///   - format: Their format. CSV has a column for each cause instead of the leading ones where
  ///     all are asked for, and JSON the posterior of each.
  public init(_ answering: Answering, format: CaseFormat = .csv) {
    model = answering.scorer.model
    parts = answering.parts
    self.format = format
    texts = AnswerTexts(answering)
    coexistence = answering.parts.coexistence.map {
      CoexistenceText($0, top: answering.parts.top, writesAll: answering.parts.isOfAllCauses)
    }
  }

  /// How many leading causes of a case are written.
  var top: Int { max(1, parts.top) }

  /// The header row of CSV; nothing for JSON.
  public func header() -> [UInt8] {
    guard format == .csv else { return [] }
    var names = ["id", "setting", "urgency", "urgency_reason", "findings_known", "known_share"]
    if parts.isOfAllCauses {
      names += model.causes.map(\.id)
      if parts.intervals != nil {
        names += model.causes.flatMap { ["lower_" + $0.id, "upper_" + $0.id] }
      }
    } else {
      names += (1...max(1, min(top, model.causes.count))).flatMap { place in
        ["cause_\(place)", "probability_\(place)"]
          + (parts.intervals == nil ? [] : ["lower_\(place)", "upper_\(place)"])
      }
    }
    if parts.hasGroups { names += model.groups.map { "group_" + $0 } }
    if parts.sets != nil { names.append("set") }
    if parts.robustness != nil { names += OutlookColumns.names }
    names += coexistence?.columns ?? []
    if parts.misfit != nil { names += Misfit.Assessment.columns }
    if texts.priorWeight != nil { names.append("prior_weight") }
    return Array((names.joined(separator: ",") + "\n").utf8)
  }

  /// Writes the answers for a batch.
  public func write(_ answers: BatchAnswers) -> WrittenRows {
    if format == .csv, parts.isPlain { return writePlain(answers) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(answers.count * 160)
    var ends: [Int] = []
    ends.reserveCapacity(answers.count)
    var ranking: [Posteriors.Ranked] = []
    for index in 0..<answers.count {
      answers.posteriors.appendRanking(of: index, top: top, to: &ranking)
      switch format {
      case .csv: appendCSV(answers, index, ranking, to: &bytes)
      case .jsonl: appendJSON(answers, index, ranking, to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
      ends.append(bytes.count)
    }
    return WrittenRows(bytes: bytes, ends: ends)
  }

  /// Writes the rows of CSV that hold the leading causes and nothing more.
  private func writePlain(_ answers: BatchAnswers) -> WrittenRows {
    var limits: (lower: [Float], upper: [Float])?
    if case .ofLeading(let lower, let upper) = answers.limits { limits = (lower, upper) }
    let rows = RankedRows(
      ids: answers.cases.idBytes, idEnds: answers.cases.idEnds, settings: texts.settings,
      urgencies: texts.urgencies, counts: texts.counts, causes: texts.causes,
      setting: answers.settings, urgency: answers.reasons,
      count: answers.assessment.knownFindingCounts, leading: answers.posteriors.leading(top: top),
      limits: limits)
    let (bytes, ends) = rows.csv()
    let written = WrittenRows(bytes: bytes, ends: ends)
    return texts.priorWeight.map(written.appending) ?? written
  }
}

/// The texts that answers are put together from, made once.
struct AnswerTexts: Sendable {
  let settings: TextList
  /// For each reason an urgency can have: the urgency and the reason, as two cells.
  let urgencies: TextList
  /// For each count of known findings: the count and the share, as two cells.
  let counts: TextList
  let causes: TextList
  /// The same in bytes.
  let causeBytes: [[UInt8]]
  let settingBytes: [[UInt8]]
  let reasons: [(urgency: Urgency, text: String)]
  let shares: [String]
  let urgencyReasons: UrgencyText
  /// What JSON answers say of the model and of themselves, the same for all.
  let jsonEnd: [UInt8]
  /// The last cell of each row of CSV, where the prior weight is not 1.
  let priorWeight: [UInt8]?

  init(_ answering: Answering) {
    let model = answering.scorer.model
    reasons = answering.triage.reasons.map { ($0.urgency(model: model), $0.text(model: model)) }
    shares = (0..<max(1, model.findings.count)).map { KnownShare.text($0, of: model) }
    settings = TextList(model.settings)
    urgencies = TextList(reasons.map { "\($0.urgency.rawValue),\($0.text)" })
    counts = TextList(shares.enumerated().map { "\($0),\($1)" })
    causes = TextList(model.causes.map(\.id))
    causeBytes = model.causes.map { Array($0.id.utf8) }
    settingBytes = model.settings.map { Array($0.utf8) }
    urgencyReasons = UrgencyText(model: model)
    jsonEnd = Self.jsonEnd(answering)
    let weight = model.priorWeight
    priorWeight = weight == .full ? nil : Array(",\(NumberText.plain(weight.value))".utf8)
  }

  private static func jsonEnd(_ answering: Answering) -> [UInt8] {
    var bytes = Array(#","model":"#.utf8)
    answering.scorer.model.jsonIdentity.append(to: &bytes)
    if answering.parts.intervals != nil {
      bytes.append(contentsOf: #","interval_disclaimer":"#.utf8)
      JSONText.append(CredibleInterval.disclaimer, to: &bytes)
    }
    bytes.append(contentsOf: #","disclaimer":"#.utf8)
    JSONText.append(RankingWriter.disclaimer, to: &bytes)
    if let method = answering.parts.calibration?.method {
      bytes.append(contentsOf: ",\"calibration\":{\"method\":\"\(method.rawValue)\"}".utf8)
    }
    return bytes
  }
}
