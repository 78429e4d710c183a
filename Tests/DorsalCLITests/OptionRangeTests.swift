import Testing

/// Numbers on the command line that no work can be done with are refused with their range.
@Suite struct OptionRangeTests {
  private static let huge = "9223372036854775807"

  @Test(arguments: [
    ("score cases.csv --threads", "at most 1024"), ("suggest cases.csv --threads", "at most 1024"),
    ("evaluate cases.csv --threads", "at most 1024"),
    ("calibrate cases.csv --threads", "at most 1024"),
    ("fit cases.csv --output m --threads", "at most 1024"),
    ("simulate --count 1 --threads", "at most 1024"),
    ("simulate --count", "at most 1000000000000"),
    ("evaluate cases.csv --bootstrap", "at most 100000"),
    ("calibrate cases.csv --report r.html --bootstrap", "at most 100000"),
    ("score cases.csv --interval 0.9 --draws", "at most 20000"),
    ("calibrate cases.csv --ridge", "at most 1e12"),
    ("calibrate cases.csv --shrinkage", "at most 1e12"),
    ("fit cases.csv --output m --pseudo-count", "from 0.001 to 1000000"),
  ])
  func `a number beyond its range is refused`(command: String, range: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,diagnosis\na,strain\n"])
    let words = command.split(separator: " ").map(String.init)
    let outcome = try await folder.start(words + [Self.huge]).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(range), "\(outcome.errors)")
    #expect(try folder.names() == ["cases.csv"])
  }

  /// Each of them changes nothing of what the verb answers without it, which it answers.
  @Test(arguments: [
    ("map cases.csv", "--strict", "it needs a verb that reads cases"),
    ("map cases.csv", "--on-bad-value unknown", "it needs a verb that reads cases"),
    ("score cases.csv", "--draws 10", "it needs --interval and --interval-method sampled"),
    ("score cases.csv --interval 0.9", "--seed 2", "it needs --interval and --interval-method"),
    ("score cases.csv --interval 0.9 --interval-method analytic", "--draws 9", "it needs"),
    ("score cases.csv", "--interval-method analytic", "it needs --interval"),
    ("score cases.csv --all", "--top 5", "it needs columns of leading causes"),
    ("explain cases.csv --id a", "--seed 1", "it needs --interval"),
    ("explain cases.csv --id a --steps", "--top 3", "it needs the explanation"),
    ("diary diary.csv", "--top 3", "it needs --weekly or --json"),
    ("diary diary.csv", "--prior-weight 1", "it needs --weekly or --json"),
    ("diary diary.csv", "--setting emergency", "it needs --weekly or --json"),
    ("diary --rules", "--weekly", "it needs a diary, and --rules reads none"),
    ("calibrate labelled.csv --method none", "--shrinkage 1", "it needs --method evidence"),
    ("calibrate labelled.csv --method none", "--pseudo-cases 9", "it needs --method prior-shift"),
    ("calibrate labelled.csv --method none", "--least-cases 9", "it needs --method isotonic"),
    ("calibrate labelled.csv --method none", "--set-apart 0.4", "it needs --coverage"),
    ("calibrate labelled.csv --method none", "--bootstrap 9", "it needs --report"),
    ("model show strain", "--top 3", "it needs --gaps"),
    ("model show strain", "--cases cases.csv", "it needs --gaps"),
  ])
  func `an option that nothing is made of is told with what it needs`(
    command: String, option: String, need: String
  ) async throws {
    let diary = "patient,date,time,pain\np,2026-01-01,08:00,5\n"
    let folder = try WorkingFolder([
      "cases.csv": "id\na\n", "diary.csv": diary,
      "labelled.csv": "id,diagnosis,sign\na,strain,present\nb,tumour,absent\nc,strain,absent\n",
    ])
    func outcome(_ words: String) async throws -> Outcome {
      try await folder.start(words.split(separator: " ").map(String.init)).outcome()
    }
    let (plain, told) = (try await outcome(command), try await outcome(command + " " + option))
    #expect((told.status, told.output) == (plain.status, plain.output), "\(told.errors)")
    let name = option.prefix { $0 != " " }
    #expect(told.errors.contains("warning: \(name) changes nothing: \(need)"), "\(told.errors)")
    #expect(!plain.errors.contains("changes nothing"))
  }

  /// With what they need the same options are taken.
  @Test func `an option beside what it needs is taken`() async throws {
    let diary = "patient,date,time,pain\np,2026-01-01,08:00,5\n"
    let folder = try WorkingFolder(["cases.csv": "id\na\n", "diary.csv": diary])
    for command in [
      "score cases.csv --interval 0.9 --interval-method sampled --draws 10 --seed 2",
      "score cases.csv --all --coexisting --top 2", "score cases.csv --on-bad-value reject",
      "diary diary.csv --json --top 2 --setting emergency --prior-weight 0.5",
      "model show --gaps --top 3 --cases cases.csv",
    ] {
      let outcome = try await folder.start(command.split(separator: " ").map(String.init))
        .outcome()
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }
  }

  @Test func `an interval of all but everything is refused`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"])
    let outcome = try await folder.dorsal(
      "score", "cases.csv", "--interval", "0.9999999999999999")
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("between 0 and 1, at most 0.999999"))
    let least = try await folder.dorsal("score", "cases.csv", "--interval", "0.999999")
    #expect(least.status == 0)
  }

  @Test func `more places than there are answers are left out`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,yes\n"])
    let suggested = try await folder.dorsal("suggest", "cases.csv", "--top", Self.huge)
    #expect(suggested.status == 0)
    // The model has three findings besides the setting, with five columns each.
    #expect(suggested.lines[0].split(separator: ",").count == 4 + 3 * 5)
    for command in ["score cases.csv --coexisting --top", "explain cases.csv --id a --top"] {
      let words = command.split(separator: " ").map(String.init)
      #expect(try await folder.start(words + [Self.huge]).outcome().status == 0, "\(command)")
    }
  }

  /// The second setting's states stand first in a model whose settings are turned round.
  @Test func `the default setting is the model's first`() async throws {
    var model = SmallModel()
    model.replace("primary_care;emergency", with: "emergency;primary_care", in: "findings.csv")
    let diary = "patient,date,time,pain\np,2026-01-01,08:00,5\n"
    let folder = try WorkingFolder(["cases.csv": "id\na\n", "diary.csv": diary], model: model)
    let scored = try await folder.dorsal("score", "cases.csv", "--top", "1")
    #expect(scored.lines[1] == "a,emergency,self_care,expected_loss,0,0.000,tumour,0.5")
    let drawn = try await folder.dorsal("simulate", "--count", "1", "--metadata", "about.json")
    #expect(drawn.status == 0)
    #expect(try folder.read("about.json").contains("\"setting\": \"emergency\""))
    let kept = try await folder.dorsal("diary", "diary.csv", "--json")
    #expect(kept.output.contains("tumour"))
    model.replace("emergency;primary_care", with: "ward;clinic", in: "findings.csv")
    model.replace("emergency,", with: "ward,", in: "priors.csv")
    model.replace("primary_care,", with: "clinic,", in: "priors.csv")
    let other = try WorkingFolder(["diary.csv": diary], model: model)
    #expect(try await other.dorsal("simulate", "--count", "1").status == 0)
    #expect(try await other.dorsal("diary", "diary.csv", "--json").status == 0)
  }
}
