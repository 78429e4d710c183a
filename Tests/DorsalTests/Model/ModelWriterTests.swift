import Dorsal
import Testing

@Suite struct ModelWriterTests {
  /// Everything but the lines, which hang on how the tables were written.
  private func values(_ evidence: Evidence) -> [String] {
    [
      "\(evidence.probability)", "\(evidence.effectiveN)", evidence.basis.rawValue,
      evidence.sources.joined(separator: ";"), evidence.note,
    ]
  }

  private func expectSame(_ model: Model, _ other: Model) {
    #expect(other.card == model.card)
    #expect(other.findings == model.findings)
    #expect(other.causes == model.causes)
    #expect(other.redFlags == model.redFlags)
    #expect(other.losses == model.losses)
    #expect(other.sources == model.sources)
    #expect(
      other.associations.map { [$0.first, $0.second] }
        == model.associations.map { [$0.first, $0.second] })
    #expect(other.associations.map(\.oddsMultiplier) == model.associations.map(\.oddsMultiplier))
    #expect(other.associations.map(\.note) == model.associations.map(\.note))
    #expect(other.priors.map { values($0.evidence) } == model.priors.map { values($0.evidence) })
    #expect(
      other.likelihoods.map { values($0.evidence) }
        == model.likelihoods.map { values($0.evidence) })
    #expect(other.likelihoodTable.probabilities == model.likelihoodTable.probabilities)
    #expect(other.likelihoodTable.concentrations == model.likelihoodTable.concentrations)
    #expect(other.priorTable == model.priorTable)
  }

  @Test func `the shipped model is the same after it was written`() throws {
    let model = try Repository.model()
    let written = ModelTables(model, origin: "written")
    let again = try Model(tables: written)
    expectSame(model, again)
    // What was written once is written the same again.
    #expect(ModelTables(again, origin: "again").files == written.files)
  }

  @Test func `cells with commas, quotes and lines survive`() throws {
    var tables = SmallModel()
    tables.sources = "key,citation,identifier\nsmith2001,\"A \"\"b\"\", c\nd\",PMID:1\n"
    let model = try tables.load()
    expectSame(model, try Model(tables: ModelTables(model, origin: "written")))
  }
}
