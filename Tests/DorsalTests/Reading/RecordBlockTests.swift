import DorsalCore
import Testing

/// How a file is cut into blocks of whole records.
@Suite struct RecordBlockTests {
  /// Short rows and one that is longer than many blocks, with line ends of both kinds.
  private static func rows(quote: String, lineEnd: String) -> [String] {
    (0..<20_000).map { row in
      let cell = row == 9_000 ? String(repeating: "x", count: 700_000) : "\(row)"
      return quote + cell + quote + (row % 3 == 0 ? "\n" : lineEnd)
    }
  }

  @Test(arguments: ["", "\""], ["\n", "\r\n"])
  func `blocks are whole records, few enough, and together the file`(
    quote: String, lineEnd: String
  ) throws {
    let rows = Self.rows(quote: quote, lineEnd: lineEnd)
    for blockSize in [1 << 10, 1 << 18] {
      var cutter = RecordCutter(
        source: MemoryByteSource(Array(rows.joined().utf8)), file: "f", blockSize: blockSize)
      var (taken, blocks) = (0, 0)
      while let block = try cutter.next(hasQuotes: !quote.isEmpty) {
        #expect(block.firstLine == taken + 1 && block.rejections.isEmpty)
        let count = block.bytes.count { $0 == UInt8(ascii: "\n") }
        #expect((1...RecordCutter.mostRecords).contains(count))
        #expect(block.records == nil || block.records?.count == count)
        #expect(
          String(decoding: block.bytes, as: UTF8.self) == rows[taken..<taken + count].joined())
        taken += count
        blocks += 1
      }
      #expect(taken == rows.count)
      // None is cut much smaller than it has to be.
      if blockSize == 1 << 18 { #expect(blocks <= rows.count / RecordCutter.mostRecords + 8) }
    }
  }

  @Test func `rows that cannot be read fill a block as others do`() throws {
    let text = String(repeating: "a\"b\n", count: 20_000)
    var cutter = RecordCutter(
      source: MemoryByteSource(Array(text.utf8)), file: "f", blockSize: 1 << 18)
    var lines: [Int] = []
    while let block = try cutter.next(hasQuotes: true) {
      #expect(block.rejections.count <= RecordCutter.mostRecords && block.records?.isEmpty == true)
      lines += block.rejections.map(\.line)
    }
    #expect(lines == Array(1...20_000))
  }
}
