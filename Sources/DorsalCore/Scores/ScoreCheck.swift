/// What can be wrong with scores whose rows are right each by itself: circles, bands that do not fit
/// the points, keys that nothing asks for.
struct ScoreCheck {
  let scores: [ClinicalScore]
  let inputs: [Finding]
  let findings: [Finding]
  let drafts: [[ScoreItemReader.Draft]]
  var heads: ModelTable
  var items: ModelTable
  var bands: ModelTable

  /// Checks the scores.
  ///
  /// - Returns: The scores, prepared, where nothing was found.
  mutating func run() -> ScoreProgram? {
    for (index, score) in scores.enumerated() {
      if score.items.isEmpty {
        heads.fault(index, "id", "\"\(score.id)\" has no items; expected rows in score_items.csv")
      }
      if score.bands.isEmpty {
        heads.fault(index, "id", "\"\(score.id)\" has no bands; expected rows in score_bands.csv")
      }
    }
    findCircles()
    guard heads.faults.isEmpty, items.faults.isEmpty else { return nil }
    let program: ScoreProgram
    do throws(ScoreProgram.Fault) {
      program = try ScoreProgram(scores, findings: findings, inputs: inputs)
    } catch {
      let draft = drafts[error.score][error.item ?? 0]
      items.fault(draft.row, "item", error.message)
      return nil
    }
    for index in scores.indices {
      checkBands(of: index, program)
      let asked = program.scores[index].inputs.map { program.regions.findings[$0].id }
      for name in scores[index].key where !asked.contains(name) {
        heads.fault(index, "key", "no item of \"\(scores[index].id)\" asks for \"\(name)\"")
      }
    }
    return heads.faults.isEmpty && bands.faults.isEmpty ? program : nil
  }

  /// Scores must not look at themselves, through whatever others.
  private mutating func findCircles() {
    // 0 is not looked at yet, 1 is being looked at, 2 is done.
    var states = [Int](repeating: 0, count: scores.count)
    var way: [Int] = []
    func visit(_ score: Int) {
      states[score] = 1
      way.append(score)
      for draft in drafts[score] {
        for (option, row) in zip(draft.item.options, draft.rows) {
          for case .score(let part) in option.conditions.map(\.subject) {
            if states[part] == 1 {
              let names = way[(way.firstIndex(of: part) ?? 0)...].map { scores[$0].id }
              items.fault(
                row, "finding",
                "a circle: \((names + [scores[part].id]).joined(separator: " looks at "))")
            } else if states[part] == 0 {
              visit(part)
            }
          }
        }
      }
      way.removeLast()
      states[score] = 2
    }
    for score in scores.indices where states[score] == 0 { visit(score) }
  }

  /// The row of a band.
  private func row(of band: String, _ score: ClinicalScore) -> ModelTable.Row {
    bands.rows.first { bands.holds($0, "score", score.id) && bands.holds($0, "band", band) } ?? 0
  }

  private mutating func checkBands(of index: Int, _ program: ScoreProgram) {
    let score = scores[index]
    guard score.kind == .points else {
      let results = Set(
        score.items.flatMap { item in
          item.options.compactMap(\.band) + [item.otherwise?.band].compactMap { $0 }
        })
      for (place, band) in score.bands.enumerated() where !results.contains(place) {
        bands.fault(
          row(of: band.id, score), "band", "no rule of \"\(score.id)\" gives \"\(band.id)\"")
      }
      return
    }
    guard let totals = program.totals(of: index) else {
      heads.fault(index, "id", "\"\(score.id)\" has too many different totals")
      return
    }
    let magnitude = totals.map(abs).max() ?? 0
    if magnitude > ScoreLimits.hundredths {
      heads.fault(
        index, "id", "\"\(score.id)\" has sums of \(magnitude / 100) points; expected fewer")
    }
    let ranges = score.bands.compactMap(\.hundredths)
    let homeless = totals.filter { total in !ranges.contains { $0.contains(total) } }
    if let least = homeless.min(), let last = score.bands.last {
      let behind = score.bands.last { ($0.hundredths?.upperBound ?? 0) < least } ?? last
      bands.fault(
        row(of: behind.id, score), "greatest",
        "no band of \"\(score.id)\" holds \(ScoreSyntax.text(ofHundredths: least)) points, which its "
          + "items can give"
          + (homeless.count > 1 ? ", nor \(homeless.count - 1) other totals" : ""))
    }
    for band in score.bands {
      if let range = band.hundredths, !totals.contains(where: range.contains) {
        bands.fault(
          row(of: band.id, score), "least",
          "no total lies in \"\(band.id)\"; the items of \"\(score.id)\" give from "
            + "\(ScoreSyntax.text(ofHundredths: totals.min() ?? 0)) to "
            + "\(ScoreSyntax.text(ofHundredths: totals.max() ?? 0)) points")
      }
    }
  }
}
