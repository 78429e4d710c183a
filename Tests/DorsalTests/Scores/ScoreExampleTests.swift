import Dorsal
import Foundation
import Testing

/// The scores of the shipped model beside published worked examples, and examples reckoned by hand
/// from the printed tables: `Fixtures/score_examples.csv`.
@Suite struct ScoreExampleTests {
  private struct Example {
    let score: String
    let values: [(name: String, value: String)]
    let least: Double?
    let greatest: Double?
    let band: String
    let source: String
    let note: String
  }

  private static func examples() throws -> [Example] {
    try PlainCSV.rows(try Repository.fixture("score_examples.csv")).map { row in
      func cell(_ name: String) throws -> String { try #require(row[name], "\(row)") }
      let values = try cell("values").split(separator: ";").map { text in
        let pair = text.split(separator: "=", maxSplits: 1).map(String.init)
        return (name: pair[0], value: pair.count > 1 ? pair[1] : "")
      }
      return Example(
        score: try cell("score"), values: values, least: Double(try cell("least")),
        greatest: Double(try cell("greatest")), band: try cell("band"),
        source: try cell("source"), note: try cell("note"))
    }
  }

  private static func scores() throws -> ClinicalScores {
    try #require(ClinicalScores(model: try Repository.model()))
  }

  @Test func `every example has its points and its band`() throws {
    let scores = try Self.scores()
    for example in try Self.examples() {
      let place = try #require(
        scores.model.scores.firstIndex { $0.id == example.score }, "\(example.score)")
      // As a case file has it.
      let text =
        "id," + example.values.map(\.name).joined(separator: ",") + "\na,"
        + example.values.map(\.value).joined(separator: ",") + "\n"
      var reader = try CaseFileReader(
        source: MemoryByteSource(text), file: example.score, model: scores.reading)
      let file = try CaseFile(&reader, model: scores.reading)
      #expect(file.rejections.isEmpty, "\(file.rejections.map(\.description))")
      try #require(file.cases.count == 1, "\(example.score)")
      let result = scores.result(
        of: place, for: scores.view(of: 0, in: file.cases, scores.totals(for: file.cases)))
      let told = "\(example.score): \(example.values) (\(example.note))"
      #expect(result.points?.lowerBound == example.least, "\(told)")
      #expect(result.points?.upperBound == example.greatest, "\(told)")
      #expect((result.band?.id ?? "") == example.band, "\(told)")
      #expect(!example.source.isEmpty, "\(told)")
    }
  }

  @Test func `every score has two examples at least`() throws {
    let examples = try Self.examples()
    for score in try Repository.model().scores where score.role == .score {
      #expect(examples.count { $0.score == score.id } >= 2, "\(score.id)")
    }
  }

  /// A case of which nothing is known may have any points: the outer bands end where the items do.
  @Test func `the outer bands end with the points of the items`() throws {
    let scores = try Self.scores()
    var batch = scores.makeBatch()
    try batch.append("a", [:])
    let totals = scores.totals(for: batch)
    for (place, score) in scores.model.scores.enumerated() where score.kind == .points {
      let range = totals.range(of: place, case: 0)
      let points = Double(range.lowerBound) / 100...Double(range.upperBound) / 100
      #expect(score.bands.first?.points?.lowerBound == points.lowerBound, "\(score.id)")
      #expect(score.bands.last?.points?.upperBound == points.upperBound, "\(score.id)")
    }
  }

  /// Nobody is shown a score for being of an age or a sex.
  @Test func `age and sex are no key of a score`() throws {
    let model = try Repository.model()
    for score in model.scores where score.role == .score {
      #expect(!score.key.isEmpty, "\(score.id)")
      #expect(!score.key.contains("age") && !score.key.contains("sex"), "\(score.id)")
    }
  }

  @Test func `the scores that are wanted are there`() throws {
    let ids = Set(try Repository.model().scores.map(\.id))
    #expect(
      ids.isSuperset(of: [
        "sins", "tokuhashi", "tomita", "bauer_modified", "escc", "noms", "heart", "marburg",
        "wells_pe", "perc", "add_rs", "stone", "curb65", "bisap", "tokyo_cholecystitis",
        "glasgow_blatchford", "canadian_c_spine", "henschke_fracture", "roman_fracture",
        "asas_referral", "start_back", "laslett", "cook_stenosis",
      ]))
  }

  /// What a score says is no order: it names neither doses nor their units.
  @Test func `no score names a dose`() throws {
    for score in try Repository.model().scores {
      let texts =
        [score.purpose, score.notFor, score.population] + score.bands.map(\.meaning)
      for text in texts {
        #expect(!text.contains(/[0-9] ?(mg|g|ug|mcg|ml|IU|units)(\/kg)?\b/), "\(score.id): \(text)")
      }
    }
  }

  /// Rankings of cases that are read with inputs are those of the same cases without.
  @Test func `the shipped vignettes rank alike when read for scores`() throws {
    let model = try Repository.model()
    let scores = try #require(ClinicalScores(model: model))
    let path = Repository.root + "/Data/vignettes.csv"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var reader = try CaseFileReader(
      source: MemoryByteSource(text), file: path, model: scores.reading)
    let own = try CaseFile(&reader, model: scores.reading).cases
    #expect(scores.modelCases(of: own).codes == (try Repository.vignettes(model)).codes)
  }
}
