import Testing

/// Case files as other programs write them: the same answers as the plain file, byte for byte.
@Suite struct DialectTests {
  static let plain = """
    id,setting,sign,age,site,diagnosis
    a,primary_care,present,17.5,leg,strain
    b,,absent,,back,
    c,emergency,,60,,tumour
    d,,present,49.5,chest,strain|tumour

    """

  /// A file that says the same as the plain one, and what is said of it.
  struct Variant: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let words: [String]

    init(_ name: String, _ text: String, _ words: String...) {
      (self.name, bytes, self.words) = (name, Array(text.utf8), words)
    }

    init(_ name: String, bytes: [UInt8], _ words: String...) {
      (self.name, self.bytes, self.words) = (name, bytes, words)
    }

    var testDescription: String { name }
  }

  /// The plain file with another delimiter, and decimal commas if it is a semicolon.
  private static func parted(by delimiter: String) -> String {
    let text = plain.replacing(",", with: delimiter)
    return delimiter == ";" ? text.replacing(".", with: ",") : text
  }

  private static func utf16(_ text: String, isLittleEndian: Bool) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap { unit in
      isLittleEndian
        ? [UInt8(unit & 0xFF), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 0xFF)]
    }
  }

  static let variants: [Variant] = [
    Variant(
      "pandas",
      """
      id,setting,sign,age,site,diagnosis
      a,primary_care,1.0,17.5,leg,strain
      b,NaN,0.0,NaN,back,NaN
      c,emergency,NaN,60.0,NaN,tumour
      d,None,1.0,49.5,chest,strain|tumour

      """, "5 cells NaN taken as unknown", "1 cell None taken as unknown: setting 1",
      "3 cells read in another spelling: sign 3 (\"1.0\")"),
    Variant(
      "R",
      """
      "id","setting","sign","age","site","diagnosis"
      "a","primary_care",TRUE,17.5,"leg","strain"
      "b",NA,FALSE,NA,"back",NA
      "c","emergency",NA,60,NA,"tumour"
      "d",NA,TRUE,49.5,"chest","strain|tumour"

      """,
      "6 cells NA taken as unknown: setting 2, sign 1, age 1, site 1, diagnosis 1"),
    Variant(
      "by hand",
      """
      id,setting,sign,age,site,diagnosis
      a,Primary_Care, Y ,17.5, LEG,strain
      b,?,f,unknown,Back ,-
      c, EMERGENCY ,n/a, 60 ,.,tumour
      d,Null,T,49.5,Chest,strain | tumour

      """, "cell ? taken as unknown", "cell n/a taken as unknown", "cells read in another spelling"),
    Variant(
      "semicolons", parted(by: ";"), "by the header a semicolon parts the cells",
      "decimal comma", "2 cells read in another spelling: age 2 (\"17,5\")"),
    Variant("tabs", parted(by: "\t"), "by the header a tab parts the cells"),
    Variant(
      "bars", parted(by: "|").replacing("strain|tumour", with: "\"strain|tumour\""),
      "by the header a bar parts the cells"),
    Variant(
      "a line sep=;", "sep=;\r\n" + parted(by: ";").replacing("\n", with: "\r\n"),
      "the first line says that a semicolon parts the cells"),
    Variant(
      "a quoted line sep=", "\"sep=\t\"\n" + parted(by: "\t"),
      "the first line says that a tab parts the cells"),
    Variant("a line sep=,", "sep=,\n" + plain, "the first line says that a comma parts the cells"),
    Variant(
      "carriage returns", plain.replacing("\n", with: "\r"),
      "the lines end with a carriage return alone"),
    Variant(
      "carriage returns without the last", String(plain.dropLast()).replacing("\n", with: "\r"),
      "the lines end with a carriage return alone"),
    Variant(
      "two carriage returns", plain.replacing("\n", with: "\r\r\n"),
      "the lines end with two carriage returns and a line feed"),
    Variant("UTF-16, lower byte first", bytes: utf16(plain, isLittleEndian: true), "is UTF-16"),
    Variant("UTF-16, higher byte first", bytes: utf16(plain, isLittleEndian: false), "is UTF-16"),
    Variant(
      "Unicode text of a spreadsheet",
      bytes: utf16(parted(by: "\t").replacing("\n", with: "\r\n"), isLittleEndian: true),
      "is UTF-16", "by the header a tab parts the cells"),
    Variant(
      "empty columns at the end", plain.replacing("\n", with: ",,\n"),
      "2 columns without a name and without values passed over"),
    Variant(
      "an empty column in front",
      "," + String(plain.dropLast()).replacing("\n", with: "\n,") + "\n",
      "1 column without a name and without values passed over"),
    Variant(
      "empty rows", plain.replacing("b,,absent", with: ",,,,,\nb,,absent") + ", ,,,,\n,,\n",
      "3 rows of nothing but delimiters passed over"),
  ]

  @Test(arguments: variants)
  func `a file of another program gets the answers of the plain one`(
    variant: Variant
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.plain])
    let plain = try await folder.dorsal("score", "cases.csv", "--all")
    let evaluated = try await folder.dorsal("evaluate", "cases.csv", "--json")
    #expect(plain.status == 0)
    #expect(plain.errors.isEmpty)
    #expect(plain.lines.count == 5)
    try folder.write(variant.bytes, to: "cases.csv")
    for outcome in [
      try await folder.dorsal("score", "cases.csv", "--all"),
      try await folder.shell("cat cases.csv | \"$DORSAL\" score - --all"),
    ] {
      #expect(outcome.status == 0)
      #expect(outcome.output == plain.output)
      for word in variant.words { #expect(outcome.errors.contains(word)) }
    }
    let again = try await folder.dorsal("evaluate", "cases.csv", "--json")
    #expect(again.output == evaluated.output)
    for word in variant.words { #expect(again.errors.contains(word)) }
    let validated = try await folder.dorsal("validate", "cases.csv")
    #expect(validated.status == 0)
    #expect(validated.output == "cases.csv: 4 cases can be read, 0 rows cannot\n")
    for word in variant.words { #expect(validated.errors.contains(word)) }
  }

  @Test(arguments: variants)
  func `strict takes none of it`(variant: Variant) async throws {
    let folder = try WorkingFolder()
    try folder.write(variant.bytes, to: "cases.csv")
    let outcome = try await folder.dorsal("score", "cases.csv", "--strict")
    #expect([3, 65].contains(outcome.status))
    #expect(!outcome.errors.contains("taken as unknown"))
  }

  @Test func `a named delimiter is taken without a look at the header`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id|sign\na|present\n", "plain.csv": "id,sign\na,present\n",
    ])
    let plain = try await folder.dorsal("score", "plain.csv")
    for name in ["bar", "|"] {
      let outcome = try await folder.dorsal("score", "cases.csv", "--delimiter", name)
      #expect(outcome.output == plain.output)
      #expect(outcome.errors.isEmpty)
    }
    let wrong = try await folder.dorsal("score", "cases.csv", "--delimiter", "comma")
    #expect(wrong.status == 65)
    #expect(wrong.errors.contains("unknown column \"id|sign\""))
    let both = try await folder.dorsal("score", "cases.csv", "--delimiter", "bar", "--strict")
    #expect(both.status == 64)
    #expect(both.errors.contains("--strict"))
  }

  @Test func `another delimiter named by sep= is told`() async throws {
    let folder = try WorkingFolder(["cases.csv": "sep=x\nidxsign\naxpresent\n"])
    let outcome = try await folder.dorsal("score", "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("cases.csv:1:5: \"x\" between cells; expected a comma"))
  }

  @Test func `faults have their place in files with another delimiter`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "sep=;\nid;sign;age\na;present;1,5,0\n\"b\"x;absent;\nc;absent\nd;absent;17,5\n"
    ])
    let scored = try await folder.score("cases.csv")
    #expect(scored.ids == ["d"])
    #expect(scored.rejects.map { $0[0] } == ["3", "4", "5"])
    #expect(scored.rejects.map { $0[1] } == ["11", "4", "3"])
    #expect(scored.rejects[1][5].contains("expected a semicolon"))
  }

  @Test func `a stray quote swallows no row of a file with semicolons`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id;sign;note\na;present;\"x\nb;absent;y\nc;absent;z\"\nd;absent;\"k\nl\"\n"
    ])
    let scored = try await folder.score("cases.csv", "--ignore-unknown-columns")
    #expect(scored.ids == ["b", "d"])
    #expect(scored.rejects.map { $0[0] } == ["2", "4"])
  }

  @Test func `a decimal comma is one with semicolons alone`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id\tage\na\t17,5\nb\t17.5\n"])
    let scored = try await folder.score("cases.csv")
    #expect(scored.ids == ["b"])
    #expect(try #require(scored.rejects.first)[5].contains("decimal point"))
  }

  @Test func `a nameless column with values is a fault of the header`() async throws {
    let folder = try WorkingFolder([
      "first.csv": ",id,sign\n0,a,present\n1,b,absent\n",
      "later.csv": "id,sign,\na,present,\nb,absent,x\n",
      "plain.csv": "id,sign\na,present\nb,absent\n",
    ])
    let first = try await folder.dorsal("score", "first.csv")
    #expect(first.status == 65)
    #expect(first.output.isEmpty)
    #expect(first.errors.contains("first.csv:1:1: a column without a name"))
    let ignoring = try await folder.dorsal("score", "first.csv", "--ignore-unknown-columns")
    #expect(ignoring.status == 0)
    #expect(ignoring.output == (try await folder.dorsal("score", "plain.csv")).output)
    let later = try await folder.score("later.csv")
    #expect(later.ids == ["a"])
    #expect(later.rejects.map { $0[...2] } == [["3", "10", "b"]])
  }

  @Test func `UTF-16 loses no row`() async throws {
    let folder = try WorkingFolder()
    // The second id is half of a pair, the third one a whole pair; the file ends inside a unit.
    let good = Self.utf16("id,sign\na,present\n", isLittleEndian: true)
    let half: [UInt8] = [0x3D, 0xD8]
    let rest = Array(
      Self.utf16(",absent\n\u{1F600},absent\nd,absent", isLittleEndian: true).dropFirst(2))
    try folder.write(good + half + rest + [0x0A], to: "cases.csv")
    let scored = try await folder.score("cases.csv")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a", "\u{1F600}"])
    #expect(scored.rejects.map { $0[0] } == ["3", "5"])
    #expect(scored.rejects.allSatisfy { $0[5].contains("is not UTF-8") })
  }

  @Test func `files of nothing but the mark of a packed one and UTF-32 are told`() async throws {
    let folder = try WorkingFolder()
    for (bytes, word) in [
      ([0x28, 0xB5, 0x2F, 0xFD, 0x00], "zstd"), ([0x1F, 0x8B, 0x08], "gzip"),
      ([0xFF, 0xFE, 0x00, 0x00, 0x69, 0x00, 0x00, 0x00], "UTF-32"),
    ] as [([UInt8], String)] {
      try folder.write(bytes, to: "cases.csv")
      let outcome = try await folder.dorsal("score", "cases.csv")
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains(word))
    }
  }
}
