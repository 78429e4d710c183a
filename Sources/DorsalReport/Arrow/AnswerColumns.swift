package import DorsalCore
internal import DorsalNumerics

/// What was found out of cases as columns, for files of Arrow and for whoever takes its memory.
package struct AnswerColumns: Sendable {
  private let answering: Answering
  private let texts: AnswerTexts
  /// Whether there are the columns that only a file has: the reason of the urgency, the share of
  /// known findings, the weight of the priors.
  private let isOfFile: Bool

  /// Prepares the columns of answers; coexisting causes have none.
  package init(_ answering: Answering, isOfFile: Bool) {
    self.answering = answering
    self.isOfFile = isOfFile
    texts = AnswerTexts(answering)
  }

  /// The model of the answers.
  package var model: Model { answering.scorer.model }

  /// The columns of no case: their names and types.
  package var ofNoCase: [AnswerColumn] { columns(of: CaseBatch(model: model)) }

  /// The columns of the answers to a batch.
  ///
  /// - Complexity: that of the answers.
  package func columns(of batch: CaseBatch) -> [AnswerColumn] {
    let answers = answering.answers(for: batch)
    let cases = 0..<batch.count
    let known = answers.assessment.knownFindingCounts
    let reasons = answers.reasons.map { texts.reasons[Int($0)] }
    var columns = [
      AnswerColumn(name: "id", values: Self.texts(cases) { batch.idBytes(of: $0) }),
      AnswerColumn(
        name: "setting",
        values: Self.texts(cases) { texts.settingBytes[Int(answers.settings[$0])][...] }),
      AnswerColumn(
        name: "urgency", values: .texts(AnswerColumn.Texts(reasons.map(\.urgency.rawValue)))),
    ]
    if isOfFile {
      columns.append(
        AnswerColumn(
          name: "urgency_reason", values: .texts(AnswerColumn.Texts(reasons.map(\.text)))))
    }
    columns.append(AnswerColumn(name: "findings_known", values: .integers(known)))
    if isOfFile {
      columns.append(
        AnswerColumn(
          name: "known_share",
          values: .doubles(known.map { Double($0) / Double(max(1, model.findings.count - 1)) })))
    }
    columns += answering.parts.isOfAllCauses ? allCauses(answers) : leadingCauses(answers)
    if let groups = answers.groups {
      for (place, group) in model.groups.enumerated() {
        columns.append(
          AnswerColumn(
            name: "group_" + group,
            values: .floats(cases.map { index in Self.value(groups.row(index), place) })))
      }
    }
    if let sets = answers.sets {
      columns.append(
        AnswerColumn(name: "set", values: Self.lists(sets.map { $0.map { texts.causeBytes[$0] } })))
    }
    if let outlooks = answers.outlooks { columns += self.outlooks(outlooks) }
    if let misfits = answers.misfits {
      for (name, value) in [("misfit", \Misfit.Assessment.score), ("misfit_share", \.share)] {
        columns.append(
          AnswerColumn(
            name: name, values: .doubles(misfits.map { $0[keyPath: value] ?? 0 }),
            nulls: misfits.map { $0[keyPath: value] == nil }))
      }
    }
    if isOfFile, model.priorWeight != .full {
      columns.append(
        AnswerColumn(
          name: "prior_weight", values: .doubles(cases.map { _ in model.priorWeight.value })))
    }
    return columns
  }

  private func leadingCauses(_ answers: BatchAnswers) -> [AnswerColumn] {
    let leading = answers.posteriors.leading(top: answering.top)
    let top = min(answering.top, model.causes.count)
    let cases = 0..<answers.count
    return (0..<top).flatMap { place in
      var columns = [
        AnswerColumn(
          name: "cause_\(place + 1)",
          values: Self.texts(cases) {
            texts.causeBytes[Int(leading.columns[$0 * top + place])][...]
          }),
        AnswerColumn(
          name: "probability_\(place + 1)",
          values: .floats(cases.map { leading.probabilities[$0 * top + place] })),
      ]
      if case .ofLeading(let lower, let upper) = answers.limits {
        columns += [("lower", lower), ("upper", upper)].map { name, values in
          AnswerColumn(
            name: "\(name)_\(place + 1)", values: .floats(cases.map { values[$0 * top + place] }))
        }
      }
      return columns
    }
  }

  private func allCauses(_ answers: BatchAnswers) -> [AnswerColumn] {
    let cases = 0..<answers.count
    var columns = model.causes.enumerated().map { cause, name in
      AnswerColumn(
        name: "p_" + name.id,
        values: .floats(cases.map { answers.posteriors.probability(case: $0, cause: cause) }))
    }
    if case .ofAll(let intervals) = answers.limits {
      for (cause, name) in model.causes.enumerated() {
        columns += [("lower_", \CredibleInterval.lower), ("upper_", \.upper)].map { prefix, limit in
          AnswerColumn(
            name: prefix + name.id,
            values: .floats(cases.map { intervals[$0][cause][keyPath: limit] }))
        }
      }
    }
    return columns
  }

  private func outlooks(_ outlooks: [Robustness.Outlook]) -> [AnswerColumn] {
    [
      AnswerColumn(
        name: "could_lead",
        values: Self.lists(outlooks.map { $0.couldLead.map { texts.causeBytes[$0.cause] } })),
      AnswerColumn(
        name: "leader_lowest", values: .floats(outlooks.map { Float($0.leader.lowest) })),
      AnswerColumn(
        name: "leader_highest", values: .floats(outlooks.map { Float($0.leader.highest) })),
      AnswerColumn(
        name: "highest_urgency",
        values: .texts(AnswerColumn.Texts(outlooks.map(\.highestUrgency.rawValue)))),
      AnswerColumn(
        name: "fewest_to_overturn",
        values: .integers(outlooks.map { Int32($0.fewestToOverturn?.answers.count ?? 0) }),
        nulls: outlooks.map { $0.fewestToOverturn == nil }),
      AnswerColumn(
        name: "robustness_method",
        values: .texts(AnswerColumn.Texts(outlooks.map(\.method.rawValue)))),
    ]
  }

  private static func texts(
    _ cases: Range<Int>, _ text: (Int) -> ArraySlice<UInt8>
  ) -> AnswerColumn.Values {
    var texts = AnswerColumn.Texts()
    for index in cases { texts.append(text(index)) }
    return .texts(texts)
  }

  private static func lists(_ lists: [[[UInt8]]]) -> AnswerColumn.Values {
    var (ends, texts) = ([Int32](), AnswerColumn.Texts())
    for list in lists {
      for text in list { texts.append(text) }
      ends.append(Int32(texts.ends.count))
    }
    return .lists(ends: ends, texts)
  }

  private static func value(_ row: ArraySlice<Float>, _ place: Int) -> Float {
    row[row.startIndex + place]
  }
}
