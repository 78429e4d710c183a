import Dorsal
import Testing

@Suite struct TextEncodingTests {
  private static func offset(_ bytes: [UInt8]) -> Int? {
    TextEncoding.firstFault(in: bytes.span, range: 0..<bytes.count)?.offset
  }

  @Test func `random bytes are UTF-8 where the standard library says so`() {
    var generator = SplitMix64(seed: 7)
    let interesting: [UInt8] = [
      0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF,
      0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
    ]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        interesting[Int.random(in: 0..<interesting.count, using: &generator)]
      }
      let isText = String(validating: bytes, as: UTF8.self) != nil
      #expect((Self.offset(bytes) == nil) == isText, "\(bytes)")
    }
  }

  @Test func `the first bad byte is told`() {
    #expect(Self.offset(Array("abc".utf8)) == nil)
    #expect(Self.offset(Array("ab".utf8) + [0, 0x41]) == 2)
    #expect(Self.offset(Array("é".utf8) + [0xFF]) == 2)
    #expect(Self.offset([0x41, 0xC3]) == 1)
  }

  @Test func `a bad byte is found wherever it stands in a long text`() {
    let plain: [UInt8] = (0..<150).map { UInt8(1 + $0 % 127) }
    #expect(Self.offset(plain) == nil)
    for place in plain.indices {
      for bad: UInt8 in [0, 0x80, 0xFF] {
        var bytes = plain
        bytes[place] = bad
        #expect(Self.offset(bytes) == place, "\(bad) at \(place)")
      }
      let accented = plain[..<place] + Array("é€😀".utf8) + plain[place...]
      #expect(Self.offset(Array(accented)) == nil)
      #expect(Self.offset(accented + [0]) == accented.count)
    }
  }

  @Test func `what is printed is printable and short`() {
    let bytes: [UInt8] = Array("aé\n".utf8) + [0xFF, 0]
    #expect(TextEncoding.printable(bytes.span, range: 0..<bytes.count) == #"aé\x0A\xFF\x00"#)
    let long = [UInt8](repeating: 0x61, count: 1000)
    #expect(
      TextEncoding.printable(long.span, range: 0..<1000) == String(repeating: "a", count: 80)
        + "...")
  }
}

/// Signs that move a terminal, and signs that nobody sees.
@Suite struct PrintableTextTests {
  @Test(arguments: [
    ("\u{1B}[31mage", #"\x1B[31mage"#), ("age\r", #"age\x0D"#), ("a\nb", #"a\x0Ab"#),
    ("sex\u{A0}", #"sex\u{00A0}"#), ("age\u{200B}", #"age\u{200B}"#),
    ("\u{9B}31m", #"\u{009B}31m"#),
    ("\u{202E}txt", #"\u{202E}txt"#), ("\u{FEFF}id", #"\u{FEFF}id"#), ("\u{7F}", #"\x7F"#),
    ("Größe µ 😀 ≤ 5", "Größe µ 😀 ≤ 5"), ("\u{2066}x\u{2069}", #"\u{2066}x\u{2069}"#),
  ])
  func `signs that nobody sees are told by their number`(text: String, shown: String) {
    let bytes = Array(text.utf8)
    #expect(TextEncoding.printable(bytes.span, range: 0..<bytes.count) == shown)
    #expect(TextEncoding.printable(text) == shown)
  }

  @Test func `texts of several lines keep their lines and blanks`() {
    #expect(
      TextEncoding.printableLines("a\u{A0}b\n\u{1B}[2J\u{9B}\u{202E}\n")
        == "a\u{A0}b\n\\x1B[2J\\u{009B}\\u{202E}\n")
  }

  @Test func `faults and rejections hold nothing that moves a terminal`() throws {
    let position = SourcePosition(file: "f", line: 1, column: 1)
    #expect(TextFault(position: position, message: "\"\u{1B}\n\"").message == #""\x1B\x0A""#)
    var table = TextTable([("a", .left)])
    table.append(["x\n\u{1B}y"])
    #expect(table.lines.last == #"x\x0A\x1By"#)
    var json: [UInt8] = []
    JSONText.append("\u{9B}\u{7F}\u{202E}é", to: &json)
    #expect(String(decoding: json, as: UTF8.self) == #""\u009B\u007F\u202Eé""#)
  }
}
