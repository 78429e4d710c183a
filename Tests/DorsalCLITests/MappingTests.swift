import Testing

/// `--map` and `dorsal map`.
@Suite struct MappingTests {
  static let plain = """
    id,setting,sign,age,site,diagnosis
    a,primary_care,present,17.5,leg,strain
    b,,absent,,back,
    c,emergency,,60,,tumour
    d,,present,49.5,chest,strain|tumour

    """
  static let export = """
    nr,ward,signe,months,leg,back,chest,dx,remark
    a,1,1.0,210,1,0,0,A,x
    b,NA,0.0,NA,0,1,0,,
    c,2,,720,0,0,0,B,
    d,9,1.0,594,0,0,1,AB,y

    """
  static let map = """
    column,finding,codes,unit,factor,unknown,separator,rule,decide,note
    nr,id,,,,,,,,
    ward,setting,1=primary_care;2=emergency,,,9,,,,
    signe,sign,,,,,,,,
    months,age,,,0.08333333333333333,,,,,
    leg,site,1=leg;0=,,,,,,,
    back,site,1=back;0=,,,,,,,
    chest,site,1=chest;0=,,,,,,,
    dx,diagnosis,A=strain;B=tumour;AB=strain|tumour,,,,,,,

    """

  @Test(arguments: [
    ["score", "FILE"], ["score", "FILE", "--format", "jsonl"], ["evaluate", "FILE", "--quiet"],
    ["suggest", "FILE"], ["explain", "FILE", "--id", "d"],
  ])
  func `a mapped file gives the same bytes as the plain file`(arguments: [String]) async throws {
    let folder = try WorkingFolder([
      "cases.csv": Self.plain, "export.csv": Self.export, "m.csv": Self.map,
    ])
    let plain = try await folder.start(
      arguments.map { $0 == "FILE" ? "cases.csv" : $0 }
    ).outcome()
    let mapped = try await folder.start(
      arguments.map { $0 == "FILE" ? "export.csv" : $0 } + ["--map", "m.csv"]
    ).outcome()
    #expect(plain.status == 0, "\(plain.errors)")
    #expect(mapped.status == 0, "\(mapped.errors)")
    #expect(mapped.output.replacing("export.csv", with: "cases.csv") == plain.output)
    #expect(mapped.errors.contains("export.csv: passed over: \"remark\""))
  }

  @Test func `validate says how much is known of each finding, and what is to be decided`()
    async throws
  {
    let folder = try WorkingFolder([
      "export.csv": Self.export,
      "m.csv": Self.map.replacing("signe,sign,,,,,,,,", with: "signe,sign,,,,,,,is it?,"),
    ])
    let told = try await folder.dorsal("validate", "export.csv", "--map", "m.csv")
    #expect(told.status == 0)
    #expect(told.lines.contains("  setting   50.0%  ward"))
    #expect(told.lines.contains("  age       75.0%  months"))
    #expect(told.lines.contains("  site      75.0%  leg, back, chest"))
    #expect(told.lines.contains("no column gives 1 findings: sign"))
    #expect(told.lines.contains("to be decided, not used: \"signe\": is it?"))
    #expect(
      told.errors.contains("1 line of m.csv to be decided and not used: \"signe\""))
  }

  @Test func `what keeps a mapping from being used has a status of its own`() async throws {
    let folder = try WorkingFolder([
      "export.csv": Self.export, "m.csv": Self.map, "bad.csv": "column,finding\nnr,idd\n",
      "cases.jsonl": "{\"id\": \"a\"}\n",
    ])
    let missing = try await folder.dorsal("score", "export.csv", "--map", "none.csv")
    #expect(missing.status == 66)
    let bad = try await folder.dorsal("score", "export.csv", "--map", "bad.csv")
    #expect(bad.status == 65)
    #expect(bad.errors.contains("bad.csv:2:4: unknown finding \"idd\""))
    #expect(bad.output == "")
    let overwritten = try await folder.dorsal(
      "score", "export.csv", "--map", "m.csv", "--output", "m.csv")
    #expect(overwritten.status == 64)
    #expect(try folder.read("m.csv") == Self.map)
    let json = try await folder.dorsal("score", "cases.jsonl", "--map", "m.csv")
    #expect(json.status == 65)
    #expect(json.errors.contains("cases.jsonl:1:1: a mapping is of columns"))
  }

  @Test(arguments: [
    ["score"], ["validate"], ["evaluate"], ["suggest"], ["explain"], ["calibrate"], ["fit"],
    ["model", "weights"],
  ])
  func `every verb that reads cases takes a mapping`(verb: [String]) async throws {
    let folder = try WorkingFolder()
    let help = try await folder.start(verb + ["--help"]).outcome()
    #expect(help.output.contains("--map <file>"))
  }

  @Test func `a first mapping is written, and used once it is decided`() async throws {
    let folder = try WorkingFolder([
      "export.csv": "id,sign,place\na,1.0,leg\nb,,back\nc,0.0,\n"
    ])
    let first = try await folder.dorsal("map", "export.csv", "--output", "m.csv")
    #expect(first.status == 0)
    #expect(
      first.errors.contains(
        "export.csv: 3 rows; of 3 columns 2 are used, 0 have to be decided on, 1 are passed over"))
    #expect(
      try folder.read("m.csv") == """
        column,finding,codes,unit,factor,unknown,separator,rule,decide,note
        id,id,,,,,,,,
        sign,sign,,,,,,,,
        place,,,,,,,,,"values back, leg"

        """)
    let scored = try await folder.dorsal("score", "export.csv", "--map", "m.csv", "--top", "1")
    #expect(scored.status == 0)
    #expect(scored.lines.count == 4)
  }

  @Test func `the shipped export is read by its mapping`() async throws {
    let folder = try WorkingFolder()
    let data = Repository.root + "/Data/export_redcap"
    let told = try await folder.dorsal(
      "validate", data + ".csv", "--map", data + ".map.csv", "--model", Repository.model)
    // The one row with two sites ticked.
    #expect(told.output.contains("9 cases can be read, 1 row cannot"))
    #expect(told.output.contains("\"site___1\" says low_back"))
  }
}
