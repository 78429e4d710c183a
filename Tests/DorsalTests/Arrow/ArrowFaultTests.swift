import Dorsal
import Testing

/// Bytes that are no Arrow file, or a damaged one, are errors or rejected rows, never a trap.
@Suite struct ArrowFaultTests {
  private static let samples = [
    "whole--file.arrow", "odd--lz4.arrows", "odd--zstd.arrows", "whole--deltas.arrows",
    "odd--utf8-view.arrows", "whole--passed-over.arrows",
  ]

  /// Every place of a small file, and some of a larger one.
  private static func step(of bytes: [UInt8]) -> Int { bytes.count / 2500 * 2 + 1 }

  @Test(arguments: samples)
  func `a file that is cut off is an error, or ends between two batches`(name: String) throws {
    let model = try ArrowFixture.model()
    let bytes = try ArrowFixture.bytes(name)
    let whole = CaseReading(bytes, model: model)
    var ends = 0
    // Fewer bytes are no Arrow yet, and read as text.
    for count in stride(from: 8, to: bytes.count, by: Self.step(of: bytes)) {
      let read = CaseReading(Array(bytes[..<count]), model: model)
      #expect(read.cases[...] == whole.cases.prefix(read.cases.count))
      if read.fault == nil { ends += 1 }
    }
    if name.hasSuffix(".arrow") {
      #expect(ends == 0)
    } else if Self.step(of: bytes) == 1 {
      #expect(ends > 0 && ends < 20)
    }
  }

  @Test(arguments: samples)
  func `bits that turn are an error or other rows`(name: String) throws {
    let model = try ArrowFixture.model()
    let bytes = try ArrowFixture.bytes(name)
    var faults = 0
    for place in stride(from: 0, to: bytes.count, by: Self.step(of: bytes)) {
      var changed = bytes
      changed[place] ^= place % 3 == 0 ? 0xFF : 1 << UInt8(place % 8)
      let read = CaseReading(changed, model: model, blockSize: 1 << 10)
      if read.fault != nil { faults += 1 }
      #expect(read.rowCount < 1000)
    }
    #expect(faults > 100)
  }

  @Test func `a word outside of its dictionary rejects its row`() throws {
    let read = CaseReading(
      try ArrowFixture.bytes("bad--index.arrows"), model: try ArrowFixture.model())
    #expect(read.fault == nil)
    #expect(read.cases.count == 2)
    #expect(
      read.rejections == [
        "2 a-2 site \"\": word 9 of a dictionary of 2; expected 0 to 1",
        "4 a-4 site \"\": word -1 of a dictionary of 2; expected 0 to 1",
      ])
  }

  @Test(arguments: ["utf8", "view"])
  func `a text of more than 65,536 bytes rejects its row, however often a dictionary has it`(
    kind: String
  ) throws {
    // Smaller than one of its cells, and read in full it would be of any size.
    let bytes = try ArrowFixture.bytes("bad--long-\(kind).arrows")
    #expect(bytes.count < 2000)
    let read = CaseReading(bytes, model: try ArrowFixture.model())
    #expect(read.fault == nil)
    #expect(read.cases.map { $0.split(separator: " ")[1] } == ["a"])
    let tooLong = "a text of more than 65536 bytes; expected at most so many"
    #expect(read.rejections.count == 2)
    #expect(read.rejections.first?.contains("unknown state") == true)
    #expect(read.rejections.first?.contains(tooLong) == false)
    #expect(read.rejections.last == "3 c sign \"\": \(tooLong)")
  }

  @Test func `a column of a type that no finding has is named`() throws {
    let read = CaseReading(
      try ArrowFixture.bytes("bad--type.arrows"), model: try ArrowFixture.model())
    #expect(
      read.fault == """
        f:1:2: the column "sign" has the type list; expected texts, numbers or booleans
        f:1:3: the column "age" has the type timestamp; expected texts, numbers or booleans
        """)
  }

  @Test(arguments: [
    ("V4", "f:1:1: a message of version V4; expected V5, at byte 0 of the file"),
    ("nulls", "column \"site\": 2 rows are null; expected 1, as the batch says"),
    ("behind", "bytes behind the end of the stream; expected one stream a file"),
    ("no-id", "no column \"id\""),
  ])
  func `a fault of a file says what it is and where`(name: String, words: String) throws {
    let bytes = try ArrowFixture.bytes("bad--\(name).arrows")
    let read = CaseReading(bytes, model: try ArrowFixture.model())
    #expect(read.fault?.contains(words) == true, "\(read.fault ?? "none")")
  }

  /// Notes the most bytes that it was asked for at once, for which its reader makes room.
  private struct NotingSource: ByteSource {
    final class Asked { var most = 0 }

    var source: any ByteSource
    let asked: Asked

    mutating func read(upTo count: Int) throws -> [UInt8] {
      asked.most = max(asked.most, count)
      return try source.read(upTo: count)
    }
  }

  @Test func `a length that lies takes no memory`() throws {
    // The length of the body stands in the header of the last batch as eight bytes. Two gigabytes
    // are a length that a body may have, and 139 terabytes are none.
    let bytes = try ArrowFixture.bytes("whole--int8.arrows")
    let model = try ArrowFixture.model()
    var options = CaseFileReader.Options()
    options.ignoresUnknownColumns = true
    var told = (early: 0, long: 0)
    for place in stride(from: 0, to: bytes.count - 8, by: 8) {
      var changed = bytes
      changed.replaceSubrange(place..<place + 8, with: [0, 0, 0, 0x7F, 0, 0, 0, 0])
      let asked = NotingSource.Asked()
      var fault = ""
      do {
        var reader = try CaseFileReader(
          source: NotingSource(source: MemoryByteSource(changed), asked: asked), file: "f",
          model: model, options: options)
        while let block = try reader.next() { _ = block.decode() }
      } catch {
        fault = "\(error)"
      }
      if fault.contains("the file ends early") { told.early += 1 }
      #expect(asked.most <= 1 << 20, "byte \(place)")
      changed.replaceSubrange(place..<place + 8, with: [0, 0, 0, 0, 0, 0x7F, 0, 0])
      let read = CaseReading(changed, model: model)
      if read.fault?.contains("a batch of 139637976727552 bytes") == true { told.long += 1 }
    }
    #expect(told.early > 0 && told.long > 0)
  }
}
