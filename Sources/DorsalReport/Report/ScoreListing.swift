package import DorsalCore

/// The table of a score: its items with their points, its bands, and whom it is for.
package struct ScoreListing {
  private let score: ClinicalScore
  private let model: Model

  /// The score of an id; nothing where the model has none.
  package init?(id: String, model: Model) {
    guard let score = model.scores.first(where: { $0.id == id }) else { return nil }
    (self.score, self.model) = (score, model)
  }

  private var isTable: Bool { score.kind == .table }

  /// The conditions of an option in words.
  private func words(_ option: ClinicalScore.Option) -> String {
    if option.conditions.isEmpty { return "otherwise" }
    return option.conditions.map { condition in
      let text = condition.text.replacing("|", with: " or ")
      return model.name(of: condition.subject) + " " + text
    }.joined(separator: " and ")
  }

  /// The rows of the items: item, rule, condition, and points or band.
  private var rows: [[String]] {
    score.items.flatMap { item in
      (item.options + [item.otherwise].compactMap { $0 }).enumerated().map { place, option in
        [
          place == 0 ? item.label : "", place == 0 ? item.ruleWords : "", words(option),
          option.band.map { score.bands[$0].id } ?? NumberText.plain(option.points),
        ]
      }
    }
  }

  /// The table for terminals.
  package var text: String {
    var items = TextTable([
      (isTable ? "rule" : "item", .left), ("how", .left), ("condition", .left),
      (isTable ? "band" : "points", isTable ? .left : .right),
    ])
    for row in rows { items.append(row) }
    var bands = TextTable([
      ("band", .left), ("points", .left), ("label", .left), ("meaning", .left),
    ])
    for band in score.bands {
      bands.append([band.id, band.pointsText, band.label, band.meaning])
    }
    var lines = [
      "\(score.label) (\(score.id))", "for: \(score.population)", "answers: \(score.purpose)",
      "limits: \(score.notFor)",
    ]
    lines.append("\(score.seen.words)" + (score.note.isEmpty ? "" : ": \(score.note)"))
    for key in score.sources {
      lines.append("source: \(key), \(model.sources[key]?.citation ?? "")")
    }
    lines += [""] + items.lines + [""] + bands.lines
    return TextEncoding.printableLines(lines.joined(separator: "\n") + "\n")
  }

  /// The same as JSON.
  package var json: JSONValue {
    .object([
      ("score", .string(score.id)), ("label", .string(score.label)),
      ("kind", .string(score.kind.rawValue)), ("role", .string(score.role.rawValue)),
      ("key", .array(score.key.map(JSONValue.string))),
      ("population", .string(score.population)), ("purpose", .string(score.purpose)),
      ("not_for", .string(score.notFor)),
      ("sources", .array(score.sources.map(JSONValue.string))),
      ("seen", .string(score.seen.rawValue)), ("note", .string(score.note)),
      ("items", .array(score.items.map(json))),
      (
        "bands",
        .array(
          score.bands.map { band in
            .object([
              ("band", .string(band.id)), ("least", .optional(band.points?.lowerBound)),
              ("greatest", .optional(band.points?.upperBound)), ("label", .string(band.label)),
              ("meaning", .string(band.meaning)),
              ("sources", .array(band.sources.map(JSONValue.string))),
            ])
          })
      ),
    ])
  }

  private func json(_ item: ClinicalScore.Item) -> JSONValue {
    let options = item.options + [item.otherwise].compactMap { $0 }
    return .object([
      ("item", .string(item.id)), ("label", .string(item.label)),
      ("how", .string(item.ruleWords)),
      (
        "options",
        .array(
          options.map { option in
            .object([
              (
                "conditions",
                .array(
                  option.conditions.map { condition in
                    .object([
                      ("finding", .string(model.name(of: condition.subject))),
                      ("state", .string(condition.text)),
                    ])
                  })
              ),
              ("points", isTable ? .null : .number(option.points)),
              ("band", option.band.map { .string(score.bands[$0].id) } ?? .null),
            ])
          })
      ),
    ])
  }
}

extension ClinicalScore.Item {
  /// How options make the points, in words; empty where there is one.
  fileprivate var ruleWords: String {
    // Of one finding one state holds.
    if Set(options.map { $0.conditions.map(\.subject) }).count < 2 { return "" }
    switch rule {
    case .highest: return "the highest"
    case .any: return "any"
    case .atLeast(let count): return "\(count) of \(options.count)"
    case .sum(let limit):
      return "added" + (limit.map { ", at most \(NumberText.plain(Double($0) / 100))" } ?? "")
    case .first: return "the first known"
    }
  }
}

extension ClinicalScore.Band {
  /// The points in words; empty in a decision table.
  fileprivate var pointsText: String {
    points.map { points in
      let least = NumberText.plain(points.lowerBound)
      return points.lowerBound == points.upperBound
        ? least : least + " to " + NumberText.plain(points.upperBound)
    } ?? ""
  }
}
