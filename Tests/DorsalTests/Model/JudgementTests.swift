import Dorsal
import Foundation
import Testing

/// What the shipped model says of its judgements: each assumed likelihood without a source was
/// judged three times, and the table follows from the judgements.
@Suite struct JudgementTests {
  private let model: Model
  /// P(state) by each judge, for each finding and cause that was judged.
  private let judged: [[Int]: [[Double]]]

  init() throws {
    let model = try Repository.model()
    let text = try Data(
      contentsOf: URL(fileURLWithPath: Repository.modelFolder + "/judgements.csv"))
    var faults: [TextFault] = []
    let table = CSVTable(bytes: [UInt8](text), file: "judgements.csv", faults: &faults)
    try #require(faults.isEmpty)
    #expect(table.header.map(\.text) == ["finding", "state", "cause", "first", "second", "third"])
    var judged: [[Int]: [[Double]]] = [:]
    for row in 0..<table.rowCount {
      let names = (0..<3).map { table.text(row, $0) }
      let finding = try #require(model.index(ofFinding: names[0]))
      let states = model.findings[finding].states
      let state = try #require(states.firstIndex(of: names[1]), "\(names)")
      // A background that was judged itself stands by the index of no cause.
      let cause = names[2] == "*" ? -1 : try #require(model.index(ofCause: names[2]))
      for judge in 0..<3 {
        let number = try #require(table.number(row, 3 + judge))
        #expect(number > 0 && number < 1, "\(names)")
        var given = judged[[finding, cause]] ?? []
        if given.isEmpty {
          given = Array(repeating: Array(repeating: 0, count: states.count), count: 3)
        }
        #expect(given[judge][state] == 0, "\(names) stands twice")
        given[judge][state] = number
        // Of two states the second stands in the table.
        if states.count == 2 { given[judge][0] = 1 - number }
        judged[[finding, cause]] = given
      }
    }
    (self.model, self.judged) = (model, judged)
  }

  @Test func `each judgement is a distribution`() {
    for (cell, judges) in judged {
      for judge in judges {
        // Judges were asked for two figures a state.
        #expect(abs(judge.reduce(0, +) - 1) < 0.01, "\(model.findings[cell[0]].id)")
      }
    }
  }

  /// Findings that 0.4.0 added have one judgement for its causes, which is the row.
  @Test func `an assumed number that leans on no source was judged`() {
    let judgedOnce: Set = [
      "creatine_kinase", "blood_culture", "mri_compression", "intradural_site", "bone_lesions",
      "disc_space", "ct_angiography",
    ]
    var exempted: Set<String> = []
    // The other states of a finding with a source were set together with it.
    let sourced = Set(
      model.likelihoods.filter { !$0.evidence.sources.isEmpty }.map {
        [$0.finding, $0.cause ?? -1]
      }
    )
    for row in model.likelihoods {
      guard let cause = row.cause, !sourced.contains([row.finding, cause]) else { continue }
      let wasJudged = judged[[row.finding, cause]] != nil
      let finding = model.findings[row.finding].id
      if !wasJudged, judgedOnce.contains(finding) {
        exempted.insert(finding)
        continue
      }
      #expect(wasJudged, "line \(row.evidence.line)")
    }
    #expect(exempted == judgedOnce)
  }

  @Test func `a background that was judged is the mean of its judgements`() {
    let backgrounds = backgrounds()
    var compared = 0
    for (cell, judges) in judged where cell[1] < 0 {
      let logs = judges.map { $0.map { log(max($0, 0.0005)) } }
      let means = judges[0].indices.map { state in exp(logs.map { $0[state] }.reduce(0, +) / 3) }
      let whole = means.reduce(0, +)
      for (state, mean) in means.enumerated() {
        let own = backgrounds[cell[0]][state]
        // Three figures; judges' two figures a state leave a sum a little off 1.
        #expect(
          abs(own - mean / whole) < 0.002 + 0.02 * own,
          "\(model.findings[cell[0]].id) \(own) \(mean / whole)")
        compared += 1
      }
    }
    #expect(compared > 60)
  }

  /// The share of the background in judged likelihoods, as the model card has it.
  private func atypical(_ finding: Finding) -> Double {
    let findings = [
      "site": 0.05, "duration": 0, "trend": 0.2, "night_pain": 0.3, "movement_response": 0.3,
      "recumbency_response": 0.3, "sitting_response": 0.3, "walking_response": 0.3,
    ]
    let sections = ["pain": 0.15, "neurology": 0.2, "examination": 0.15, "systemic": 0.15]
    return findings[finding.id] ?? sections[finding.section] ?? 0
  }

  /// By how much published patients move the logarithm of P(state | cause).
  private func shifts() throws -> [[Int]: Double] {
    let text = try Data(
      contentsOf: URL(fileURLWithPath: Repository.modelFolder + "/shifts.csv"))
    var faults: [TextFault] = []
    let table = CSVTable(bytes: [UInt8](text), file: "shifts.csv", faults: &faults)
    try #require(faults.isEmpty)
    #expect(table.header.map(\.text) == ["finding", "state", "cause", "shift"])
    var shifts: [[Int]: Double] = [:]
    for row in 0..<table.rowCount {
      let finding = try #require(model.index(ofFinding: table.text(row, 0)))
      let state = try #require(model.findings[finding].states.firstIndex(of: table.text(row, 1)))
      let cause = try #require(model.index(ofCause: table.text(row, 2)))
      let shift: Double = try #require(table.number(row, 3))
      shifts[[finding, state, cause]] = shift
    }
    return shifts
  }

  /// P(state) of the background, for each finding.
  private func backgrounds() -> [[Double]] {
    var backgrounds = model.findings.map { [Double](repeating: -1, count: $0.states.count) }
    for row in model.likelihoods where row.cause == nil {
      backgrounds[row.finding][row.state] = row.evidence.probability
    }
    return backgrounds.map { states in
      let rest = 1 - states.filter { $0 >= 0 }.reduce(0, +)
      return states.map { $0 < 0 ? rest : $0 }
    }
  }

  /// Causes of other groups are drawn to a median and shifted too, by `Models/pool.py`.
  @Test func `a cause without a family has the judges' mean, widened and shifted`() throws {
    let families: Set = ["mechanical", "neoplasm", "visceral", "cardiovascular", "pulmonary"]
    let rows = Dictionary(grouping: model.likelihoods) { [$0.finding, $0.cause ?? -1] }
    let (shifts, backgrounds) = (try shifts(), backgrounds())
    var compared = 0
    for (cell, judges) in judged
    where cell[1] >= 0 && !families.contains(model.causes[cell[1]].group) {
      guard let own = rows[cell], own.allSatisfy({ $0.evidence.sources.isEmpty }) else { continue }
      let states = model.findings[cell[0]].states.indices
      let share = atypical(model.findings[cell[0]])
      // No judgement is taken to be surer than 0.0005.
      let logs = judges.map { judge in
        let bounded = judge.map { max($0, 0.0005) }
        let sum = bounded.reduce(0, +)
        return bounded.map { log($0 / sum) }
      }
      let means = states.map { state in exp(logs.map { $0[state] }.reduce(0, +) / 3) }
      let meanSum = means.reduce(0, +)
      let moved = states.map { state in
        ((1 - share) * means[state] / meanSum + share * backgrounds[cell[0]][state])
          * exp(shifts[[cell[0], state, cell[1]]] ?? 0)
      }
      let whole = moved.reduce(0, +)
      for row in own {
        let expected = moved[row.state] / whole
        // Two figures, below a thousandth one; the commonest state takes what is left to 1.
        let least = min(expected, 1 - expected)
        let tolerance =
          expected > 0.3
          ? 0.005 * Double(states.count) + 0.05 * least
          : (expected < 0.001 ? 0.34 : 0.0501) * expected
        #expect(
          abs(row.evidence.probability - expected) <= tolerance,
          "line \(row.evidence.line), expected \(expected)")
        compared += 1
      }
    }
    #expect(compared > 500)
  }
}
