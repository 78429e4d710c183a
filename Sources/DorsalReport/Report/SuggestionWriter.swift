public import DorsalCore

/// Writes the next findings of every case as CSV or as a JSON object a line.
public struct SuggestionWriter: CaseRows {
  /// What to write of each case.
  public struct Options: Sendable {
    /// The format.
    public var format = CaseFormat.csv
    /// How many findings.
    public var top = 5
    /// What they are ordered by.
    public var order = Suggestions.Order.value
    /// The sections that may be asked for, or nothing for all.
    public var sections: [String]?
    /// The indices of findings that are not asked for (again).
    public var skipped: Set<Int> = []

    /// CSV of the five most valuable findings.
    public init() {}
  }

  private let suggester: Suggester
  private let options: Options

  /// Prepares the writing of a scorer's suggestions.
  public init(scorer: Scorer, options: Options = Options()) {
    self.init(Suggester(scorer: scorer), options)
  }

  private init(_ suggester: Suggester, _ options: Options) {
    self.suggester = suggester
    var options = options
    // There is no more to ask for than there are findings.
    options.top = min(options.top, max(1, suggester.scorer.model.findings.count - 1))
    self.options = options
  }

  /// The same writing with other options, without preparing it anew.
  public func with(_ options: Options) -> SuggestionWriter { SuggestionWriter(suggester, options) }

  /// The header row of CSV; nothing for JSON.
  public func header() -> [UInt8] {
    guard options.format == .csv else { return [] }
    let names =
      ["id", "setting", "findings_known", "should_stop"]
      + (1...max(1, options.top)).flatMap { place in
        ["finding", "information_bits", "value", "value_per_cost", "chance_of_change"].map {
          "\($0)_\(place)"
        }
      } + (priorWeight.isEmpty ? [] : ["prior_weight"])
    return Array((names.joined(separator: ",") + "\n").utf8)
  }

  /// The last cell of each row of CSV, where the prior weight is not 1.
  private var priorWeight: String {
    let weight = suggester.scorer.model.priorWeight
    return weight == .full ? "" : ",\(NumberText.plain(weight.value))"
  }

  /// Finds out what is worth asking of each case of a batch, and writes it.
  public func rows(for batch: CaseBatch) -> WrittenRows {
    let scorer = suggester.scorer
    let appraisals = suggester.appraise(batch, posteriors: scorer.score(batch, top: 0))
    return write(
      appraisals.map { found in
        Suggestions(
          found.filter { !options.skipped.contains($0.finding) }, model: scorer.model,
          by: options.order, only: options.sections)
      }, of: batch)
  }

  /// Writes the suggestions for the cases of a batch; places for which a case has no finding stay
  /// empty.
  private func write(_ all: [Suggestions], of batch: CaseBatch) -> WrittenRows {
    let scorer = suggester.scorer
    let priorWeight = priorWeight
    var bytes: [UInt8] = []
    var ends: [Int] = []
    ends.reserveCapacity(batch.count)
    for (index, suggestions) in all.enumerated() {
      let setting = scorer.model.settings[scorer.setting(of: index, in: batch)]
      let known = batch.knownFindingCount(of: index, settingFinding: scorer.model.settingFinding)
      switch options.format {
      case .csv:
        CSVText.append(batch.id(of: index), to: &bytes)
        bytes += Array(",\(setting),\(known),\(suggestions.shouldStop)".utf8)
        for place in 0..<max(1, options.top) {
          append(place < suggestions.appraisals.count ? suggestions.appraisals[place] : nil, &bytes)
        }
        bytes += Array(priorWeight.utf8)
      case .jsonl:
        suggestions.json(
          id: batch.id(of: index), setting: setting, known: known, model: scorer.model,
          top: options.top
        ).append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
      ends.append(bytes.count)
    }
    return WrittenRows(bytes: bytes, ends: ends)
  }

  private func append(_ appraisal: Appraisal?, _ bytes: inout [UInt8]) {
    guard let appraisal else {
      bytes += Array(",,,,,".utf8)
      return
    }
    let numbers = [
      appraisal.information, appraisal.value, appraisal.valuePerCost, appraisal.chanceOfChange,
    ].map { $0.map(NumberText.plain) ?? "" }
    bytes += Array(
      (",\(suggester.scorer.model.findings[appraisal.finding].id)," + numbers.joined(separator: ","))
        .utf8)
  }
}

extension Suggestions {
  /// The suggestions for a case as JSON, with every number unrounded.
  ///
  /// - Parameters:
  ///   - id: The case.
  ///   - setting: Its setting.
  ///   - known: How many of its findings are known.
  ///   - model: The model that the case was scored with.
  ///   - count: How many findings.
  public func json(
    id: String, setting: String, known: Int, model: Model, top count: Int
  ) -> JSONValue {
    .object([
      ("id", .string(id)),
      ("setting", .string(setting)),
      ("findings_known", .integer(known)),
      (
        "suggestions",
        .array(appraisals.prefix(count).map { $0.json(model: model, turn: turn(of: $0)) })
      ),
      (
        "should_stop",
        .object([("value", .boolean(shouldStop)), ("reason", .string(stopReason))])
      ),
      ("model", model.jsonIdentity),
      ("disclaimer", .string(RankingWriter.disclaimer)),
    ])
  }

  /// The suggestions for a case as text.
  public func text(
    id: String, setting: String, known: Int, model: Model, top count: Int
  ) -> String {
    var lines = [
      "case \(TextEncoding.printable(id)), setting \(setting), \(known) findings known",
      "model \(model.titleLine)",
      "",
    ]
    var table = TextTable([
      ("", .right), ("finding", .left), ("bits", .right), ("value", .right), ("burden", .right),
      ("value/cost", .right), ("change", .right), ("what it could change", .left),
    ])
    for (place, appraisal) in appraisals.prefix(count).enumerated() {
      let finding = model.findings[appraisal.finding]
      table.append([
        "\(place + 1)", finding.id, NumberText.fixed(appraisal.information, decimals: 3),
        NumberText.fixed(appraisal.value, decimals: 4),
        finding.burden.map(NumberText.plain) ?? "-",
        appraisal.valuePerCost.map { NumberText.fixed($0, decimals: 2) } ?? "-",
        NumberText.percent(appraisal.chanceOfChange), appraisal.reason(model: model),
      ])
    }
    lines += table.lines
    lines += ["", (shouldStop ? "stop: " : "go on: ") + stopReason]
    lines += [
      "", "Value and burden are in the units of the loss table; each finding is looked at alone.",
      "", RankingWriter.disclaimer,
    ]
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }
}

extension Appraisal {
  /// The appraisal as JSON.
  ///
  /// - Parameter turn: Whose turn it is, in an order that has turns.
  package func json(model: Model, turn: Turn? = nil) -> JSONValue {
    let finding = model.findings[finding]
    let members: [(key: String, value: JSONValue)] = [
      ("finding", .string(finding.id)),
      ("information_bits", .number(information)),
      ("value", .number(value)),
      ("value_per_cost", .optional(valuePerCost)),
      ("chance_of_change", .number(chanceOfChange)),
      ("reason", .string(reason(model: model))),
      ("section", .string(finding.section)),
      ("question", .string(finding.question)),
      ("burden", .optional(finding.burden)),
      ("weight", .number(finding.weight)),
      (
        "changes",
        .array(
          changes.map { answer in
            .object([
              ("state", .string(finding.states[answer.state])),
              ("probability", .number(answer.probability)),
              ("leading_cause", .string(model.causes[answer.leader].id)),
              ("urgency", .string(answer.urgency.rawValue)),
              ("action", .string(answer.action.rawValue)),
            ])
          })
      ),
      ("kind", .string(finding.kind.rawValue)),
      ("unit", .string(finding.unit)),
      ("states", .array(finding.states.map(JSONValue.string))),
      ("edges", .array(finding.edges.map(JSONValue.number))),
      ("minimum", .optional(finding.range?.lowerBound)),
      ("maximum", .optional(finding.range?.upperBound)),
    ]
    return .object(members + (turn.map { [("turn", .string($0.rawValue))] } ?? []))
  }
}
