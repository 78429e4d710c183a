import Dorsal
import Testing

@Suite struct CSVScannerTests {
  /// The cells of the first record, where the next begins, or how it ended otherwise.
  private static func scan(
    _ text: String, isLast: Bool = true
  ) -> (cells: [String], end: CSVScan) {
    let bytes = Array(text.utf8)
    var cells: [CSVCell] = []
    let end = CSVScanner.scan(bytes.span, from: 0, isLast: isLast, into: &cells)
    return (cells.map { CSVScanner.text(of: $0, in: bytes.span) }, end)
  }

  @Test(arguments: [
    ("a,b,c\n", ["a", "b", "c"]), ("a,b\r\n", ["a", "b"]), ("a,b", ["a", "b"]),
    ("a,b\r", ["a", "b"]), (",,\n", ["", "", ""]), ("\"a,b\",c\n", ["a,b", "c"]),
    ("\"a\"\"b\",c\n", ["a\"b", "c"]), ("\"a\nb\",c\r\n", ["a\nb", "c"]),
    ("\"\",\"\"\n", ["", ""]), ("\"a\"", ["a"]), ("\"\"\"\"\n", ["\""]), ("\n", [""]),
  ])
  func `a record is read as RFC 4180 defines it`(text: String, cells: [String]) {
    let found = Self.scan(text)
    #expect(found.cells == cells)
    #expect(found.end == .record(next: text.utf8.count))
  }

  @Test func `a record ends at its own line end`() {
    #expect(Self.scan("a,\"b\nc\"\nd,e\n").end == .record(next: 8))
  }

  @Test(arguments: [
    ("a\"b,c\n", CSVSyntaxFault.quoteInsideCell, 1), ("\"a\"b,c\n", .textAfterQuote, 3),
    ("a,\"b\nc\n", .unclosedQuote, 2),
  ])
  func `a record that breaks the rules is told with its place`(
    text: String, fault: CSVSyntaxFault, offset: Int
  ) {
    #expect(Self.scan(text).end == .malformed(fault, at: offset))
  }

  @Test(arguments: ["a,b", "\"a", "\"a\"", "\"a\"\r", "a,\"b\n\"\""])
  func `a record that may go on is not ended`(text: String) {
    #expect(Self.scan(text, isLast: false).end == .incomplete)
  }

  @Test func `what is written is what is read`() {
    var generator = SplitMix64(seed: 4)
    let alphabet = Array("ab,\"\n\r é")
    for _ in 0..<500 {
      let cells = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        String(
          (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
          })
      }
      var bytes: [UInt8] = []
      for (index, cell) in cells.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        CSVText.append(cell, to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
      let found = Self.scan(String(decoding: bytes, as: UTF8.self))
      #expect(found.cells.map { Array($0.utf8) } == cells.map { Array($0.utf8) })
    }
  }
}
