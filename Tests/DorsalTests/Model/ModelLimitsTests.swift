import Dorsal
import Testing

/// What a model may be at most, and that within it names of any likeness are told apart.
@Suite struct ModelLimitsTests {
  /// Pairs whose first 16 bytes fold to the same word under the rotation of the name hash, worked
  /// out by hand: a bit of the first word stands where one of the second is turned to.
  static let alike = [
    ["age_00_to_20", "age_20_to_30", "age_30_to_40"], ["aaaaaaaabaaaaaaa", "aacaaaaacaaaaaaa"],
    ["below_100_mg_dl", "below_200_mg_dl_at_the_second_visit_of_the_year", "b"],
  ]

  private static func read(
    _ text: String, format: CaseFormat, _ model: Model, level: CPULevel?
  ) throws -> CaseFile {
    var options = CaseFileReader.Options()
    options.format = format
    options.rowLevel = level
    var reader = try CaseFileReader(
      source: MemoryByteSource(text), file: "f", model: model, options: options)
    return try CaseFile(&reader, model: model)
  }

  private static let levels: [CPULevel?] =
    [nil] + CPULevel.available

  @Test(arguments: alike, levels)
  func `states of any likeness are told apart`(names: [String], level: CPULevel?) throws {
    var small = SmallModel()
    small.findings = small.findings.replacing(
      "back;chest;leg", with: names.joined(separator: ";"))
    small.likelihoods =
      small.likelihoods.split(separator: "\n")
      .filter { !$0.hasPrefix("site,") }.joined(separator: "\n") + "\n"
    for name in names {
      small.likelihoods += "site,\(name),*,\(1.0 / Double(names.count)),10,assumed,,\n"
    }
    small.redFlags =
      small.redFlags.split(separator: "\n").filter { !$0.contains("chest") }
      .joined(separator: "\n") + "\n"
    let model = try small.load()
    let site = try #require(model.index(ofFinding: "site"))
    let rows = (0..<300).map { ($0, names[$0 % names.count]) }
    let csv = "id,site\n" + rows.map { "p\($0),\($1)\n" }.joined()
    let json = rows.map { "{\"id\":\"p\($0)\",\"findings\":{\"site\":\"\($1)\"}}\n" }.joined()
    for (text, format) in [(csv, CaseFormat.csv), (json, .jsonl)] {
      let file = try Self.read(text, format: format, model, level: level)
      #expect(file.rejections.isEmpty)
      #expect(
        (0..<300).map { file.cases.state(of: site, case: $0) } == rows.map { $0.0 % names.count })
    }
  }

  @Test(arguments: alike, levels)
  func `findings and causes of any likeness are told apart`(
    names: [String], level: CPULevel?
  ) throws {
    var small = SmallModel()
    for name in names {
      small.findings += "\(name),pain,binary,,,absent;present,,,1,,Is it?\n"
      small.likelihoods += "\(name),present,*,0.5,10,assumed,,\n"
    }
    // Causes may be called like findings.
    let causes = names
    small.causes = small.causes.replacing(
      "unlisted,", with: causes.map { "\($0),other,routine,Label\n" }.joined() + "unlisted,")
    for setting in ["clinic", "ward"] {
      for cause in causes { small.priors += "\(setting),\(cause),0.001,10,assumed,,\n" }
    }
    let taken = 0.001 * Double(causes.count)
    small.priors = small.priors
      .replacing("clinic,strain,0.875", with: "clinic,strain,\(0.875 - taken)")
      .replacing("ward,strain,0.5", with: "ward,strain,\(0.5 - taken)")
    let model = try small.load()
    let rows = (0..<200).map { ($0, $0 % names.count) }
    let csv =
      "id,diagnosis," + names.joined(separator: ",") + "\n"
      + rows.map { row, place in
        "p\(row),\(causes[place]),"
          + names.indices.map { $0 == place ? "yes" : "" }.joined(separator: ",") + "\n"
      }.joined()
    let json = rows.map { row, place in
      "{\"id\":\"p\(row)\",\"diagnosis\":\"\(causes[place])\",\"findings\":{\"\(names[place])\":true}}\n"
    }.joined()
    for (text, format) in [(csv, CaseFormat.csv), (json, .jsonl)] {
      let file = try Self.read(text, format: format, model, level: level)
      #expect(file.rejections.isEmpty)
      for (row, place) in rows {
        #expect(file.cases.diagnosis(of: row) == [model.index(ofCause: causes[place])])
        let known = model.findings.indices.filter { file.cases.state(of: $0, case: row) == 1 }
        #expect(known == [model.index(ofFinding: names[place])])
      }
    }
  }

  @Test(arguments: ["id", "diagnosis", "findings"])
  func `a finding has no name that case files have another use for`(name: String) {
    var small = SmallModel()
    small.findings = small.findings.replacing("sign,examination", with: "\(name),examination")
    #expect(
      small.faults().contains {
        $0.hasPrefix("small/findings.csv:3:1: \"\(name)\" is what case files call something else")
      })
  }

  @Test func `a cause has no name that answers have another use for`() {
    var small = SmallModel()
    small.causes = small.causes.replacing("strain,", with: "urgency,")
    #expect(small.faults().contains { $0.hasPrefix("small/causes.csv:2:1: \"urgency\" is what") })
  }

  @Test func `more findings or causes than may be are told at the first of them`() {
    var small = SmallModel()
    for index in 0..<16_400 {
      small.findings += "f\(index),pain,binary,,,absent;present,,,1,,Is it?\n"
    }
    // Five lines stand before; the 16,385th finding is on line 16,386.
    #expect(
      small.faults() == [
        "small/findings.csv:16386:1: 16404 findings; expected at most 16384"
      ])
    small = SmallModel()
    small.causes += (0..<4_100).map { "c\($0),other,routine,Label\n" }.joined()
    #expect(small.faults() == ["small/causes.csv:4098:1: 4103 causes; expected at most 4096"])
  }

  @Test func `more numbers than may be held are told`() {
    var small = SmallModel()
    let states = (0..<254).map { "s\($0)" }.joined(separator: ";")
    for index in 0..<20 { small.findings += "f\(index),pain,category,,,\(states),,,1,,Is it?\n" }
    small.causes = small.causes.replacing(
      "unlisted,", with: (0..<4_000).map { "c\($0),other,routine,Label\n" }.joined() + "unlisted,")
    // 4,003 causes, and 10 states besides 20 x 254.
    #expect(
      small.faults() == [
        "small/causes.csv:1:1: 4003 causes and 5090 states of findings make 20375270 numbers; "
          + "expected at most 16777216"
      ])
  }

  @Test(arguments: ["5e-324", "9e-301", "0", "1", "1.5", "-0.1"])
  func `a probability so near to 0 or 1 is told`(text: String) {
    var small = SmallModel()
    small.likelihoods = small.likelihoods.replacing("present,*,0.03", with: "present,*,\(text)")
    #expect(
      small.faults() == [
        "small/likelihoods.csv:2:16: \"\(text)\"; expected a probability below 1, from 1e-300"
      ])
  }

  /// The tumour leaves 0.35 to young and middle; the background has 1e-300 beside 0.7.
  @Test func `a probability that others leave is held to the same bound`() {
    var small = SmallModel()
    small.likelihoods = small.likelihoods
      .replacing("age,young,*,0.2", with: "age,young,*,1e-300")
      .replacing("age,middle,*,0.5", with: "age,middle,*,0.7")
    let faults = small.faults()
    #expect(faults.count == 1)
    #expect(
      faults[0].hasPrefix("small/likelihoods.csv:7:16: the states of age given tumour leave "))
    #expect(faults[0].contains("to young, its share of the background; expected at least 1e-300"))
  }

  @Test(arguments: [
    ("0.000000000001", "0.99999"), ("1e-20", "0.9999999999999999"),
    ("1e-300", "0.9999999999999999"), ("0.9999999999999999", "1e-300"),
  ])
  func `at the least probabilities every score is a number`(usual: String, own: String) throws {
    var small = SmallModel()
    // What is left to the other state is below what a row may leave unsaid.
    func other(_ text: String) -> String {
      text.hasPrefix("0.9999") ? text == own ? usual : own : "0.9999999999999999"
    }
    small.likelihoods = small.likelihoods
      .replacing(
        "sign,present,*,0.03",
        with: "sign,absent,*,\(other(usual)),50,assumed,,\nsign,present,*,\(usual)"
      )
      .replacing("present,tumour,0.6", with: "present,tumour,\(own)")
    if own != "0.99999" {
      small.likelihoods += "sign,absent,tumour,\(other(own)),40,assumed,,\n"
    }
    let model = try small.load()
    let scorer = Scorer(model: model)
    var batch = CaseBatch(model: model)
    for sign in [false, true] {
      try batch.append(id: "a", findings: ["sign": .init(booleanLiteral: sign)], model: model)
    }
    let posteriors = scorer.score(batch)
    for method in [IntervalMethod.analytic, .sampled(draws: 20, seed: 1)] {
      let intervals = CredibleIntervals(scorer: scorer, level: 0.9, method: method)
      for row in intervals.intervals(of: batch, posteriors: posteriors, causes: [[0, 1], [0, 1]]) {
        for interval in row { #expect(interval.lower <= interval.upper) }
      }
    }
    for row in 0..<2 {
      #expect(isClose(Double(posteriors.matrix.row(row).reduce(0, +)), to: 1, within: 1e-6))
      let explanation = Explainer(scorer: scorer).explain(row, of: batch)
      #expect(explanation.ways.allSatisfy { $0.posteriorDecibans.isFinite })
      #expect(explanation.text(model: model, top: 3).contains("posterior odds"))
    }
    for upTo in [2, 3] {
      let coexisting = CoexistenceScorer(scorer: scorer, upTo: upTo).score(batch)
      // P(present) of the causes lies between 0 and 1, which no NaN does.
      #expect(coexisting.present.elements.allSatisfy { (0...1.000001).contains($0) })
    }
  }

  /// Where the sign is next to never seen without a tumour, all with the sign have one, and strain
  /// beside it as often as its prior: 0.875 to 1.
  @Test func `two causes stand side by side where the background is next to nothing`() throws {
    var small = SmallModel()
    small.likelihoods = small.likelihoods.replacing("present,*,0.03", with: "present,*,1e-20")
    let model = try small.load()
    var batch = CaseBatch(model: model)
    try batch.append(id: "a", findings: ["sign": true], model: model)
    let coexisting = CoexistenceScorer(scorer: Scorer(model: model)).score(batch)
    let tumour = try #require(model.index(ofCause: "tumour"))
    #expect(isClose(Double(coexisting.present[0, tumour]), to: 1, within: 1e-6))
    #expect(isClose(Double(coexisting.present[0, 0]), to: 0.875 / 1.875, within: 1e-6))
  }

  /// A chain of findings, each a thousand times as frequent under one cause, leaves the others
  /// less than the least `Double`.
  @Test func `an explanation holds where the other causes vanish`() throws {
    var small = SmallModel()
    for index in 0..<60 {
      small.findings += "f\(index),pain,binary,,,absent;present,,,1,,Is it?\n"
      small.likelihoods += "f\(index),present,*,0.000001,10,assumed,,\n"
      small.likelihoods += "f\(index),present,tumour,0.9,10,assumed,,\n"
    }
    let model = try small.load()
    var batch = CaseBatch(model: model)
    let values = (0..<60).map { ("f\($0)", FindingValue.number(1)) }
    try batch.append(
      id: "a", findings: Dictionary(values) { first, _ in first }, model: model)
    let explanation = Explainer(scorer: Scorer(model: model)).explain(0, of: batch)
    #expect(explanation.ways[0].cause == model.index(ofCause: "tumour"))
    // ln(0.9 / 1e-6) a finding, ln(0.025 / 0.975) before: in decibans.
    let expected = 10 * (60 * (0.9 / 1e-6).logarithm + (0.025 / 0.975).logarithm)
    #expect(isClose(explanation.ways[0].posteriorDecibans, to: expected, within: 0.01))
    #expect(explanation.text(model: model, top: 3).contains("posterior odds"))
  }

  @Test(arguments: ["0.0000001", "1e300"])
  func `an effective sample size is neither nothing nor everything`(text: String) {
    var small = SmallModel()
    small.priors = small.priors.replacing("ward,tumour,0.25,100", with: "ward,tumour,0.25,\(text)")
    #expect(
      small.faults() == [
        "small/priors.csv:6:18: \"\(text)\"; expected a number above 0, from 0.001 to 1e12"
      ])
  }

  @Test func `a range far from its edges draws no number and does not trap`() throws {
    var small = SmallModel()
    small.findings = small.findings.replacing("middle;old,0,120", with: "middle;old,1e300,1e301")
    #expect(throws: DorsalError.self) {
      let simulator = try CaseSimulator(model: small.load())
      _ = try CaseWriter(simulator: simulator, format: .csv)
    }
  }

  @Test func `findings whose answers combine in few ways are gone through together`() throws {
    let states = Array(repeating: 250, count: 3) + [2]
    let model = try RandomModel(causes: 4, stateCounts: states, seed: 3).load()
    // 4 causes x 250 x 250 is within the bound of 2^22, a third 250 is not.
    #expect(ExpectedRanking.manageable([1, 2, 3], of: model) == [1, 2])
    #expect(ExpectedRanking.manageable([4, 1, 2], of: model) == [4, 1, 2])
  }
}

extension Double {
  /// The logarithm to base 10, by counting: these tests share no code with the library.
  fileprivate var logarithm: Double {
    var (rest, whole) = (self, 0.0)
    while rest >= 10 { (rest, whole) = (rest / 10, whole + 1) }
    while rest < 1 { (rest, whole) = (rest * 10, whole - 1) }
    // Digits of the logarithm, base 2, by squaring.
    var (sum, step) = (0.0, 0.5)
    for _ in 0..<50 {
      rest *= rest
      if rest >= 10 { (rest, sum) = (rest / 10, sum + step) }
      step /= 2
    }
    return whole + sum
  }
}
