public import DorsalCore
internal import DorsalNumerics

/// How answers are put into Arrow.
public struct ArrowForm: Sendable {
  /// How columns are packed.
  public enum Packing: String, Sendable, CaseIterable {
    /// As they are.
    case none
    /// By LZ4: less packed and fast.
    case lz4
    /// By zstd.
    case zstd
  }

  /// Whether it is a file, which lists where its batches stand, and not a stream.
  public var isFile = false
  /// How columns are packed.
  public var packing = Packing.none

  /// A stream that is not packed.
  public init() {}
}

/// The ranked causes of each case as columns of Arrow: a batch for each block of cases.
///
/// Names and types are those of the interface for C, with the reason of the urgency and the share
/// of known findings besides; probabilities are not rounded.
public struct ArrowRankingRows: CaseRows {
  private let answering: Answering
  private let texts: AnswerTexts
  private let isFile: Bool
  private let message: ArrowMessage

  /// Prepares the columns of a scorer's answers.
  ///
  /// - Parameters:
  ///   - scorer: The scorer.
  ///   - parts: What to find out of each case; coexisting causes have no columns here.
  ///   - form: How they are put into Arrow.
  public init(scorer: Scorer, parts: AnswerParts = AnswerParts(), form: ArrowForm = ArrowForm()) {
    precondition(parts.coexistence == nil, "coexisting causes have no columns in Arrow")
    answering = Answering(scorer: scorer, parts: parts)
    texts = AnswerTexts(answering)
    isFile = form.isFile
    let packing: PackedBuffer.Format? =
      switch form.packing {
      case .none: nil
      case .lz4: .lz4
      case .zstd: .zstd
      }
    message = ArrowMessage(packing: packing)
  }

  private var model: Model { answering.scorer.model }

  /// A batch cannot be cut behind: whoever leaves rows out answers the others again.
  public var hasSeparateRows: Bool { false }

  private var noColumns: [AnswerColumn] { columns(of: CaseBatch(model: model)) }

  private var notes: [(String, String)] {
    [("model", model.jsonIdentity.text), ("disclaimer", RankingWriter.disclaimer)]
  }

  /// The schema, behind the beginning of a file where it is one.
  public func header() -> [UInt8] {
    (isFile ? ArrowMessage.magic : []) + ArrowMessage.schema(noColumns, notes: notes)
  }

  /// The end of the stream, and the list of batches of a file.
  public func ending(after pieces: [Int]) -> [UInt8] {
    guard isFile, let start = pieces.first else { return ArrowMessage.end }
    return message.footer(
      noColumns, notes: notes, start: start, lengths: Array(pieces.dropFirst()))
  }

  /// Answers the cases of a batch and puts them into columns; nothing where there are none.
  public func rows(for batch: CaseBatch) -> WrittenRows {
    WrittenRows(bytes: batch.count == 0 ? [] : message.batch(columns(of: batch)), ends: [])
  }

  private func columns(of batch: CaseBatch) -> [AnswerColumn] {
    let answers = answering.answers(for: batch)
    let cases = 0..<batch.count
    let known = answers.assessment.knownFindingCounts
    let reasons = cases.map { texts.reasons[Int(answers.reasons[$0])] }
    var columns = [
      AnswerColumn(name: "id", values: Self.texts(cases.map { Array(batch.idBytes(of: $0)) })),
      AnswerColumn(
        name: "setting",
        values: Self.texts(cases.map { texts.settingBytes[Int(answers.settings[$0])] })),
      AnswerColumn(
        name: "urgency", values: Self.texts(reasons.map { Array($0.urgency.rawValue.utf8) })),
      AnswerColumn(name: "urgency_reason", values: Self.texts(reasons.map { Array($0.text.utf8) })),
      AnswerColumn(name: "findings_known", values: .integers(known)),
      AnswerColumn(
        name: "known_share",
        values: .doubles(
          known.map { Double($0) / Double(max(1, model.findings.count - 1)) })),
    ]
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
    if model.priorWeight != .full {
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
          values: Self.texts(
            cases.map { texts.causeBytes[Int(leading.columns[$0 * top + place])] })),
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
        values: Self.texts(outlooks.map { Array($0.highestUrgency.rawValue.utf8) })),
      AnswerColumn(
        name: "fewest_to_overturn",
        values: .integers(outlooks.map { Int32($0.fewestToOverturn?.answers.count ?? 0) }),
        nulls: outlooks.map { $0.fewestToOverturn == nil }),
      AnswerColumn(
        name: "robustness_method",
        values: Self.texts(outlooks.map { Array($0.method.rawValue.utf8) })),
    ]
  }

  private static func texts(_ texts: [[UInt8]]) -> AnswerColumn.Values {
    .texts(AnswerColumn.Texts(texts))
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
