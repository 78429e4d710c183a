import Foundation
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

  @Test(arguments: [
    ("N;Wert\na;62,5\nb;61\n", "2 rows; of 2 columns", "numbers from 61 to 62.5"),
    (
      "N° patient;Âge;Créatinine (µmol/L)\nF1;67;80\nF2;34;97,5\n", "2 rows; of 3 columns",
      "from 34 to 67"
    ),
    ("wert\tname\n1,5\ta;b\n2,5\tc\n", "2 rows; of 2 columns", "values a;b, c"),
    ("wert|name\n1|a,b\n2|c\n", "2 rows; of 2 columns", "numbers from 1 to 2"),
    // As many commas as semicolons in the header, but not in the rows; and the other way round.
    ("x, y;z\n1;2\n3;4\n", "2 rows; of 2 columns", "numbers from 2 to 4"),
    ("\"x;y\",z\n1,2\n3,4\n", "2 rows; of 2 columns", "numbers from 2 to 4"),
    ("x;y,z\n1,2\n3,4\n", "2 rows; of 2 columns", "numbers from 2 to 4"),
    ("list\nE1;E2\nE3\n", "2 rows; of 1 columns", "values E1;E2, E3"),
  ])
  func `what parts the cells is counted where no name is known`(
    text: String, told: String, note: String
  ) async throws {
    let folder = try WorkingFolder(["f.csv": text])
    let mapped = try await folder.dorsal("map", "f.csv")
    #expect(mapped.status == 0)
    #expect(mapped.errors.contains("f.csv: " + told), "\(mapped.errors)")
    #expect(mapped.output.contains(note), "\(mapped.output)")
  }

  @Test func `no row is passed over without a word`() async throws {
    let folder = try WorkingFolder([
      "some.csv": "a,b\n1,2\n\n3\n4,5,6\n,,,\n7,8\n", "one.csv": "a,b\n1,2\n\"3\n4,5\n",
      "none.csv": "a\n1,2\n3,4\n",
    ])
    let some = try await folder.dorsal("map", "some.csv")
    #expect(some.status == 0)
    #expect(some.errors.contains("some.csv: 2 rows; of 2 columns"))
    #expect(
      some.errors.contains(
        "some.csv: 2 rows have another number of cells than the header or are no rows, and were not "
          + "looked at; the first is on line 4"))
    let one = try await folder.dorsal("map", "one.csv")
    #expect(one.errors.contains("one.csv: 1 row has another number of cells"), "\(one.errors)")
    #expect(one.errors.contains("one.csv: 2 rows; of 2 columns"), "\(one.errors)")
    let none = try await folder.dorsal("map", "none.csv", "--output", "m.csv")
    #expect(none.status == 65)
    #expect(none.errors.contains("none.csv:2:1: no row has 1 cell, as the header has"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/m.csv"))
  }

  /// U+00E4 is the byte 0xE4 in CP1252; in UTF-8 that begins a sequence.
  @Test(arguments: [
    ("id,m\u{E4}nnlich\na,1\n", "f.csv:1:5: in the header: byte"),
    ("id,x\na,1\nb,j\u{E4}\n", "f.csv:3:4: byte"),
  ])
  func `a mapping is not made of bytes in another encoding`(
    text: String, place: String
  ) async throws {
    let folder = try WorkingFolder()
    try folder.write(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }, to: "f.csv")
    let mapped = try await folder.dorsal("map", "f.csv", "--output", "m.csv")
    #expect(mapped.status == 65)
    let told =
      place + " 0xE4 is not UTF-8; expected text in UTF-8; a spreadsheet saves it as \"CSV UTF-8\""
    #expect(mapped.errors.contains(told), "\(mapped.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/m.csv"))
  }

  /// As a spreadsheet saves it where commas are decimal: cells with semicolons in quotes.
  @Test func `a mapping with semicolons between its cells is the same mapping`() async throws {
    let parted = Self.map.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { cell in
        cell.contains(";") ? "\"\(cell)\"" : String(cell)
      }.joined(separator: ";") + "\r\n"
    }.joined()
    let folder = try WorkingFolder([
      "export.csv": Self.export, "m.csv": Self.map, "german.csv": "\u{FEFF}" + parted,
    ])
    let plain = try await folder.dorsal("score", "export.csv", "--map", "m.csv")
    let german = try await folder.dorsal("score", "export.csv", "--map", "german.csv")
    #expect(plain.status == 0)
    #expect(plain.lines.count == 5)
    #expect(german.output == plain.output)
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
