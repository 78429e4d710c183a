public import DorsalCore

/// What diaries came to: the findings with the entries behind them, and how the ranking moved.
public struct DiaryReport: Sendable {
  private let cases: DiaryCases
  private let scorer: Scorer
  private let top: Int
  private let posteriors: Posteriors
  private let assessment: Triage.Assessment

  /// Scores the cases of diaries.
  ///
  /// - Parameters:
  ///   - cases: The cases.
  ///   - scorer: The scorer of the model that they were derived for.
  ///   - top: How many leading causes.
  public init(_ cases: DiaryCases, scorer: Scorer, top: Int) {
    self.cases = cases
    self.scorer = scorer
    self.top = max(1, top)
    posteriors = scorer.score(cases.batch)
    assessment = Triage(scorer: scorer).assess(cases.batch, posteriors: posteriors)
  }

  private func known(_ index: Int) -> Int {
    cases.batch.knownFindingCount(of: index, settingFinding: scorer.model.settingFinding)
  }

  /// A line for each case: until when, how many entries, what is known, the trend, the urgency
  /// and the leading causes; and below them the model.
  public var text: String {
    var table = TextTable(
      [
        ("case", .left), ("until", .left), ("entries", .right), ("findings", .right),
        ("pain a week", .left), ("urgency", .left), ("leading causes", .left),
      ])
    for (index, item) in cases.items.enumerated() {
      let slope = item.findings.compactMap(\.slope).first
      let leading = posteriors.ranking(of: index, top: top).map { ranked in
        scorer.model.causes[ranked.cause].id + " "
          + NumberText.percent(Double(ranked.probability))
      }
      table.append([
        item.id, item.diary.entries[item.diary.entries.count - 1].date.text,
        "\(item.diary.entries.count)", "\(known(index))",
        slope.map {
          "\(NumberText.fixed($0.slope, decimals: 2)) "
            + "(\(NumberText.fixed($0.lower, decimals: 2)) to "
            + "\(NumberText.fixed($0.upper, decimals: 2)))"
        } ?? "", assessment.urgency(of: index).rawValue, leading.joined(separator: ", "),
      ])
    }
    return TextEncoding.printableLines(
      (table.lines
        + ["", "model \(scorer.model.titleLine)", "", RankingWriter.disclaimer])
        .joined(separator: "\n") + "\n")
  }

  /// The same, with every finding and the entries it rests on.
  public var json: JSONValue {
    .object([
      ("model", scorer.model.jsonIdentity),
      ("cases", .array(cases.items.indices.map(json(of:)))),
      ("disclaimer", .string(RankingWriter.disclaimer)),
    ])
  }

  private func json(of index: Int) -> JSONValue {
    let item = cases.items[index]
    let entries = item.diary.entries
    var members: [(key: String, value: JSONValue)] = [
      ("id", .string(item.id)), ("patient", .string(item.diary.patient)),
    ]
    if let week = item.week { members.append(("week", .integer(week))) }
    members += [
      ("first_entry", .string(entries[0].when)),
      ("last_entry", .string(entries[entries.count - 1].when)),
      ("entries", .integer(entries.count)),
      ("findings", .array(item.findings.map { json(of: $0, in: item.diary) })),
      ("findings_known", .integer(known(index))),
      (
        "ranking",
        .array(
          posteriors.ranking(of: index, top: top).map { ranked in
            .object([
              ("cause", .string(scorer.model.causes[ranked.cause].id)),
              ("probability", .number(Double(ranked.probability))),
            ])
          })
      ), ("urgency", .string(assessment.urgency(of: index).rawValue)),
    ]
    return .object(members)
  }

  private func json(of derived: DerivedFinding, in diary: Diary) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("finding", .string(derived.finding)),
      (
        "value",
        {
          switch derived.value {
          case .number(let number): .number(number)
          case .state(let state): .string(state)
          }
        }()
      ), ("rule", .string(derived.rule.rawValue)), ("reason", .string(derived.reason)),
    ]
    if let slope = derived.slope {
      members += [
        ("points_per_week", .number(slope.slope)), ("lower", .number(slope.lower)),
        ("upper", .number(slope.upper)),
      ]
    }
    if let newSince = derived.newSince {
      members.append(("new_since", .string(diary.entries[newSince].date.text)))
    }
    members.append(
      (
        "entries",
        .array(
          derived.entries.map { index in
            let entry = diary.entries[index]
            return .object([
              ("line", .integer(entry.line)), ("when", .string(entry.when)),
              ("pain", .number(entry.pain)),
            ])
          })
      ))
    return .object(members)
  }
}

extension DiaryRule {
  /// The rules and the words of a diary, for people.
  public static var allText: String {
    let activities = DiaryActivity.allCases.map(\.rawValue).joined(separator: ", ")
    let symptoms = DiarySymptom.all.map { symptom in
      symptom.id == symptom.finding
        ? symptom.id : "\(symptom.id) (\(symptom.finding) = \(symptom.state))"
    }
    return allCases.map { $0.text }.joined(separator: "\n\n")
      + "\n\nactivities: \(activities)\n\nsymptoms, or none: "
      + symptoms.joined(separator: ", ") + "\n"
  }
}
