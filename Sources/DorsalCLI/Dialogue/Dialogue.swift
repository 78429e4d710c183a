import Dorsal

/// A dialogue about one case: what is known so far, and what to ask next.
///
/// It speaks on standard error and listens on standard input.
struct Dialogue {
  /// What can be said besides an answer.
  static let commands =
    "undo takes the last answer back, why tells what the question is for, quit ends."
  /// What can be said where danger signs are asked for.
  private static let noOthers = "no others"

  /// Something that was answered, with a state or with `?`.
  struct Answer: Equatable {
    let finding: Int
    let code: UInt8
    /// How a case file has it.
    let text: String

    /// A finding that was asked for in vain.
    static func unknown(_ finding: Int) -> Answer {
      Answer(finding: finding, code: CaseBatch.unknown, text: "")
    }

    /// A state of a finding.
    static func state(_ state: Int, of finding: Int, in model: Model) -> Answer {
      Answer(
        finding: finding, code: UInt8(state + 1), text: model.findings[finding].states[state])
    }
  }

  private let id: String
  private let setting: Int
  private let scorer: Scorer
  private let suggester: Suggester
  private let triage: Triage
  private let order: Suggestions.Order
  private let sections: [String]?
  private let top: Int
  /// What was known before the first question.
  private let given: [Answer]
  /// What was answered at each prompt.
  private var steps: [[Answer]] = []

  /// Prepares a dialogue.
  ///
  /// - Parameter given: What is known before the first question; it cannot be taken back.
  init(
    id: String, setting: Int, given: [Answer], scorer: Scorer, order: Suggestions.Order,
    sections: [String]?, top: Int
  ) {
    self.given = given
    (self.id, self.setting, self.scorer) = (id, setting, scorer)
    (self.order, self.sections, self.top) = (order, sections, top)
    suggester = Suggester(scorer: scorer)
    triage = Triage(scorer: scorer)
  }

  private var model: Model { scorer.model }

  private var answers: [Answer] { given + steps.joined() }

  /// The findings that are known, in the order in which they were told.
  var known: [Int] { answers.filter { $0.code != CaseBatch.unknown }.map(\.finding) }

  /// The case as columns of a case file and their cells, in the order of the model.
  var values: [(column: String, text: String)] {
    let answers = answers.filter { $0.code != CaseBatch.unknown }.sorted { $0.finding < $1.finding }
    return [(model.findings[model.settingFinding].id, model.settings[setting])]
      + answers.map { (model.findings[$0.finding].id, $0.text) }
  }

  /// The explanation of the case as text.
  var explanation: String {
    Explainer(scorer: scorer, triage: triage, suggester: suggester).explain(0, of: batch())
      .text(model: model, top: top)
  }

  /// The case, with further codes in place of unknown.
  private func batch(with others: [(finding: Int, code: UInt8)] = []) -> CaseBatch {
    batch(of: answers, with: others)
  }

  private func batch(
    of answers: [Answer], with others: [(finding: Int, code: UInt8)] = []
  ) -> CaseBatch {
    var codes = [UInt8](repeating: CaseBatch.unknown, count: model.findings.count)
    codes[model.settingFinding] = UInt8(setting + 1)
    for answer in answers { codes[answer.finding] = answer.code }
    for (finding, code) in others { codes[finding] = code }
    var batch = CaseBatch(model: model)
    batch.append(id: id.utf8, codes: codes)
    return batch
  }

  /// Asks until everything is known that may be asked for, the user quits, or the input ends.
  mutating func run() {
    say("Answer with a state or its number, or ? where it is not known. \(Self.commands)\n")
    if !known.isEmpty {
      say("\n")
      show(from: batch(of: []))
    }
    var hasTold = false
    var turn: Turn?
    while true {
      let suggestions = suggestions
      guard let next = suggestions.appraisals.first else {
        say("\nThere is nothing more to ask.\n")
        return
      }
      let now = suggestions.turn(of: next)
      let dangers = suggestions.appraisals.filter { suggestions.turn(of: $0) == .dangerSign }
      if now == .dangerSign, now != turn { announce(dangers) }
      turn = now
      // What is asked first, and danger signs, are asked whatever they are worth.
      let mayStop = suggestions.shouldStop && now != .first && now != .dangerSign
      if mayStop, !hasTold {
        say("\nYou could stop here: \(suggestions.stopReason).\n")
      }
      hasTold = mayStop
      guard ask(next, dangers: now == .dangerSign ? dangers : []) else { return }
    }
  }

  /// What may still be asked for, the next in front.
  private var suggestions: Suggestions {
    let case_ = batch()
    let asked = Set(answers.map(\.finding))
    let appraisals = suggester.appraise(case_, posteriors: scorer.score(case_))[0]
      .filter { !asked.contains($0.finding) }
    return Suggestions(appraisals, model: model, by: order, only: sections)
  }

  private func announce(_ dangers: [Appraisal]) {
    let names = dangers.map { model.findings[$0.finding].id }.joined(separator: ", ")
    say(
      "\nDanger signs: \(names).\n\(Self.noOthers) says of all that are left that they are absent.\n"
    )
  }

  /// Asks for a finding until there is an answer.
  ///
  /// - Parameter dangers: The danger signs that are left, where it is one of them.
  /// - Returns: Whether to go on.
  private mutating func ask(_ appraisal: Appraisal, dangers: [Appraisal]) -> Bool {
    let finding = model.findings[appraisal.finding]
    say("\n\(finding.question) (\(finding.id))\n\(Self.choices(finding))")
    while true {
      say("> ")
      guard let line = readLine() else {
        say("\nThe input has ended.\n")
        return false
      }
      switch Reply(line, to: finding) {
      case .state(let code, let text):
        take([Answer(finding: appraisal.finding, code: code, text: text)])
        return true
      case .unknown:
        steps.append([.unknown(appraisal.finding)])
        return true
      case .undo:
        guard let last = steps.popLast() else {
          say("There is nothing to take back.\n")
          continue
        }
        say("Took back \(last.map { model.findings[$0.finding].id }.joined(separator: ", ")).\n")
        return true
      case .noOthers where !dangers.isEmpty:
        take(
          dangers.compactMap { danger in
            model.findings[danger.finding].absence.map {
              .state($0, of: danger.finding, in: model)
            }
          })
        return true
      case .noOthers: say("\(Self.noOthers) is for danger signs; this is none\n")
      case .why: say(reason(of: appraisal))
      case .help: say("\(finding.id): \(Self.choices(finding))\(Self.commands)\n")
      case .quit: return false
      case .notUnderstood(let reason): say("\(reason)\n")
      }
    }
  }

  private static func choices(_ finding: Finding) -> String {
    switch finding.kind {
    case .number: "  \(FindingDecoder(finding).expected)\n"
    case .binary: "  1 yes, 0 no\n"
    case .category:
      finding.states.enumerated().map { "  \($0 + 1) \($1)\n" }.joined()
    }
  }

  /// Takes answers and shows how the ranking moved.
  private mutating func take(_ answers: [Answer]) {
    let before = batch()
    steps.append(answers)
    show(from: before)
  }

  /// Shows how the ranking has moved from what it was with less.
  private func show(from earlier: CaseBatch) {
    let before = scorer.score(earlier)
    let case_ = batch()
    let after = scorer.score(case_)
    let places = before.ranking(of: 0).map(\.cause)
    var table = TextTable([
      ("", .right), ("cause", .left), ("before", .right), ("now", .right), ("place", .left),
    ])
    for (place, ranked) in after.ranking(of: 0, top: top).enumerated() {
      let old = places.firstIndex(of: ranked.cause) ?? place
      let move = old == place ? "" : old > place ? "up from \(old + 1)" : "down from \(old + 1)"
      table.append([
        "\(place + 1)", model.causes[ranked.cause].id,
        NumberText.percent(Double(before.probability(case: 0, cause: ranked.cause))),
        NumberText.percent(Double(ranked.probability)), move,
      ])
    }
    let urgency = triage.assess(case_, posteriors: after).urgency(of: 0)
    say(table.lines.joined(separator: "\n") + "\nurgency: \(urgency.rawValue)\n")
  }

  /// What a question is for: what each answer would do.
  private func reason(of appraisal: Appraisal) -> String {
    let finding = model.findings[appraisal.finding]
    let now = scorer.score(batch())
    let first = model.likelihoodTable.firstStateRow[appraisal.finding]
    var table = TextTable([
      ("answer", .left), ("chance", .right), ("then first", .left), ("with", .right),
      ("urgency", .left),
    ])
    for (state, name) in finding.states.enumerated() {
      let chance = model.causes.indices.reduce(0.0) { sum, cause in
        sum
          + Double(now.probability(case: 0, cause: cause))
          * model.likelihoodTable.probability(stateRow: first + state, cause: cause)
      }
      let then = batch(with: [(appraisal.finding, UInt8(state + 1))])
      let posteriors = scorer.score(then)
      let leading = posteriors.ranking(of: 0, top: 1)[0]
      table.append([
        name, NumberText.percent(chance), model.causes[leading.cause].id,
        NumberText.percent(Double(leading.probability)),
        triage.assess(then, posteriors: posteriors).urgency(of: 0).rawValue,
      ])
    }
    let worth =
      "\(NumberText.fixed(appraisal.information, decimals: 3)) bits; expected to save "
      + "\(NumberText.fixed(appraisal.value, decimals: 4))"
      + (finding.burden.map { ", costs \(NumberText.plain($0))" } ?? "")
    return worth + "; \(appraisal.reason(model: model))\n"
      + table.lines.joined(separator: "\n") + "\n"
  }

  private func say(_ text: String) { StandardError.write(text) }
}
