import Dorsal
import Testing

/// `associations.csv`: what it gives, and every fault of it.
@Suite struct AssociationTests {
  private static let header = "cause,other_cause,odds_multiplier,basis,source,note\n"

  @Test func `rows are read, and other pairs have the multiplier one`() throws {
    var tables = SmallModel()
    tables.associations = Self.header + "tumour,strain,2.5,derived,smith2001,5 / 2\n"
    let model = try tables.load()
    let association = try #require(model.associations.first)
    #expect(model.associations.count == 1)
    #expect((association.first, association.second) == (0, 1))
    #expect(association.oddsMultiplier == 2.5)
    #expect(association.basis == .derived)
    #expect(association.sources == ["smith2001"])
    #expect(association.line == 2)
    #expect(model.oddsMultiplier(of: 0, with: 1) == 2.5)
    #expect(model.oddsMultiplier(of: 1, with: 0) == 2.5)
    #expect(model.oddsMultiplier(of: 0, with: 2) == 1)
  }

  @Test func `a model without the file has no associations, and one with it another checksum`()
    throws
  {
    let without = try SmallModel().load()
    #expect(without.associations.isEmpty)
    var tables = SmallModel()
    tables.associations = Self.header
    let with = try tables.load()
    #expect(with.associations.isEmpty)
    #expect(with.checksum != without.checksum)
  }

  @Test(arguments: [
    ("tumor,strain,2,assumed,,", "2:1: unknown cause \"tumor\"; did you mean \"tumour\"?"),
    ("tumour,strian,2,assumed,,", "2:8: unknown cause \"strian\"; did you mean \"strain\"?"),
    (
      "tumour,tumour,2,assumed,,",
      "2:8: tumour with itself; expected two different causes"
    ),
    (
      "tumour,strain,2,assumed,,\nstrain,tumour,3,assumed,,",
      "3:8: a second row for strain with tumour; the first is on line 2"
    ),
    ("tumour,strain,0,assumed,,", "2:15: \"0\"; expected a number above 0"),
    ("tumour,strain,-1,assumed,,", "2:15: \"-1\"; expected a number above 0"),
    ("tumour,strain,,assumed,,", "2:15: \"\"; expected a number above 0"),
    (
      "tumour,strain,50,assumed,,",
      "2:15: makes the prior of strain with tumour in clinic 0.875 x 0.025 x 50 = 1.09375; "
        + "expected at most 1"
    ),
    (
      "unlisted,strain,2,assumed,,",
      "2:1: \"unlisted\" stands for a cause outside the model and is not paired"
    ),
    ("tumour,strain,2,published,,", "2:27: a published number without a source"),
    ("tumour,strain,2,guessed,,", "2:17: \"guessed\"; expected one of published, derived, assumed"),
    (
      "tumour,strain,2,derived,smith2001,",
      "2:35: a derived number without a note that says how it was derived"
    ),
    (
      "tumour,strain,2,derived,smith2010,why",
      "2:25: unknown source \"smith2010\"; did you mean \"smith2001\"?; expected keys of "
        + "sources.csv with ; between them"
    ),
    ("tumour,strain,2", "2:1: 3 cells; expected 6, as in the header"),
  ])
  func `a bad row is a fault with its place`(rows: String, fault: String) {
    var tables = SmallModel()
    tables.associations = Self.header + rows + "\n"
    #expect(tables.faults() == ["small/associations.csv:" + fault])
  }

  @Test func `a model that is written, reweighted or thinned out keeps them`() throws {
    let model = try Repository.model()
    #expect(model.associations.count == 26)
    let written = try Model(tables: ModelTables(model, origin: "written"))
    #expect(written.associations == model.associations)
    let weights = model.findings.map(\.weight)
    #expect(model.withWeights(weights).associations == model.associations)
    #expect(model.droppingAssumed().associations == model.associations)
  }

  @Test func `a prior of one in the end is allowed`() throws {
    var tables = SmallModel()
    // 0.5 x 0.25 x 8 = 1 in the ward, and less in the clinic.
    tables.associations = Self.header + "tumour,strain,8,assumed,,\n"
    #expect(try tables.load().associations.count == 1)
  }

  @Test func `an unknown column is told with the nearest name`() {
    var tables = SmallModel()
    tables.associations = "cause,other_cause,odds_multiplyer,basis,source,note\n"
    #expect(
      tables.faults() == [
        "small/associations.csv:1:19: unknown column \"odds_multiplyer\"; "
          + "did you mean \"odds_multiplier\"?",
        "small/associations.csv:1:1: the column \"odds_multiplier\" is missing",
      ])
  }
}
