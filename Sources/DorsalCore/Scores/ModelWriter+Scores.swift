// The tables of scores.
extension ModelWriter {
  /// `inputs.csv`.
  static func inputs(_ inputs: [Finding]) -> [UInt8] {
    csv(
      .inputs,
      inputs.map { input in
        [
          input.id, input.kind.rawValue, input.unit, "", input.states.joined(separator: ";"),
          input.range.map { number($0.lowerBound) } ?? "",
          input.range.map { number($0.upperBound) } ?? "", input.question,
        ]
      })
  }

  /// `scores.csv`.
  static func scores(_ scores: [ClinicalScore]) -> [UInt8] {
    csv(
      .scores,
      scores.map { score in
        [
          score.id, score.kind.rawValue, score.role.rawValue, score.label,
          score.key.joined(separator: ";"), score.population, score.purpose, score.notFor,
          score.sources.joined(separator: ";"), score.seen.rawValue, score.note,
        ]
      })
  }

  /// `score_items.csv`.
  static func scoreItems(_ model: Model) -> [UInt8] {
    var rows: [[String]] = []
    for score in model.scores {
      for item in score.items {
        for option in item.options + [item.otherwise].compactMap({ $0 }) {
          let outcome = [
            option.band == nil ? ScoreSyntax.text(ofHundredths: option.hundredths) : "",
            option.band.map { score.bands[$0].id } ?? "", item.label,
          ]
          let start = [score.id, item.id, item.ruleText, option.id]
          if option.conditions.isEmpty { rows.append(start + ["*", ""] + outcome + [option.note]) }
          for condition in option.conditions {
            rows.append(
              start + [model.name(of: condition.subject), condition.text] + outcome
                + [condition.note])
          }
        }
      }
    }
    return csv(.scoreItems, rows)
  }

  /// `score_bands.csv`.
  static func scoreBands(_ scores: [ClinicalScore]) -> [UInt8] {
    csv(
      .scoreBands,
      scores.flatMap { score in
        score.bands.map { band in
          [
            score.id, band.id,
            band.hundredths.map { ScoreSyntax.text(ofHundredths: $0.lowerBound) } ?? "",
            band.hundredths.map { ScoreSyntax.text(ofHundredths: $0.upperBound) } ?? "",
            band.label, band.meaning, band.sources.joined(separator: ";"), band.note,
          ]
        }
      })
  }
}

extension Model {
  /// The id of what a condition of a score looks at.
  public func name(of subject: ClinicalScore.Subject) -> String {
    switch subject {
    case .finding(let index): findings[index].id
    case .input(let index): inputs[index].id
    case .score(let index): scores[index].id
    }
  }
}
