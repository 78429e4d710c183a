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
    var expected = text
    if name.hasPrefix("odd--") {
      // A row of nulls is a row of a table, as a row of delimiters is none of a text.
      expected.rejections.insert("7  id \"\": the id is empty; expected a text", at: 1)
      #expect(expected.tally.removeLast() == "1 empty")
      expected.tally.append("0 empty")
    }
    // In one stretch, and row by row.
    for blockSize in [1 << 18, 1] {
      let read = CaseReading(try ArrowFixture.bytes(name), model: model, blockSize: blockSize)
      #expect(read == expected)
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

  @Test(arguments: [
    ("whole--int64.arrows", "age,age,,,0.5,,,,,"), ("whole--float.arrows", "age,age,,,0.5,,,,,"),
    ("whole--deltas.arrows", "sign,sign,present=absent;absent=present,,,,,,,"),
    ("whole--file.arrow", "sign,sign,present=absent;absent=present,,,,,,,"),
  ])
  func `a mapping gives columns a meaning as it does those of CSV`(
    name: String, line: String
  ) throws {
    let model = try ArrowFixture.model()
    let mapping = try CaseMapping(
      bytes: Array(
        "column,finding,codes,unit,factor,unknown,separator,rule,decide,note\n\(line)\n".utf8),
      file: "m")
    let csv = try ArrowFixture.csv(of: name)
    let plain = CaseReading(csv, model: model, headerLines: 1)
    let text = CaseReading(csv, model: model, headerLines: 1) { $0.mapping = mapping }
    let read = CaseReading(try ArrowFixture.bytes(name), model: model) { $0.mapping = mapping }
    #expect(text.fault == nil)
    #expect(text != plain)
    #expect(read == text)
  }

  @Test func `texts of columns that are no findings are kept`() throws {
    let model = try ArrowFixture.model()
    var options = CaseFileReader.Options()
    options.ignoresUnknownColumns = true
    options.keptColumns = ["x11", "site"]
    var reader = try CaseFileReader(
      source: MemoryByteSource(try ArrowFixture.bytes("whole--passed-over.arrows")), file: "f",
      model: model, options: options)
    var kept: [String] = []
    while let block = try reader.next() {
      let cases = block.decode().cases
      kept += (0..<cases.count).map { index in
        "\(cases.kept.text(of: 0, case: index)) \(cases.kept.text(of: 1, case: index))"
      }
    }
    #expect(
      kept == ["a leg", "b back", "a chest", "b leg", "a back", "b ", "a chest", "b leg"])
  }

  @Test func `words for unknown that are numbers are unknown in columns of numbers`() throws {
    let model = try ArrowFixture.model()
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
    let model = try ArrowFixture.model()
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
    let model = try ArrowFixture.model()
    var reader = try CaseFileReader(
      source: MemoryByteSource(try ArrowFixture.bytes("odd--utf8.arrows")), file: "f", model: model)
    #expect(reader.format == .arrow)
    let file = try CaseFile(&reader, model: model)
    let age = file.rejections.first { $0.id == "f-6" }?.reasons.first { $0.column == "age" }
    #expect(age?.position == SourcePosition(file: "f", line: 8, column: 4))
    #expect(age?.value == "400")
  }
}
