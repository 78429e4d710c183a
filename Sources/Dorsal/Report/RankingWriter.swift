/// Rows of text, one a case, and where each ends.
public struct WrittenRows: Sendable {
  /// The text.
  public let bytes: [UInt8]
  /// The byte behind each row.
  public let ends: [Int]
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

    /// CSV of the five leading causes.
    public init() {}
  }

  /// What every answer says of itself.
  public static let disclaimer =
    "For research and to support clinicians' decisions; it does not diagnose patients."

  private let scorer: Scorer
  private let options: Options
  private let causeTexts: [[UInt8]]
  private let settingTexts: [[UInt8]]
  private let modelText: [UInt8]

  /// Prepares the writing of a scorer's answers.
  public init(scorer: Scorer, options: Options = Options()) {
    self.scorer = scorer
    self.options = options
    self.causeTexts = scorer.model.causes.map { Array($0.id.utf8) }
    self.settingTexts = scorer.model.settings.map { Array($0.utf8) }
    self.modelText = Array(scorer.model.jsonIdentity.text.utf8)
  }

  /// The header row of CSV; nothing for JSON.
  public func header() -> [UInt8] {
    guard options.format == .csv else { return [] }
    var names = ["id", "setting", "findings_known"]
    if options.writesAll {
      names += scorer.model.causes.map(\.id)
    } else {
      let count = max(1, min(options.top, scorer.model.causes.count))
      names += (1...count).flatMap { ["cause_\($0)", "probability_\($0)"] }
    }
    return Array((names.joined(separator: ",") + "\n").utf8)
  }

  /// Writes the cases of a batch.
  public func write(_ batch: CaseBatch, posteriors: Posteriors) -> WrittenRows {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(batch.count * 160)
    var ends: [Int] = []
    ends.reserveCapacity(batch.count)
    var ranking: [Posteriors.Ranked] = []
    for index in 0..<batch.count {
      posteriors.appendRanking(of: index, top: max(1, options.top), to: &ranking)
      switch options.format {
      case .csv: appendCSV(batch, index, posteriors, ranking, to: &bytes)
      case .jsonl: appendJSON(batch, index, posteriors, ranking, to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
      ends.append(bytes.count)
    }
    return WrittenRows(bytes: bytes, ends: ends)
  }

  private func appendCSV(
    _ batch: CaseBatch, _ index: Int, _ posteriors: Posteriors, _ ranking: [Posteriors.Ranked],
    to bytes: inout [UInt8]
  ) {
    CSVText.append(batch.id(of: index), to: &bytes)
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: settingTexts[scorer.setting(of: index, in: batch)])
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: known(batch, index))
    if options.writesAll {
      for probability in posteriors.matrix.row(index) {
        bytes.append(UInt8(ascii: ","))
        NumberText.appendProbability(probability, to: &bytes)
      }
    } else {
      for ranked in ranking {
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: causeTexts[ranked.cause])
        bytes.append(UInt8(ascii: ","))
        NumberText.appendProbability(ranked.probability, to: &bytes)
      }
    }
  }

  private func appendJSON(
    _ batch: CaseBatch, _ index: Int, _ posteriors: Posteriors, _ ranking: [Posteriors.Ranked],
    to bytes: inout [UInt8]
  ) {
    bytes.append(contentsOf: #"{"id":"#.utf8)
    JSONText.append(batch.id(of: index), to: &bytes)
    bytes.append(contentsOf: #","setting":""#.utf8)
    bytes.append(contentsOf: settingTexts[scorer.setting(of: index, in: batch)])
    bytes.append(contentsOf: #"","findings_known":"#.utf8)
    bytes.append(contentsOf: known(batch, index))
    bytes.append(contentsOf: #","ranking":["#.utf8)
    for (place, ranked) in ranking.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: #"{"cause":""#.utf8)
      bytes.append(contentsOf: causeTexts[ranked.cause])
      bytes.append(contentsOf: #"","probability":"#.utf8)
      NumberText.appendProbability(ranked.probability, to: &bytes)
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: "]"))
    if options.writesAll {
      bytes.append(contentsOf: #","posteriors":{"#.utf8)
      for (cause, probability) in posteriors.matrix.row(index).enumerated() {
        if cause > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: causeTexts[cause])
        bytes.append(contentsOf: "\":".utf8)
        NumberText.appendProbability(probability, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(contentsOf: #","model":"#.utf8)
    bytes.append(contentsOf: modelText)
    bytes.append(contentsOf: #","disclaimer":"#.utf8)
    JSONText.append(Self.disclaimer, to: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }

  private func known(_ batch: CaseBatch, _ index: Int) -> String.UTF8View {
    let count = batch.knownFindingCount(of: index, settingFinding: scorer.model.settingFinding)
    return String(count).utf8
  }
}

extension Model {
  /// Name, version and checksum, as every JSON answer carries them.
  public var jsonIdentity: JSONValue {
    .object([
      ("name", .string(card.name)), ("version", .string(card.version)),
      ("checksum", .string("sha256:" + checksum)),
    ])
  }
}
