import Dorsal
import Testing

/// Arrow files are read as CSV files of the same cases are.
@Suite struct ArrowReadingTests {
  @Test(arguments: ArrowFixture.names)
  func `a file is read as the CSV file of the same cases`(name: String) throws {
    let model = try ArrowFixture.model(of: name)
    let text = CaseReading(try ArrowFixture.csv(of: name), model: model, headerLines: 1)
    #expect(text.fault == nil)
    #expect(text.rowCount > 2)
    // In one stretch, and row by row.
    for blockSize in [1 << 18, 1] {
      let read = CaseReading(try ArrowFixture.bytes(name), model: model, blockSize: blockSize)
      #expect(read == text)
    }
  }

  @Test func `there is a file of every type`() {
    // Without its files the law above would show nothing.
    let kinds = Set(ArrowFixture.names.map { $0.split(separator: "-").last ?? "" })
    for kind in [
      "utf8.arrows", "view.arrows", "bool.arrows", "int8.arrows", "uint64.arrows",
      "halffloat.arrows", "float.arrows", "double.arrows", "null.arrows", "20.arrows",
      "lz4.arrow", "zstd.arrow", "deltas.arrows", "replaced.arrows", "offset.arrows",
    ] {
      #expect(kinds.contains(Substring(kind)), "\(kind)")
    }
  }

  @Test func `a mapping gives columns of Arrow a meaning as it does those of CSV`() throws {
    let model = try SmallModel().load()
    let mapping = try CaseMapping(
      bytes: Array(
        """
        column,finding,codes,unit,factor,unknown,separator,rule,decide,note
        age,age,,,0.5,,,,,
        sign,sign,present=absent;absent=present,,,,,,,

        """.utf8), file: "m")
    for name in ["whole--int64.arrows", "whole--deltas.arrows", "whole--file.arrow"] {
      func read(_ bytes: [UInt8], headerLines: Int) -> CaseReading {
        CaseReading(bytes, model: model, headerLines: headerLines) { $0.mapping = mapping }
      }
      let text = read(try ArrowFixture.csv(of: name), headerLines: 1)
      #expect(text.fault == nil)
      // The numbers of `sign` in the first file are no words of the mapping.
      if name != "whole--int64.arrows" {
        #expect(read(try ArrowFixture.bytes(name), headerLines: 0) == text)
      } else {
        let found = read(try ArrowFixture.bytes(name), headerLines: 0)
        #expect(found.rejections.count == 5)
        #expect(found.rejections.allSatisfy { $0.contains("sign") })
      }
    }
  }

  @Test func `words for unknown that are numbers are unknown in columns of numbers`() throws {
    let model = try SmallModel().load()
    var dialect = Dialect()
    dialect.unknownWords = ["17", "50"]
    for name in [
      "whole--int8.arrows", "whole--double.arrows", "whole--dictionary-of-numbers.arrows",
    ] {
      let text = CaseReading(
        try ArrowFixture.csv(of: name), model: model, headerLines: 1
      ) { $0.dialect = dialect }
      let read = CaseReading(try ArrowFixture.bytes(name), model: model) { $0.dialect = dialect }
      #expect(read == text)
      #expect(text.tally.contains("17 2 1"))
    }
  }

  @Test func `the strict dialect takes the same cells as in CSV`() throws {
    let model = try SmallModel().load()
    for name in ["odd--utf8.arrows", "odd--dictionary-uint16.arrows", "odd--utf8-view.arrows"] {
      let read = CaseReading(try ArrowFixture.bytes(name), model: model) { $0.dialect = .strict }
      var text = CaseReading(
        try ArrowFixture.csv(of: name), model: model, headerLines: 1
      ) { $0.dialect = .strict }
      #expect(read.rejections.count > 4)
      text.tally = read.tally
      #expect(read == text)
    }
  }

  @Test func `columns are told by their numbers, and rows by theirs`() throws {
    let model = try SmallModel().load()
    var reader = try CaseFileReader(
      source: MemoryByteSource(try ArrowFixture.bytes("odd--utf8.arrows")), file: "f", model: model)
    #expect(reader.format == .arrow)
    let file = try CaseFile(&reader, model: model)
    let age = file.rejections.first { $0.id == "f-6" }?.reasons.first { $0.column == "age" }
    #expect(age?.position == SourcePosition(file: "f", line: 8, column: 4))
    #expect(age?.value == "400")
  }
}
