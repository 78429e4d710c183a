import Dorsal
import Testing

/// How scores see what a case file says, and that rankings do not.
@Suite struct ScoreReadingTests {
  private static func results(_ text: String) throws -> [[ScoreResult]] {
    let scores = try #require(ClinicalScores(model: try SmallScores().load()))
    var reader = try CaseFileReader(
      source: MemoryByteSource(text), file: "cases", model: scores.reading)
    let file = try CaseFile(&reader, model: scores.reading)
    #expect(file.rejections.isEmpty)
    return scores.results(for: file.cases)
  }

  private static func points(_ results: [ScoreResult], _ id: String) -> ClosedRange<Double>? {
    results.first { $0.score.id == id }?.points
  }

  /// The model cuts ages at 18 and 50, the score at 45 and 65.
  @Test(arguments: [(44.9, 0.0), (45, 1), (50, 1), (64.9, 1), (65, 2), (120, 2)])
  func `a number is compared exactly`(age: Double, points: Double) throws {
    let results = try Self.results("id,age,level\na,\(age),lower\n")
    #expect(Self.points(results[0], "spine") == points...points)
  }

  /// `>60` does not hold for 60.
  @Test func `bounds hold as they are written`() throws {
    let results = try Self.results(
      "id,age,sign,level\na,60,yes,lower\nb,60.001,yes,lower\nc,30,no,lower\nd,29.9,no,lower\n")
    #expect(results.map { Self.points($0, "risk") } == [0...2, 1...3, 0...2, 1...3])
  }

  /// A batch of the model knows that somebody is from 18 to 49: a point for 45 and over, or none.
  @Test func `of a state alone a range is known`() throws {
    let model = try SmallScores().load()
    let scores = try #require(ClinicalScores(model: model))
    var batch = Scorer(model).makeBatch()
    try batch.append("a", ["age": 47])
    try batch.append("b", ["age": 70])
    try batch.append("c", ["age": 12])
    let cases = scores.ownCases(of: batch)
    let totals = scores.totals(for: cases)
    // Three for the level, which a batch of the model cannot know.
    #expect((0..<3).map { totals.range(of: 0, case: $0) } == [0...400, 100...500, 0...300])
    var exact = scores.makeBatch()
    try exact.append("a", ["age": 47])
    #expect(scores.totals(for: exact).range(of: 0, case: 0) == 100...400)
  }

  @Test func `inputs are read in every form of findings`() throws {
    let expected: ClosedRange<Double> = 1.5...1.5
    for text in [
      "id,level,age\na,middle,20\n", "id;level;age\na;Middle;20\n",
      "{\"id\":\"a\",\"findings\":{\"level\":\"middle\",\"age\":20}}\n",
    ] {
      #expect(Self.points(try Self.results(text)[0], "spine") == expected)
    }
    // A bound that is an edge of the score, one that is a state of the model, and one of several
    // states, which is unknown as ever.
    let bounded = try Self.results(
      "id,level,age\na,middle,>=65\nb,middle,>=50\nc,middle,<50\n")
    #expect(bounded.map { Self.points($0, "spine") } == [3.5...3.5, 2.5...3.5, 1.5...3.5])
  }

  @Test func `the first known finding of an item decides`() throws {
    let scores = try #require(ClinicalScores(model: try SmallScores().load()))
    var batch = scores.makeBatch()
    try batch.append("a", ["rate": 100, "fast": true, "site": "back"])
    try batch.append("b", ["fast": true, "site": "back"])
    try batch.append("c", ["site": "back"])
    let totals = scores.totals(for: batch)
    #expect((0..<3).map { totals.range(of: 2, case: $0) } == [0...0, 100...100, 0...100])
  }

  @Test func `a score is listed where something of its key is known`() throws {
    let results = try Self.results("id,age,level\na,70,\nb,,upper\nc,,\n")
    #expect(results.map { $0.map(\.score.id) } == [["risk"], ["spine", "plan"], []])
    #expect(results[1][0].missing == ["age"])
    #expect(results[1][0].band?.id == "high")
    #expect(results[1][1].band?.id == "first")
  }

  /// Case b: middle, age known, no sign: high no (1.5 to 3.5 points), so the plan is open.
  @Test func `a decision table is open as long as its conditions are`() throws {
    let results = try Self.results(
      "id,level,age,rate,site\na,middle,20,120,leg\nb,middle,,120,leg\nc,middle,20,90,leg\nd,middle,20,,\n"
    )
    let plans = results.map { row in row.first { $0.score.id == "plan" } }
    #expect(plans.map { $0?.band?.id } == ["second", nil, "last", nil])
    #expect(plans[1]?.possibleBands == [0, 1])
    #expect(plans[1]?.missing == ["age", "fast"].filter { $0 == "age" })
    #expect(plans[3]?.possibleBands == [1, 2])
  }

  /// A ranking is the same with and without the inputs, and the columns are no unknown ones.
  @Test func `rankings pass inputs over`() throws {
    let model = try SmallScores().load()
    let plain = try SmallModel().load()
    let with = """
      id,level,age,sign,rate,fast,site
      a,upper,47,yes,130,no,chest
      b,,30,no,,,leg
      c,nonsense,70,yes,-5,,back

      """
    let without = "id,age,sign,site\na,47,yes,chest\nb,30,no,leg\nc,70,yes,back\n"
    func read(_ text: String, _ model: Model) throws -> CaseBatch {
      var reader = try CaseFileReader(source: MemoryByteSource(text), file: "c", model: model)
      let file = try CaseFile(&reader, model: model)
      #expect(file.rejections.isEmpty)
      return file.cases
    }
    #expect(try read(with, model).codes == read(without, plain).codes)
    let lines = "{\"id\":\"a\",\"findings\":{\"age\":47,\"level\":\"upper\",\"rate\":130}}\n"
    #expect(
      try read(lines, model).codes == read("id,age\na,47\n", plain).codes)
  }

  /// Cases read for scores are the same to the model as those that it reads by itself.
  @Test func `cases read with inputs rank as those without`() throws {
    let model = try SmallScores().load()
    let scores = try #require(ClinicalScores(model: model))
    let text =
      "id,age,sign,site,level\na,0,,chest,upper\nb,17.9,,,\nc,18,,,\nd,47,no,,\n"
      + "e,49.99,,,\nf,50,,,\ng,64,yes,leg,lower\nh,120,,,\ni,>60,,,\nj,<50,,,\nk,<40,,,\nl,>=50,,,\n"
    func read(_ model: Model) throws -> CaseBatch {
      var reader = try CaseFileReader(source: MemoryByteSource(text), file: "c", model: model)
      return try CaseFile(&reader, model: model).cases
    }
    let own = try read(scores.reading)
    let ranked = scores.modelCases(of: own)
    let expected = try read(model)
    #expect(ranked.codes == expected.codes)
    #expect((0..<ranked.count).map(ranked.id(of:)) == (0..<ranked.count).map(expected.id(of:)))
  }

  @Test func `an input out of its range rejects the row where scores are read`() throws {
    let scores = try #require(ClinicalScores(model: try SmallScores().load()))
    var reader = try CaseFileReader(
      source: MemoryByteSource("id,rate\na,500\nb,80\n"), file: "c", model: scores.reading)
    let file = try CaseFile(&reader, model: scores.reading)
    #expect(file.cases.count == 1)
    #expect(
      file.rejections.map(\.description)
        == ["c:2:3: rate \"500\": out of range; expected a number from 20 to 300 (per minute)"])
  }

  @Test func `an explanation has the scores of its case`() throws {
    let model = try SmallScores().load()
    let scores = try #require(ClinicalScores(model: model))
    var batch = scores.makeBatch()
    try batch.append("a", ["age": 64, "level": "upper", "sign": true])
    let scorer = Scorer(model)
    let explanation = scorer.explain(0, of: batch)
    #expect(explanation.terms.scores == scores.results(for: batch)[0])
    // The ranking is that of the same case without inputs.
    var plain = scorer.makeBatch()
    try plain.append("a", ["age": 64, "sign": true])
    let other = scorer.explain(0, of: plain)
    #expect(explanation.terms.ways.map(\.posterior) == other.terms.ways.map(\.posterior))
    #expect(explanation.text().contains("Spine score: 4 points, High"))
    #expect(explanation.html().contains("Spine score"))
    #expect(explanation.json().contains("\"score\": \"spine\""))
  }
}
