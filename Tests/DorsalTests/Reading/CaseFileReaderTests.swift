import Dorsal
import Testing

/// Reading case files: what a file says does not depend on how it is cut.
@Suite struct CaseFileReaderTests {
  /// A source that gives its bytes in small pieces.
  private struct SlowSource: ByteSource {
    var bytes: ArraySlice<UInt8>
    let piece: Int

    mutating func read(upTo count: Int) -> [UInt8] {
      let chunk = Array(bytes.prefix(min(piece, count)))
      bytes = bytes.dropFirst(chunk.count)
      return chunk
    }
  }

  /// What a file was read as: a line for each case and each rejected row.
  private static func read(
    _ text: [UInt8], blockSize: Int = 1 << 18, piece: Int = .max, ignores: Bool = false
  ) throws -> (cases: [String], rejected: [String]) {
    let model = try SmallModel().load()
    var options = CaseFileReader.Options()
    options.blockSize = blockSize
    options.ignoresUnknownColumns = ignores
    var reader = try CaseFileReader(
      source: SlowSource(bytes: text[...], piece: piece), file: "f", model: model,
      options: options)
    let file = try CaseFile(&reader, model: model)
    let cases = (0..<file.cases.count).map { index in
      let start = index * file.cases.findingCount
      let codes = file.cases.codes[start..<start + file.cases.findingCount]
      return "\(file.cases.lines[index]) \(file.cases.id(of: index)) \(Array(codes)) "
        + "\(file.cases.diagnosis(of: index))"
    }
    return (cases, file.rejections.map(\.description))
  }

  private static func read(_ text: String) throws -> (cases: [String], rejected: [String]) {
    try read(Array(text.utf8))
  }

  private static let awkward = """
    id,sign,"age",site,diagnosis
    a,present,17,back,strain
    "b ""quoted"", with comma",absent,50,leg,tumour|strain

    "c
    two lines",,,chest,
    d,presnt,12x,,
    e,present,"17,back,
    f,present,17,back,strain
    g"h,present,17,back,strain
    i,"present"x,17,back,strain
    j,present,17
    \u{E9}\u{1F600},absent,,,unlisted
    a,absent,,,
    "z",absent,,,tumour
    """

  @Test(arguments: [1, 2, 3, 7, 16, 50, 64, 100, 1000], [1, 5, 1000])
  func `a file is read alike however it is cut`(blockSize: Int, piece: Int) throws {
    for text in [Self.awkward, Self.awkward.replacing("\n", with: "\r\n") + "\r\n"] {
      let bytes = Array(text.utf8)
      let whole = try Self.read(bytes)
      let cut = try Self.read(bytes, blockSize: blockSize, piece: piece)
      #expect(cut.cases == whole.cases)
      #expect(cut.rejected == whole.rejected)
    }
  }

  @Test func `every row is a case or a rejection, with its line`() throws {
    let file = try Self.read(Self.awkward)
    #expect(
      file.cases == [
        "2 a [0, 2, 1, 1] [0]", "3 b \"quoted\", with comma [0, 1, 3, 3] [1, 0]",
        "9 f [0, 2, 1, 1] [0]",
        "13 \u{E9}\u{1F600} [0, 1, 0, 0] [2]", "15 z [0, 1, 0, 0] [1]",
      ])
    #expect(file.rejected.count == 8)
    for (rejected, place) in zip(
      file.rejected,
      [
        "f:5:1: ", "f:6:10: ", "f:7:3: sign", "f:8:11: ", "f:10:2: ", "f:11:12: ", "f:12:11: ",
        "f:14:1: id",
      ])
    { #expect(rejected.hasPrefix(place), "\(rejected)") }
    #expect(file.rejected[2].contains("f:7:10: age \"12x\""))
    #expect(file.rejected[2].contains("did you mean \"present\""))
    #expect(file.rejected[7].contains("line 2 already"))
  }

  @Test func `a byte-order mark and blank lines are no part of the cases`() throws {
    let plain = try Self.read("id,sign\na,yes\nb,no\n")
    #expect(try Self.read("\u{FEFF}id,sign\na,yes\nb,no").cases == plain.cases)
    #expect(try Self.read("\n\nid,sign\n\r\n\na,yes\n\nb,no\n\n").cases.count == 2)
  }

  @Test(arguments: [
    ("", "f:1:1: the file is empty"), ("\u{FEFF}", "the file is empty"),
    ("sign,age\n", "no column \"id\""), ("id,sign,id\n", "\"id\" stands twice"),
    ("id,sign,sign\n", "f:1:9: the column \"sign\" stands twice"),
    ("id,sgin\n", "f:1:4: unknown column \"sgin\"; did you mean \"sign\""),
    ("\"id\"x\n", "text after the closing quote"), ("id,\"sign\na,yes\n", "never closed"),
    ("id,si\0gn\n", "NUL byte"), ("[{\"id\":\"a\"}]\n", "a JSON array; expected an object"),
  ])
  func `a header that cannot be read says why`(text: String, words: String) throws {
    do {
      _ = try Self.read(text)
      Issue.record("the header was read")
    } catch let fault as CaseFileFault {
      #expect(fault.description.contains(words), "\(fault)")
    }
  }

  @Test func `a compressed file that ends early is told with the byte`() throws {
    do {
      _ = try Self.read([0x1F, 0x8B, 0x08, 0x00, 0x00])
      Issue.record("a compressed file was read")
    } catch let fault as CaseFileFault {
      #expect(
        fault.description
          == "f:1:1: the gzip data end early, at byte 5 of the file; is it cut off?")
    }
  }

  @Test func `everything wrong with a row is told, in the order of the row`() throws {
    let line = #"{"findings":{"sign":3,"age":"x"},"diagnosis":"x","id":"a","setting":"home"}"#
    let file = try Self.read(line + "\n")
    let columns = file.rejected[0].split(separator: "\n").map { $0.split(separator: " ")[1] }
    #expect(columns == ["sign", "age", "diagnosis", "setting"])
  }

  @Test func `unknown columns are passed over where that is asked for`() throws {
    let text = "note,id,sign,note\n\"x,\ny\",a,yes,\n"
    let file = try Self.read(Array(text.utf8), ignores: true)
    #expect(file.cases == ["2 a [0, 2, 0, 0] []"])
  }

  @Test func `bytes that are no text are rejected by row`() throws {
    var bytes = Array("id,sign\na,yes\nb,".utf8)
    bytes += [0xFF, 0x0A] + Array("c,y\0s\nd,no\n".utf8)
    let file = try Self.read(bytes)
    #expect(file.cases.map { $0.prefix(3) } == ["2 a", "5 d"])
    #expect(file.rejected[0].hasPrefix("f:3:3: ") && file.rejected[0].contains("0xFF"))
    #expect(file.rejected[1].hasPrefix("f:4:4: ") && file.rejected[1].contains("NUL"))
  }

  @Test func `JSON cases are read like CSV ones`() throws {
    let json = """
      {"id":"a","findings":{"sign":true,"age":17.5,"site":null},"diagnosis":"strain|tumour"}
      {"findings":{"sign":"absent","age":5e1},"setting":"ward","id":7}

      {"id":"\\u0061b","findings":{}}
      """
    let csv = "id,setting,sign,age,diagnosis\na,,1,17.5,strain|tumour\n7,ward,0,50,\n\nab,,,,\n"
    func withoutLine(_ cases: [String]) -> [Substring] { cases.map { $0.drop { $0 != " " } } }
    #expect(try withoutLine(Self.read(json).cases) == withoutLine(Self.read(csv).cases))
  }

  @Test(arguments: [
    ("{\"id\":\"a\"", "f:2:10: the JSON ends early"),
    (
      "{\"id\":\"a\",\"findings\":{\"age\":\"17\"}}",
      "f:2:30: age \"17\": a string; expected a number"
    ),
    ("{\"id\":\"a\",\"findings\":{\"sgin\":true}}", "did you mean \"sign\""),
    ("{\"id\":\"a\",\"findings\":{\"sign\":true,\"sign\":true}}", "the key \"sign\" stands twice"),
    ("{\"id\":\"a\",\"id\":\"b\"}", "the key \"id\" stands twice"),
    ("{\"id\":\"a\",\"sign\":true}", "findings stand inside \"findings\""),
    ("{\"id\":\"a\",\"findings\":[]}", "an array; expected an object"),
    ("{\"id\":null}", "null; expected a string"), ("{\"findings\":{}}", "no member \"id\""),
    ("[]", "an array; expected an object for each case"), ("{\"id\":\"\"}", "the id is empty"),
    ("{\"id\":\"a\\u0000b\"}", "a NUL in the id"),
    ("{\"id\":\"a\",\"findings\":{\"site\":true}}", "expected one of back, chest, leg"),
    ("{\"id\":\"a\",\"findings\":{\"site\":2}}", "unknown state"),
    ("{\"id\":\"a\",\"diagnosis\":\"tumor\"}", "did you mean \"tumour\""),
    (
      "{\"id\":\"a\",\"findings\":{\"sign\":{\"x\":[[]]}}}", "an object; expected absent or present"
    ),
  ])
  func `a JSON case that cannot be read says why, and the others are read`(
    line: String, words: String
  ) throws {
    let file = try Self.read("{\"id\":\"first\"}\n\(line)\n{\"id\":\"last\"}\n")
    #expect(file.cases.map { $0.prefix(7) } == ["1 first", "3 last "])
    #expect(file.rejected.count == 1)
    #expect(file.rejected[0].contains(words), "\(file.rejected)")
  }

  @Test func `a line beyond the limit is rejected without being kept`() throws {
    let long = String(repeating: "x", count: (1 << 24) + 10)
    let file = try Self.read("id,sign\na,yes\n\(long)\nb,no\n\(long)")
    #expect(file.cases.map { $0.prefix(3) } == ["2 a", "4 b"])
    #expect(file.rejected.count == 2)
    #expect(file.rejected.allSatisfy { $0.utf8.count < 300 })
  }
}
