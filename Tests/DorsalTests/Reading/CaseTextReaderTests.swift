import Dorsal
import Foundation
import TestSupport
import Testing

@Suite struct CaseTextReaderTests {
  private static let examples = Result {
    try String(contentsOfFile: Repository.root + "/Data/examples.jsonl", encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test func `an array, single texts, lines and a file give the same cases`() throws {
    let model = try Repository.model()
    let lines = try Self.examples.get()
    var file = try CaseFileReader(
      source: MemoryByteSource(lines.joined(separator: "\n")), file: "file", model: model)
    let expected = try CaseFile(&file, model: model).cases
    let reader = CaseTextReader(model: model)
    let array = try reader.read(json: Array("[ \(lines.joined(separator: " ,\n\n")) ]".utf8))
    let stream = reader.read(lines: Array(lines.joined(separator: "\n\n").utf8))
    #expect(array.isList && array.rejections.isEmpty && stream.rejections.isEmpty)
    #expect(array.cases.codes == expected.codes)
    #expect(stream.cases.codes == expected.codes)
    for (index, line) in lines.enumerated() {
      let one = try reader.read(json: Array("\n \(line)\n".utf8))
      #expect(!one.isList && one.cases.count == 1)
      #expect(one.cases.id(of: 0) == expected.id(of: index))
      #expect(
        one.cases.codes
          == Array(
            expected.codes[index * model.findings.count..<(index + 1) * model.findings.count]))
    }
  }

  /// The marks stand where the faults are; their lines and columns are counted in the text.
  @Test func `faults have their place in the text, wherever a case begins`() throws {
    let text = """
      [{"id":"a"}, {"id":"b","findings":{"sex":"§male"}},
        {"id":"c", §"name":1,
         "findings":{"age":§400, §"feber":true}}, §7,
       {"id":"d"},{"id":"a"}]
      """
    var expected: [String] = []
    for (line, part) in text.split(separator: "\n").enumerated() {
      var column = 1
      for byte in part.replacing("§", with: "\u{1}").utf8 {
        if byte == 1 { expected.append("\(line + 1):\(column)") } else { column += 1 }
      }
    }
    let clean = text.replacing("§male", with: "man").replacing("§", with: "")
    let contents = try CaseTextReader(model: Repository.model()).read(json: Array(clean.utf8))
    let faults = contents.rejections.dropLast().flatMap(\.reasons)
    #expect(faults.map { "\($0.position.line):\($0.position.column)" } == expected)
    #expect(
      contents.records == [
        .read(0), .rejected(0), .rejected(1), .rejected(2), .read(1), .rejected(3),
      ])
    #expect(contents.rejections.last?.reasons[0].column == "id")
    #expect(contents.cases.count == 3)
  }

  @Test func `records of lines stand in their order`() throws {
    let reader = CaseTextReader(model: try Repository.model())
    let contents = reader.read(
      lines: Array("x\n{\"id\":1}\n\n[]\n{\"id\":2}\n{\"id\":2}\ny".utf8), firstLine: 10)
    #expect(
      contents.records == [.rejected(0), .read(0), .rejected(1), .read(1), .read(2), .rejected(2)])
    #expect(contents.rejections.map(\.line) == [10, 13, 16])
  }

  @Test func `too many cases are told before any is read`() throws {
    let reader = CaseTextReader(model: try Repository.model())
    let text = Array(("[" + [String](repeating: "1", count: 100).joined(separator: ",") + "]").utf8)
    #expect(throws: CaseTextReader.TooManyCases(most: 99)) {
      try reader.read(json: text, most: 99)
    }
    #expect(try reader.read(json: text, most: 100).rejections.count == 100)
  }

  /// A search for places from the start of the line each time would take the square of this.
  @Test func `many faults on one line take time in proportion`() throws {
    let reader = CaseTextReader(model: try Repository.model())
    func seconds(_ count: Int) throws -> Double {
      let text = Array(
        ("[" + [String](repeating: "1", count: count).joined(separator: ",") + "]").utf8)
      let (contents, seconds) = try processorSeconds { try reader.read(json: text) }
      #expect(contents.rejections.count == count)
      return seconds
    }
    _ = try seconds(1000)
    // Linear is 16; the square 256.
    #expect(try seconds(64_000) < 80 * seconds(4_000))
  }

  @Test func `what was expected is told by itself`() throws {
    let reader = CaseTextReader(model: try Repository.model())
    func expected(_ findings: String) throws -> String? {
      try reader.read(json: Array("{\"id\":1,\"findings\":{\(findings)}}".utf8)).rejections[0]
        .reasons[0].expected
    }
    #expect(try expected("\"age\":-1") == "a number from 0 to 120 (years)")
    #expect(try expected("\"sex\":\"femal\"") == "one of female, male")
    #expect(try expected("\"feber\":1") == nil)
  }
}
