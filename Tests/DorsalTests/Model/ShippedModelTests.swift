import Dorsal
import Foundation
import Testing

/// What the shipped model promises.
@Suite struct ShippedModelTests {
  @Test func `every cause has a prior in every setting, and rows of its own`() throws {
    let model = try Repository.model()
    #expect(model.causes.count == 80)
    #expect(model.findings.count == 152)
    #expect(model.settings == ["primary_care", "emergency", "specialist"])
    #expect(model.priors.count == 80 * 3)
    for (cause, definition) in model.causes.enumerated() where definition.id != Cause.unlistedID {
      let findings = Set(model.likelihoods.filter { $0.cause == cause }.map(\.finding))
      #expect(findings.count >= 20, "\(definition.id)")
    }
  }

  @Test func `what is published or derived has a source, and assumed numbers claim little`() throws
  {
    let model = try Repository.model()
    let numbers =
      model.likelihoods.map { ("likelihoods.csv", $0.evidence) }
      + model.priors.map { ("priors.csv", $0.evidence) }
    for (table, evidence) in numbers {
      if evidence.basis == .assumed {
        #expect(evidence.effectiveN <= 20, "\(table):\(evidence.line)")
      } else {
        #expect(!evidence.sources.isEmpty, "\(table):\(evidence.line)")
      }
    }
    #expect(!model.associations.isEmpty)
    for row in model.associations where row.basis != .assumed {
      #expect(!row.sources.isEmpty, "associations.csv:\(row.line)")
    }
  }

  /// Ids of released models stand in files of others for good. Those of 0.1.0 are the vocabulary
  /// that the clinical documents were read in.
  @Test func `an id or a state that was there once is kept, in its order`() throws {
    let model = try Repository.model()
    let causes = PlainCSV.rows(try Repository.fixture("vocabulary_causes.csv"))
    #expect(causes.count >= 44)
    for row in causes {
      #expect(model.index(ofCause: row["id", default: ""]) != nil, "\(row)")
    }
    var states: [String: [String]] = [:]
    for row in PlainCSV.rows(try Repository.fixture("vocabulary_findings.csv")) {
      states[row["id", default: ""], default: []] +=
        row["states", default: ""].components(separatedBy: ";")
    }
    #expect(states.count >= 126)
    for (id, kept) in states {
      let finding = try #require(model.findings.first { $0.id == id }, "\(id)")
      #expect(finding.states.filter(kept.contains) == kept, "\(id)")
    }
  }

  @Test func `every source is cited`() throws {
    let model = try Repository.model()
    var cited = Set(
      (model.likelihoods.map(\.evidence) + model.priors.map(\.evidence)).flatMap(\.sources)
        + model.redFlags.flatMap(\.sources) + model.losses.flatMap(\.sources)
        + model.associations.flatMap(\.sources))
    cited.formUnion(model.steps.flatMap(\.sources))
    for score in model.scores {
      cited.formUnion(score.sources)
      for band in score.bands { cited.formUnion(band.sources) }
    }
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
          // Sex, age and how long it can last may define a cause, and a crisis is one of people who
          // have the disease.
          let most = ["sex": 500.0, "age": 300, "duration": 500, "sickle_cell_disease": 1100]
          #expect(
            abs(value) < log(most[finding.id] ?? 200),
            "\(finding.id)=\(finding.states[state]) \(model.causes[cause].id)")
        }
      }
    }
  }
}
