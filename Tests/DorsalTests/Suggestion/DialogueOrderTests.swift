import Dorsal
import Testing

@Suite struct DialogueOrderTests {
  /// The rule of the order, from the words that document it.
  @Test func `a dialogue asks, examines and tests in turn, and within each by value over cost`()
    throws
  {
    let model = try Repository.model()
    let scorer = Scorer(model)
    let least = try #require(model.findings.compactMap(\.burden).min())
    var batch = SimulatedCases.draw(20, model: model, seed: 5)
    try batch.append(id: "nothing", findings: [:], model: model)
    var turns: Set<Int> = []
    for (index, appraisals) in Suggester(scorer: scorer)
      .appraise(batch, posteriors: scorer.score(batch)).enumerated()
    {
      let ordered = Suggestions(appraisals, model: model, by: .dialogue).appraisals
      #expect(Set(ordered.map(\.finding)) == Set(appraisals.map(\.finding)))
      var last: (turn: Int, value: Double) = (0, .infinity)
      for appraisal in ordered {
        let finding = model.findings[appraisal.finding]
        let burden = try #require(finding.burden)
        let kind =
          burden == least || !["tests", "examination", "neurology"].contains(finding.section)
          ? 0 : finding.section == "tests" ? 2 : 1
        let isWorth =
          appraisal.value > burden || kind < 2 && appraisal.information >= 0.02
        let turn = isWorth ? kind : 3
        let value = appraisal.value / burden
        #expect(turn > last.turn || turn == last.turn && value <= last.value, "case \(index)")
        last = (turn, value)
        turns.insert(turn)
      }
    }
    // Every turn came up, so that the rule was looked at.
    #expect(turns == [0, 1, 2, 3])
  }
}
