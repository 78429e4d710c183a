package import DorsalCore

/// The assumed numbers of a model that answers hang on most.
package struct GapListing {
  private let model: Model
  private let caseCount: Int
  private let assumedCount: Int
  private let entries: [NumberInfluence.Entry]

  /// Lists assumed numbers by their influence on some cases.
  ///
  /// - Parameters:
  ///   - batch: The cases to look at.
  ///   - scorer: The scorer whose answers are asked about.
  ///   - count: How many numbers to list.
  package init(for batch: CaseBatch, scorer: Scorer, top count: Int) {
    model = scorer.model
    caseCount = batch.count
    let influence = NumberInfluence(of: .assumed, for: batch, scorer: scorer)
    assumedCount = influence.entries.count
    entries = Array(influence.entries.prefix(count))
  }

  /// The list as an aligned table.
  package var text: String {
    var table = TextTable([
      ("influence", .right), ("finding", .left), ("state", .left), ("cause", .left),
      ("probability", .right), ("effective n", .right), ("note", .left),
    ])
    for entry in entries {
      let row = entry.likelihood
      table.append([
        NumberText.fixed(entry.influence, decimals: 3), model.findings[row.finding].id,
        model.findings[row.finding].states[row.state], causeID(row),
        "\(row.evidence.probability)",
        NumberText.fixed(row.evidence.effectiveN, decimals: 0), row.evidence.note,
      ])
    }
    let heading = [
      "\(assumedCount) assumed likelihoods; the most influential on \(caseCount) cases first",
      "influence: posterior moved by a nat of the number's logarithm, summed over the cases", "",
    ]
    return TextEncoding.printableLines(
      (heading + table.lines).joined(separator: "\n") + "\n")
  }

  private func causeID(_ row: Likelihood) -> String {
    row.cause.map { model.causes[$0].id } ?? "*"
  }

  /// The list as JSON.
  package var json: JSONValue {
    .object([
      ("assumed", .integer(assumedCount)),
      ("cases", .integer(caseCount)),
      (
        "numbers",
        .array(
          entries.map { entry in
            let row = entry.likelihood
            return .object([
              ("finding", .string(model.findings[row.finding].id)),
              ("state", .string(model.findings[row.finding].states[row.state])),
              ("cause", .string(causeID(row))), ("influence", .number(entry.influence)),
              ("probability", .number(row.evidence.probability)),
              ("effective_n", .number(row.evidence.effectiveN)),
              ("note", .string(row.evidence.note)),
            ])
          })
      ),
      ("model", model.jsonIdentity),
    ])
  }
}
