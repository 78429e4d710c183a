import Dorsal
import Foundation
import Testing

/// What red-flag rules do, by hand and by leaving each out of the model.
@Suite struct RuleEvaluationTests {
  /// Two rules of emergency and one of urgency that overlap; the tumour is an emergency.
  private static func tables() -> SmallModel {
    var model = SmallModel()
    model.causes = model.causes.replacingOccurrences(
      of: "tumour,neoplasm,urgent", with: "tumour,neoplasm,emergency")
    model.redFlags = """
      rule,urgency,finding,state,message,source
      sign,urgent,sign,present,A sign.,smith2001
      old_chest,emergency,age,old,Old.,smith2001
      old_chest,emergency,site,chest,Old.,smith2001
      chest_sign,emergency,sign,present,Both.,smith2001
      chest_sign,emergency,site,chest,Both.,smith2001

      """
    // A tumour that may wait, so that rules ask for more than losses do.
    model.losses = model.losses.replacingOccurrences(
      of: "self_care,tumour,50", with: "self_care,tumour,5"
    )
    .replacingOccurrences(of: "routine,tumour,20", with: "routine,tumour,2")
    return model
  }

  private static func cases(_ count: Int, model: Model) -> CaseBatch {
    var generator = SplitMix64(seed: 6)
    var batch = CaseBatch(model: model)
    for index in 0..<count {
      let codes = model.findings.map { finding in
        UInt8.random(in: 0...UInt8(finding.states.count), using: &generator)
      }
      let diagnosis = [[0], [1], [2], [0, 1], []][Int.random(in: 0..<5, using: &generator)]
      batch.append(id: "\(index)".utf8, codes: codes, diagnosis: diagnosis, line: index + 2)
    }
    return batch
  }

  private static func rules(_ batch: CaseBatch, _ scorer: Scorer) -> RuleEvaluation? {
    var tally: RuleTally? = RuleTally(model: scorer.model)
    var cases = LabelledPosteriors(causeCount: scorer.model.causes.count)
    cases.append(batch, scorer: scorer, triage: Triage(scorer: scorer), rules: &tally)
    return tally.map { RuleEvaluation($0) }
  }

  /// The model without a rule is loaded and evaluated by itself.
  @Test(arguments: ["sign", "old_chest", "chest_sign", nil])
  func `what leaving a rule out changes is what a model without it gives`(name: String?) throws {
    let own = try Self.tables().load()
    let batch = Self.cases(400, model: own)
    var tables = Self.tables()
    let lines = tables.redFlags.split(separator: "\n").enumerated()
    tables.redFlags =
      lines.filter { line in
        line.offset == 0 || (name.map { !line.element.hasPrefix($0 + ",") } ?? false)
      }.map(\.element).joined(separator: "\n") + "\n"
    let without = try tables.load()
    #expect(without.redFlags.count == (name == nil ? 0 : 2))
    let rows = try #require(Self.rules(batch, Scorer(model: own))).rows
    let row = try #require(
      rows.first { row in row.rule.map { own.redFlags[$0].rule } == name })
    let before = Evaluation(batch, scorer: Scorer(model: own), draws: 0)
    let after = Evaluation(batch, scorer: Scorer(model: without), draws: 0)
    var changed = 0
    for measure in row.without {
      let (first, second) = (
        before.measures.first { $0.name == measure.name },
        after.measures.first { $0.name == measure.name }
      )
      #expect(isClose(try #require(measure.a), to: try #require(first?.value), within: 1e-12))
      #expect(isClose(try #require(measure.b), to: try #require(second?.value), within: 1e-12))
      #expect(measure.count == first?.count)
      if measure.difference != 0 { changed += 1 }
    }
    #expect(changed > 0)
  }

  @Test func `cases are counted by hand`() throws {
    let model = try Self.tables().load()
    var batch = CaseBatch(model: model)
    // setting, sign, age, site; 0 is unknown. The priors ask for no urgency.
    let rows: [([UInt8], [Int])] = [
      ([0, 2, 0, 0], [1]), ([0, 2, 3, 2], [1]), ([0, 0, 3, 2], [0]), ([0, 1, 1, 1], [0]),
      ([0, 2, 1, 2], []),
    ]
    for (index, row) in rows.enumerated() {
      batch.append(id: "\(index)".utf8, codes: row.0, diagnosis: row.1, line: index + 2)
    }
    let result = try #require(Self.rules(batch, Scorer(model: model)))
    #expect(result.caseCount == 5)
    let byName = Dictionary(
      result.rows.map { ($0.rule.map { model.redFlags[$0].rule } ?? "all", $0) },
      uniquingKeysWith: { one, _ in one })
    #expect(byName["all"]?.holdingCount == 4)
    #expect(byName["sign"]?.holdingCount == 3)
    #expect(byName["sign"]?.aloneCount == 1)
    #expect(byName["old_chest"]?.holdingCount == 2)
    #expect(byName["old_chest"]?.aloneCount == 1)
    #expect(byName["chest_sign"]?.holdingCount == 2)
    #expect(byName["chest_sign"]?.aloneCount == 0)
    // Of both emergencies that hold in the second case neither decides.
    #expect(byName["old_chest"]?.decidingCount == 1)
    #expect(byName["sign"]?.causes.map(\.cause) == [1])
    #expect(byName["sign"]?.causes.map(\.count) == [2])
    #expect(byName["sign"]?.diagnosedCount == 2)
    #expect(result.rows.first?.rule == nil)
    #expect(result.rows.dropFirst().map { $0.rule } == [0, 1, 2])
  }
}
