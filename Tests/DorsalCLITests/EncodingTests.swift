import Testing

/// Bytes that are not text in UTF-8.
@Suite struct EncodingTests {
  /// Bytes of an id, the column of the first that is wrong, and how that one is shown.
  @Test(
    arguments: [
      ([0x62, 0xFF, 0x62], "2", "\\xFF", "0xFF is not UTF-8"),
      ([0xE9, 0x62], "1", "\\xE9", "0xE9 is not UTF-8"),  // Latin 1
      ([0xC0, 0x80], "1", "\\xC0", "0xC0 is not UTF-8"),  // overlong
      ([0x62, 0xED, 0xA0, 0x80], "2", "\\xED", "0xED is not UTF-8"),  // surrogate
      ([0xF4, 0x90, 0x80, 0x80], "1", "\\xF4", "0xF4 is not UTF-8"),  // above U+10FFFF
      ([0xC3, 0xA9, 0xC3], "3", "\\xC3", "0xC3 is not UTF-8"),  // cut short
      ([0x62, 0x00, 0x62], "2", "\\x00", "a NUL byte"),
    ] as [([UInt8], String, String, String)])
  func `a row that is no text is rejected and no other`(
    id: [UInt8], column: String, value: String, words: String
  ) async throws {
    let folder = try WorkingFolder()
    for lineEnd in ["\n", "\r\n"] {
      let end = Array(lineEnd.utf8)
      let bytes =
        Array("id,sign".utf8) + end + Array("a,present".utf8) + end + id + Array(",present".utf8)
        + end + Array("c,absent".utf8) + end
      try folder.write(bytes, to: "cases.csv")
      let scored = try await folder.score("cases.csv")
      #expect(scored.outcome.status == 3)
      #expect(scored.ids == ["a", "c"])
      #expect(scored.rowsOut == 3)
      let reject = try #require(scored.rejects.first)
      #expect([reject[0], reject[1], reject[4]] == ["3", column, value])
      #expect(reject[5].contains(words))
      #expect(reject[5].contains("expected text in UTF-8"))
    }
  }

  @Test(arguments: [(0xFF, "0xFF is not UTF-8"), (0x00, "a NUL byte")] as [(UInt8, String)])
  func `a JSON case that is no text is rejected and no other`(
    byte: UInt8, words: String
  ) async throws {
    let folder = try WorkingFolder()
    try folder.write(
      Array("{\"id\":\"a\"}\n{\"id\":\"b".utf8) + [byte] + Array("\"}\n{\"id\":\"c\"}\n".utf8),
      to: "cases.jsonl")
    let scored = try await folder.score("cases.jsonl")
    #expect(scored.outcome.status == 3)
    #expect(scored.ids == ["a", "c"])
    #expect(scored.rejects.map { $0[...1] } == [["2", "9"]])
    #expect(try #require(scored.rejects.first)[5].contains(words))
  }

  @Test func `a header that is no text ends the run`() async throws {
    let folder = try WorkingFolder()
    try folder.write(Array("id,".utf8) + [0xFF, 0x0A, 0x61, 0x2C, 0x0A], to: "cases.csv")
    let outcome = try await folder.dorsal("score", "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("cases.csv:1:4: "))
    #expect(outcome.errors.contains("0xFF is not UTF-8; expected text in UTF-8"))
  }

  @Test(arguments: [true, false], [true, false])
  func `a file in UTF-16 is told as such, where it has no mark or has to be UTF-8`(
    isLittleEndian: Bool, hasMark: Bool
  ) async throws {
    let text = (hasMark ? "\u{FEFF}" : "") + "id,sign\na,present\n"
    let bytes = text.utf16.flatMap { unit in
      let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      return isLittleEndian ? pair.reversed() : pair
    }
    let folder = try WorkingFolder()
    try folder.write(bytes, to: "cases.csv")
    let outcome = try await folder.start(
      ["score", "cases.csv"] + (hasMark ? ["--strict"] : [])
    ).outcome()
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    // Without a mark it shows by the zero byte of its first letter.
    let place = hasMark || !isLittleEndian ? "1:1" : "1:2"
    #expect(outcome.errors.contains("cases.csv:\(place): "))
    #expect(outcome.errors.contains(hasMark ? "UTF-16; expected UTF-8" : "a NUL byte; expected"))
  }

  @Test func `letters of every script come out as they went in`() async throws {
    let ids = ["\u{E9}", "e\u{301}", "\u{1F600}", "\u{5D0}\u{5D1}", "\u{FEFF}x", "\u{10FFFF}"]
    let folder = try WorkingFolder([
      "cases.csv": "id\n" + ids.map { $0 + "\n" }.joined()
    ])
    let scored = try await folder.score("cases.csv")
    #expect(scored.outcome.status == 0)
    #expect(scored.ids.map { Array($0.utf8) } == ids.map { Array($0.utf8) })
  }
}
