import Dorsal
import Testing

/// Scores as matrix products beside plain loops over their rows, and the laws of ranges.
@Suite struct ScoreReferenceTests {
  /// The library's scores of random tables.
  private static func scores(
    of plain: PlainScores, reversed: Bool = false
  ) throws -> ClinicalScores {
    var files = SmallModel().tables.files
    for (name, text) in plain.tables(reversed: reversed) { files[name] = Array(text.utf8) }
    let model = try Model(tables: ModelTables(origin: "random", files: files))
    return try #require(ClinicalScores(model: model))
  }

  /// Values of some of the inputs.
  private static func drawn(
    _ plain: PlainScores, known: Double, _ generator: inout SplitMix64
  ) -> [String: String] {
    var values: [String: String] = [:]
    for input in plain.inputs where Double.random(in: 0..<1, using: &generator) < known {
      values[input.id] = input.values.randomElement(using: &generator)
    }
    return values
  }

  private static func append(
    _ values: [String: String], id: String, to batch: inout CaseBatch
  ) throws {
    try batch.append(
      id,
      Dictionary(
        uniqueKeysWithValues: values.map { name, text in
          (name, Double(text).map(FindingValue.number) ?? .state(text))
        }))
  }

  /// What the library says of every score of a case, by the id of the score.
  private static func outcomes(
    _ scores: ClinicalScores, _ totals: ScoreTotals, _ index: Int
  ) -> [String: PlainScores.Outcome] {
    var outcomes: [String: PlainScores.Outcome] = [:]
    for (place, score) in scores.model.scores.enumerated() {
      let range = totals.range(of: place, case: index)
      let mask = totals.bands(of: place, case: index)
      let bands = score.bands.enumerated().filter { mask >> UInt64($0.offset) & 1 == 1 }
      outcomes[score.id] = PlainScores.Outcome(
        least: range.lowerBound, greatest: range.upperBound, bands: Set(bands.map(\.element.id)))
    }
    return outcomes
  }

  @Test(arguments: 0..<60)
  func `known cases have the points that plain loops count`(seed: Int) throws {
    let plain = PlainScores(seed: UInt64(seed), hasSharing: seed % 2 == 0)
    let scores = try Self.scores(of: plain)
    var generator = SplitMix64(seed: UInt64(seed) + 1000)
    var batch = scores.makeBatch()
    var cases: [[String: String]] = []
    // More than a block of cases, and not a whole number of blocks.
    for index in 0..<150 {
      cases.append(Self.drawn(plain, known: 1, &generator))
      try Self.append(cases[index], id: "\(index)", to: &batch)
    }
    let totals = scores.totals(for: batch)
    for (index, values) in cases.enumerated() {
      let found = Self.outcomes(scores, totals, index)
      let expected = plain.outcomes(values, known: Set(values.keys))
      for (score, outcome) in zip(plain.scores, expected) {
        #expect(found[score.id] == outcome, "\(score.id) \(values)")
      }
    }
  }

  /// Every value of every unknown input is tried: the range is theirs where no input stands in two
  /// items, and holds theirs where some do.
  @Test(arguments: 0..<40)
  func `the range of a case is that of all its completions`(seed: Int) throws {
    let hasSharing = seed % 2 == 0
    let plain = PlainScores(seed: UInt64(seed) + 100, hasSharing: hasSharing)
    let scores = try Self.scores(of: plain)
    var generator = SplitMix64(seed: UInt64(seed))
    for share in [0.0, 0.4, 0.6, 0.8] {
      let values = Self.drawn(plain, known: share, &generator)
      var batch = scores.makeBatch()
      try Self.append(values, id: "a", to: &batch)
      let found = Self.outcomes(scores, scores.totals(for: batch), 0)
      for (score, expected) in zip(plain.scores, plain.outcomes(known: values)) {
        let outcome = try #require(found[score.id])
        if !hasSharing, !score.isTable {
          #expect(outcome == expected, "\(score.id) \(values)")
        } else {
          #expect(outcome.least <= expected.least && outcome.greatest >= expected.greatest)
          #expect(outcome.bands.isSuperset(of: expected.bands), "\(score.id) \(values)")
        }
      }
    }
  }

  /// Items of the rule first are left out: which of them is known first decides there.
  @Test(arguments: 0..<20)
  func `knowing less never narrows a range`(seed: Int) throws {
    let plain = PlainScores(seed: UInt64(seed) + 300, hasSharing: true)
    let scores = try Self.scores(of: plain)
    var generator = SplitMix64(seed: UInt64(seed))
    for _ in 0..<10 {
      var values = Self.drawn(plain, known: 0.9, &generator)
      var last: [String: PlainScores.Outcome]?
      while true {
        var batch = scores.makeBatch()
        try Self.append(values, id: "a", to: &batch)
        let found = Self.outcomes(scores, scores.totals(for: batch), 0)
        for score in plain.scores where !score.rows.contains(where: { $0.rule == "first" }) {
          let outcome = try #require(found[score.id])
          if let before = last?[score.id] {
            #expect(outcome.least <= before.least && outcome.greatest >= before.greatest)
            #expect(outcome.bands.isSuperset(of: before.bands))
          }
        }
        last = found
        guard let name = values.keys.sorted().randomElement(using: &generator) else { break }
        values[name] = nil
      }
    }
  }

  @Test(arguments: 0..<10)
  func `the order of scores and items changes nothing`(seed: Int) throws {
    let plain = PlainScores(seed: UInt64(seed) + 500, hasSharing: true)
    let (forwards, backwards) = (
      try Self.scores(of: plain), try Self.scores(of: plain, reversed: true)
    )
    var generator = SplitMix64(seed: UInt64(seed))
    for _ in 0..<20 {
      let values = Self.drawn(plain, known: 0.6, &generator)
      var (one, other) = (forwards.makeBatch(), backwards.makeBatch())
      try Self.append(values, id: "a", to: &one)
      try Self.append(values, id: "a", to: &other)
      #expect(
        Self.outcomes(forwards, forwards.totals(for: one), 0)
          == Self.outcomes(backwards, backwards.totals(for: other), 0))
    }
  }

  @Test func `a case has the same scores alone as among others`() throws {
    let plain = PlainScores(seed: 7, hasSharing: true)
    let scores = try Self.scores(of: plain)
    var generator = SplitMix64(seed: 7)
    var batch = scores.makeBatch()
    for index in 0..<300 {
      try Self.append(Self.drawn(plain, known: 0.7, &generator), id: "\(index)", to: &batch)
    }
    let together = scores.results(for: batch)
    for index in 0..<300 {
      var alone = scores.makeBatch()
      alone.append(case: index, of: batch)
      #expect(scores.results(for: alone)[0] == together[index])
    }
  }

  /// The items of a score of points add up to it where no finding stands in two of them.
  @Test func `items add up to the points`() throws {
    let plain = PlainScores(seed: 11, hasSharing: false)
    let scores = try Self.scores(of: plain)
    var generator = SplitMix64(seed: 11)
    var batch = scores.makeBatch()
    for index in 0..<50 {
      try Self.append(Self.drawn(plain, known: 0.7, &generator), id: "\(index)", to: &batch)
    }
    for results in scores.results(for: batch) {
      for result in results where result.score.kind == .points {
        let points = try #require(result.points)
        #expect(result.items.reduce(0) { $0 + $1.points.lowerBound } == points.lowerBound)
        #expect(result.items.reduce(0) { $0 + $1.points.upperBound } == points.upperBound)
        #expect(result.missing.isEmpty == (points.lowerBound == points.upperBound))
      }
    }
  }
}
