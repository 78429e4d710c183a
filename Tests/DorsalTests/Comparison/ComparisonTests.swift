import Dorsal
import Foundation
import Testing

/// Two sides on the same cases, against plain loops over the same posteriors.
@Suite struct ComparisonTests {
  /// Cases of the small model: every third state of a finding unknown, some diagnoses double, some
  /// outside the model, some missing.
  private static func cases(_ count: Int, model: Model, seed: UInt64 = 4) -> CaseBatch {
    var generator = SplitMix64(seed: seed)
    var batch = CaseBatch(model: model)
    for index in 0..<count {
      let codes = model.findings.map { finding in
        UInt8.random(in: 0...UInt8(finding.states.count), using: &generator)
      }
      let diagnosis: [Int] =
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<5: [0]
        case 5..<7: [1]
        case 7: [0, 1]
        case 8: [2]
        default: []
        }
      batch.append(id: "\(index)".utf8, codes: codes, diagnosis: diagnosis, line: index + 2)
    }
    return batch
  }

  private struct Side {
    let model: Model
    let scorer: Scorer

    init(_ model: Model) {
      self.model = model
      scorer = Scorer(model: model)
    }

    func answers(_ batch: CaseBatch) -> AnsweredCases {
      var answers = AnsweredCases(model: model)
      answers.append(batch, scorer: scorer, triage: Triage(scorer: scorer))
      return answers
    }
  }

  private static func options(draws: Int = 100) -> Evaluation.Options {
    var options = Evaluation.Options()
    options.draws = draws
    return options
  }

  private static func models() throws -> (a: Model, b: Model) {
    let model = try SmallModel().load()
    let half = try #require(PriorWeight(0.25))
    return (model, model.weighingPriors(by: half))
  }

  private static func groups(_ comparison: Comparison) -> [Comparison.Group] {
    comparison.byCause.map(\.group) + comparison.byUrgency.map(\.group)
  }

  private static func all(_ comparison: Comparison) -> [PairedMeasure] {
    comparison.measures + groups(comparison).flatMap(\.measures)
      + comparison.benefits.flatMap { $0.points.flatMap { [$0.probability, $0.triage] } }
  }

  @Test func `a side compared with itself differs in nothing`() throws {
    let side = Side(try Self.models().a)
    let batch = Self.cases(300, model: side.model)
    let comparison = Comparison(
      side.answers(batch), side.answers(batch), options: Self.options())
    for measure in Self.all(comparison) {
      #expect(measure.a == measure.b, "\(measure.name)")
      if measure.a != nil {
        #expect(measure.difference == 0)
        #expect(measure.standing == .alike)
        if let interval = measure.interval { #expect(interval.contains(0)) }
      }
    }
    #expect(comparison.movement.sameLeadingCount == 300)
    #expect(comparison.movement.sameUrgencyCount == 300)
    #expect(comparison.movement.leading.allSatisfy { $0.isSame && $0.rightByA == $0.rightByB })
    #expect(comparison.causes.onlyA.isEmpty && comparison.causes.onlyB.isEmpty)
    #expect(comparison.verdict.contains("alike"))
  }

  @Test func `sides changed about change every sign`() throws {
    let (a, b) = try Self.models()
    let batch = Self.cases(300, model: a)
    let (first, second) = (Side(a).answers(batch), Side(b).answers(batch))
    let one = Comparison(first, second, options: Self.options())
    let other = Comparison(second, first, options: Self.options())
    let (left, right) = (one.measures, other.measures)
    #expect(left.count == right.count)
    #expect(left.contains { ($0.difference ?? 0) != 0 && $0.interval != nil })
    // Of sides that are level in everything nothing could change its sign.
    #expect(left.contains { [.better, .worse].contains($0.standing) })
    let leftGroups = Self.groups(one).flatMap(\.measures)
    let rightGroups = Self.groups(other).flatMap(\.measures)
    for (measure, mirrored) in zip(left + leftGroups, right + rightGroups) {
      #expect(measure.a == mirrored.b && measure.b == mirrored.a)
      // The small model has no emergency.
      guard let difference = measure.difference else { continue }
      #expect(isClose(try #require(mirrored.difference), to: -difference, within: 1e-12))
      #expect((measure.interval == nil) == (mirrored.interval == nil))
      if let interval = measure.interval, let turned = mirrored.interval {
        // Contributions are floats.
        #expect(isClose(interval.lowerBound, to: -turned.upperBound, within: 1e-6))
        #expect(isClose(interval.upperBound, to: -turned.lowerBound, within: 1e-6))
      }
      switch measure.standing {
      case .better: #expect(mirrored.standing == .worse)
      case .worse: #expect(mirrored.standing == .better)
      default: #expect(mirrored.standing == measure.standing)
      }
    }
    for (row, column) in (0..<4).flatMap({ row in (0..<4).map { (row, $0) } }) {
      #expect(one.movement.urgency[row][column] == other.movement.urgency[column][row])
    }
    #expect(one.movement.urgencyShifts.more == other.movement.urgencyShifts.less)
  }

  /// One case as plain loops have it.
  private struct Plain {
    let loss: Double
    let brier: Double
    let rank: Int
    let own: Int
    let given: Int
    let emergency: Double
    let urgent: Double
  }

  private static func plain(_ side: Side, _ batch: CaseBatch) -> [Plain] {
    let posteriors = side.scorer.score(batch)
    let triage = Triage(scorer: side.scorer).assess(batch, posteriors: posteriors)
    return (0..<batch.count).map { plain(side, batch, $0, posteriors, triage.urgency(of: $0)) }
  }

  private static func plain(
    _ side: Side, _ batch: CaseBatch, _ index: Int, _ posteriors: Posteriors, _ given: Urgency
  ) -> Plain {
    let p = posteriors.matrix.row(index).map(Double.init)
    let accepted = batch.diagnosis(of: index).filter { $0 != p.count - 1 }
    let sum = accepted.reduce(0) { $0 + p[$1] }
    let squares = p.indices.filter { !accepted.contains($0) }.reduce(0) { $0 + p[$1] * p[$1] }
    let best = accepted.map { p[$0] }.max() ?? 0
    let levels = Urgency.allCases
    let urgency = side.model.causes.map { levels.firstIndex(of: $0.urgency) ?? 0 }
    return Plain(
      loss: -log(sum), brier: (1 - sum) * (1 - sum) + squares,
      rank: 1 + p.count { $0 > best }, own: accepted.map { urgency[$0] }.max() ?? 0,
      given: levels.firstIndex(of: given) ?? 0,
      emergency: p.indices.filter { urgency[$0] == 3 }.reduce(0) { $0 + p[$1] },
      urgent: p.indices.filter { urgency[$0] >= 2 }.reduce(0) { $0 + p[$1] })
  }

  @Test func `figures are those of plain loops`() throws {
    let (a, b) = try Self.models()
    let batch = Self.cases(120, model: a)
    let (first, second) = (Side(a), Side(b))
    let comparison = Comparison(
      first.answers(batch), second.answers(batch), options: Self.options(draws: 64))
    let (ofA, ofB) = (Self.plain(first, batch), Self.plain(second, batch))
    let covered = (0..<batch.count).filter { batch.diagnosis(of: $0).contains { $0 < 2 } }
    let judged = (0..<batch.count).filter { !batch.diagnosis(of: $0).isEmpty }
    #expect(comparison.caseCount == 120)
    #expect(comparison.labelledCount == judged.count)
    #expect(comparison.coveredCount == covered.count)
    let cases = covered.map { (ofA[$0], ofB[$0]) }
    func mean(_ value: (Plain) -> Double) -> (a: Double, b: Double) {
      let n = Double(cases.count)
      return (
        cases.reduce(0) { $0 + value($1.0) } / n, cases.reduce(0) { $0 + value($1.1) } / n
      )
    }
    for (name, expected) in [
      ("log_loss", mean(\.loss)), ("brier", mean(\.brier)),
      ("mean_reciprocal_rank", mean { 1 / Double($0.rank) }),
      ("top_1", mean { $0.rank == 1 ? 1 : 0 }), ("top_3", mean { $0.rank <= 3 ? 1 : 0 }),
      ("under_triage", mean { $0.given < $0.own ? 1 : 0 }),
      ("over_triage", mean { $0.given > $0.own ? 1 : 0 }),
    ] {
      let measure = try #require(comparison.measure(name))
      #expect(isClose(try #require(measure.a), to: expected.a, within: 1e-6), "\(name)")
      #expect(isClose(try #require(measure.b), to: expected.b, within: 1e-6), "\(name)")
      #expect(
        isClose(try #require(measure.difference), to: expected.b - expected.a, within: 1e-6))
    }
    // The interval of the log loss, from the same samples written out.
    let words = SampleCounts(caseCount: judged.count, firstSample: 0, seed: 1).words
    let differences = (0..<64).map { lane in
      var (sum, count) = (0.0, 0.0)
      for (row, index) in judged.enumerated() where covered.contains(index) {
        let times = Double(words[8 * row + lane / 8] >> UInt64(8 * (lane % 8)) & 255)
        sum +=
          times * (ofB[index].loss - ofA[index].loss)
        count += times
      }
      return sum / count
    }.sorted()
    func quantile(_ q: Double) -> Double {
      let place = q * 63
      let below = Int(place)
      return differences[below]
        + (differences[min(below + 1, 63)] - differences[below]) * (place - Double(below))
    }
    let interval = try #require(comparison.measure("log_loss")?.interval)
    #expect(isClose(interval.lowerBound, to: quantile(0.025), within: 1e-5))
    #expect(isClose(interval.upperBound, to: quantile(0.975), within: 1e-5))
    // Areas by all pairs, and net benefit by its definition, over all cases with a diagnosis.
    let urgent = judged.map { index in
      (
        ofA[index].urgent, ofB[index].urgent,
        batch.diagnosis(of: index).contains(1)
      )
    }
    func area(_ value: ((Double, Double, Bool)) -> Double) -> Double {
      var (sum, pairs) = (0.0, 0.0)
      for event in urgent where event.2 {
        for other in urgent where !other.2 {
          pairs += 1
          let (x, y) = (Float(value(event)), Float(value(other)))
          sum += x > y ? 1 : x == y ? 0.5 : 0
        }
      }
      return sum / pairs
    }
    let areas = try #require(comparison.measure("auroc_urgent_or_more"))
    // One pair judged otherwise would be off by 1e-4.
    #expect(isClose(try #require(areas.a), to: area(\.0), within: 1e-6))
    #expect(isClose(try #require(areas.b), to: area(\.1), within: 1e-6))
    let point = try #require(comparison.benefits.first?.points.first { $0.threshold == 0.2 })
    func benefit(_ value: ((Double, Double, Bool)) -> Double) -> Double {
      let called = urgent.filter { value($0) >= 0.2 }
      let hits = Double(called.count { $0.2 })
      return (hits - (Double(called.count) - hits) * 0.25) / Double(urgent.count)
    }
    #expect(isClose(try #require(point.probability.a), to: benefit(\.0), within: 1e-6))
    #expect(isClose(try #require(point.probability.b), to: benefit(\.1), within: 1e-6))
    // Who moves, by counting.
    for (row, column) in (0..<4).flatMap({ row in (0..<4).map { (row, $0) } }) {
      let count = (0..<batch.count).count { index in
        ofA[index].given == row
          && ofB[index].given == column
      }
      #expect(comparison.movement.urgency[row][column] == count)
    }
  }

  @Test func `figures do not depend on the number of threads`() throws {
    let (a, b) = try Self.models()
    let batch = Self.cases(200, model: a)
    let (first, second) = (Side(a).answers(batch), Side(b).answers(batch))
    var options = Self.options()
    let one = Comparison(first, second, options: options)
    options.threads = 3
    #expect(Comparison(first, second, options: options) == one)
    options.seed = 2
    #expect(Comparison(first, second, options: options) != one)
  }

  @Test func `without diagnoses only who moves where is said`() throws {
    let (a, b) = try Self.models()
    var batch = CaseBatch(model: a)
    for index in 0..<9 {
      batch.append(
        id: "\(index)".utf8, codes: [0, UInt8(index % 3), UInt8(index % 4), 0], line: index + 2)
    }
    let comparison = Comparison(
      Side(a).answers(batch), Side(b).answers(batch), options: Self.options())
    #expect(comparison.labelledCount == 0)
    #expect(comparison.measures.allSatisfy { $0.difference == nil && $0.interval == nil })
    #expect(comparison.movement.urgency.joined().reduce(0, +) == 9)
    #expect(comparison.movement.leading.reduce(0) { $0 + $1.count } == 9)
    #expect(comparison.verdict.hasPrefix("No case has a diagnosis"))
  }

  @Test func `rows that one side did not read are left out`() throws {
    let (a, b) = try Self.models()
    let batch = Self.cases(30, model: a)
    var shorter = CaseBatch(model: b)
    for index in 0..<batch.count where index % 3 != 0 { shorter.append(case: index, of: batch) }
    let comparison = Comparison(
      Side(a).answers(batch), Side(b).answers(shorter), options: Self.options(draws: 0))
    #expect(comparison.caseCount == 20)
    #expect(comparison.answeredByOne == (a: 10, b: 0))
    let same = Comparison(
      Side(a).answers(shorter), Side(b).answers(shorter), options: Self.options(draws: 0))
    #expect(comparison.measures == same.measures)
  }
}
