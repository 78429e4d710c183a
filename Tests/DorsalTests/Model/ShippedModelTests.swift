import Dorsal
import Foundation
import Testing

/// What the shipped model promises.
@Suite struct ShippedModelTests {
  @Test func `every cause has a prior in every setting, and rows of its own`() throws {
    let model = try Repository.model()
    #expect(model.causes.count == 44)
    #expect(model.findings.count == 116)
    #expect(model.settings == ["primary_care", "emergency", "specialist"])
    #expect(model.priors.count == 44 * 3)
    for (cause, definition) in model.causes.enumerated() where definition.id != Cause.unlistedID {
      let findings = Set(model.likelihoods.filter { $0.cause == cause }.map(\.finding))
      #expect(findings.count >= 20, "\(definition.id)")
    }
  }

  @Test func `what is published or derived has a source, and assumed numbers claim little`() throws
  {
    let model = try Repository.model()
    for row in model.likelihoods + [] {
      let evidence = row.evidence
      if evidence.basis == .assumed {
        #expect(evidence.effectiveN <= 20, "line \(evidence.line)")
      } else {
        #expect(!evidence.sources.isEmpty, "line \(evidence.line)")
      }
    }
  }

  @Test func `an assumed number that leans on no source was judged three times`() throws {
    let model = try Repository.model()
    let text = try Data(
      contentsOf: URL(fileURLWithPath: Repository.modelFolder + "/judgements.csv"))
    var faults: [TextFault] = []
    let table = CSVTable(bytes: [UInt8](text), file: "judgements.csv", faults: &faults)
    #expect(faults.isEmpty)
    #expect(table.header.map(\.text) == ["finding", "state", "cause", "first", "second", "third"])
    var judged: Set<String> = []
    var sums: [String: [Double]] = [:]
    for row in 0..<table.rowCount {
      let names = (0..<3).map { table.text(row, $0) }
      let isNew = judged.insert(names.joined(separator: " ")).inserted
      #expect(isNew, "\(names)")
      let finding = try #require(model.index(ofFinding: names[0]))
      #expect(model.findings[finding].states.contains(names[1]))
      let numbers = (3..<6).map { table.number(row, $0) ?? .nan }
      #expect(numbers.allSatisfy { $0 > 0 && $0 < 1 }, "\(names)")
      let sum = sums["\(names[0]) \(names[2])", default: [0, 0, 0]]
      sums["\(names[0]) \(names[2])"] = zip(sum, numbers).map(+)
      if model.findings[finding].states.count == 2 {
        #expect(names[1] == model.findings[finding].states[1], "the first state is the rest")
        sums["\(names[0]) \(names[2])"] = [1, 1, 1]
      }
    }
    // Judges were asked for two figures a state.
    for (cell, sum) in sums {
      #expect(sum.allSatisfy { abs($0 - 1) < 0.01 }, "\(cell): \(sum)")
    }
    let sourced = Set(
      model.likelihoods.filter { !$0.evidence.sources.isEmpty }.map {
        [$0.finding, $0.cause ?? -1]
      }
    )
    for row in model.likelihoods {
      guard let cause = row.cause, row.evidence.basis == .assumed, row.evidence.sources.isEmpty
      else { continue }
      // The other states of a finding with a source were set together with it.
      if sourced.contains([row.finding, cause]) { continue }
      let finding = model.findings[row.finding]
      let names = [finding.id, finding.states[row.state], model.causes[cause].id]
      let wasJudged = judged.contains(names.joined(separator: " "))
      #expect(wasJudged, "line \(row.evidence.line)")
    }
  }

  @Test func `every source is cited`() throws {
    let model = try Repository.model()
    let cited = Set(
      (model.likelihoods.map(\.evidence) + model.priors.map(\.evidence)).flatMap(\.sources)
        + model.redFlags.flatMap(\.sources) + model.losses.flatMap(\.sources)
        + model.associations.flatMap(\.sources))
    #expect(Set(model.sources.keys).subtracting(cited).isEmpty)
  }

  @Test
  func `what a patient tells is worth less than a two-hundredfold change, finding by finding`()
    throws
  {
    // Tests and images may define a cause; what a patient tells may not.
    let model = try Repository.model()
    let evidence = EvidenceMatrix(model: model)
    let causes = model.causes.count
    for (index, finding) in model.findings.enumerated()
    where ["history", "pain"].contains(finding.section) {
      let first = model.likelihoodTable.firstStateRow[index]
      for state in finding.states.indices {
        for cause in 0..<causes {
          let value = evidence.values[(first + state) * causes + cause]
          #expect(
            abs(value) < log(200),
            "\(finding.id)=\(finding.states[state]) \(model.causes[cause].id)")
        }
      }
    }
  }
}
