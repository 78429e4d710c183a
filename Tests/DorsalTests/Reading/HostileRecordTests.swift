import Dorsal
import Foundation
import TestSupport
import Testing

/// Records that are made to take time or memory.
@Suite struct HostileRecordTests {
  private static func reader(
    _ text: String, blockSize: Int = 1 << 18, model: Model
  ) throws -> CaseFileReader {
    var options = CaseFileReader.Options()
    options.blockSize = blockSize
    return try CaseFileReader(
      source: MemoryByteSource(text), file: "f", model: model, options: options)
  }

  @Test func `a row with very many unknown keys is told in few words and soon`() throws {
    let model = try SmallModel().load()
    let keys = (0..<20_000).map { "\"k\($0)\":0" }.joined(separator: ",")
    var inside = try Self.reader("{\"id\":\"x\",\"findings\":{\(keys)}}\n", model: model)
    var outside = try Self.reader("{\"id\":\"x\",\(keys)}\n", model: model)
    let (files, seconds) = try processorSeconds {
      [try CaseFile(&inside, model: model), try CaseFile(&outside, model: model)]
    }
    #expect(seconds < 10)
    for file in files {
      #expect(file.rejections.count == 1)
      let reasons = file.rejections[0].reasons
      #expect(reasons.count == 51)
      #expect(reasons[50].reason == "and 19950 more faults of this row")
      #expect(reasons[0].column == "k0" && reasons[49].column == "k49")
    }
  }

  @Test func `a diagnosis of very many unknown causes is told in few words and soon`() throws {
    let model = try SmallModel().load()
    let cell = [String](repeating: "zz", count: 100_000).joined(separator: "|")
    var reader = try Self.reader("id,diagnosis\nx,\(cell)\n", model: model)
    let (file, seconds) = try processorSeconds { try CaseFile(&reader, model: model) }
    #expect(seconds < 10)
    #expect(file.rejections.count == 1)
    #expect(file.rejections[0].reasons.count == 51)
    #expect(file.rejections[0].reasons[50].reason == "and 99950 more faults of this row")
  }

  @Test(arguments: ["\n", "\r\n", "\"\"\n"])
  func `blank lines before a header take no time`(line: String) throws {
    let model = try SmallModel().load()
    let blank = String(repeating: line, count: 200_000)
    let (file, seconds) = try processorSeconds {
      var reader = try Self.reader(blank + "id,age\na,5\nb,x\n", model: model)
      return try CaseFile(&reader, model: model)
    }
    #expect(seconds < 10)
    #expect(file.cases.count == 1)
    #expect(file.rejections.map(\.line) == [200_003])
  }

  @Test(arguments: [4095, 4097, 300_000], ["\n", "\r\n", " \n", "\t"])
  func `blanks before NDJSON do not hide it`(count: Int, blank: String) throws {
    let model = try SmallModel().load()
    var reader = try Self.reader(
      String(repeating: blank, count: count) + "{\"id\":\"a\"}\n", model: model)
    #expect(reader.format == .jsonl)
    // A line of blanks that are no line ends is no case.
    let file = try CaseFile(&reader, model: model)
    #expect(file.cases.count == 1)
  }

  /// 16 MB behind a quote that is never closed become many blocks, not one.
  @Test func `what a long record holds back comes in blocks of the usual size`() throws {
    let model = try SmallModel().load()
    let row = "row,5\n"
    let text = "id,age\nfirst,5\n\"x\n" + String(repeating: row, count: 2_900_000)
    var reader = try Self.reader(text, model: model)
    var cases = 0
    var most = 0
    while let block = try reader.next() {
      let decoded = block.decode()
      cases += decoded.cases.count
      most = max(most, decoded.cases.count)
    }
    #expect(cases == 2_900_001)
    #expect(most <= 2 * (1 << 18) / row.utf8.count + 2)
  }

  /// The most memory that this program had so far, in kilobytes.
  private static func peak() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.filter(\.isNumber)))
  }

  /// One code a finding and byte would be 30 GB, which a system may promise without having it. What
  /// other tests take at the same time is in the peak too.
  @Test func `a long id in a file of few columns takes no memory a finding`() throws {
    var small = SmallModel()
    for index in 0..<2000 {
      small.findings += "f\(index),pain,binary,,,absent;present,,,1,,Is it?\n"
      small.likelihoods += "f\(index),present,*,0.5,10,assumed,,\n"
    }
    let model = try small.load()
    let id = String(repeating: "y", count: 16_777_000)
    let before = try Self.peak()
    var reader = try Self.reader("id\nfirst\n\(id)\nlast\n", model: model)
    let file = try CaseFile(&reader, model: model)
    #expect(file.rejections.isEmpty)
    #expect((0..<file.cases.count).map { file.cases.id(of: $0).utf8.count } == [5, 16_777_000, 4])
    #expect(try Self.peak() - before < 4 << 20, "kilobytes")
  }

  /// More rows than are read at once, the last of each part among them.
  @Test func `rows are read in parts without a seam`() throws {
    let model = try SmallModel().load()
    let text = "id\n" + (0..<40_000).map { "\($0)\n" }.joined()
    var reader = try Self.reader(text, blockSize: 1 << 20, model: model)
    let file = try CaseFile(&reader, model: model)
    #expect(file.cases.count == 40_000)
    #expect((0..<40_000).allSatisfy { file.cases.id(of: $0) == "\($0)" })
    #expect(file.cases.lines == Array(2..<40_002))
  }

  @Test func `a record of more cells than columns is told with their number`() throws {
    let model = try SmallModel().load()
    var reader = try Self.reader(
      "id,age\na,5\nx" + String(repeating: ",", count: 200_000) + "\nb,6\n", model: model)
    let file = try CaseFile(&reader, model: model)
    #expect(file.cases.count == 2)
    #expect(
      file.rejections.map(\.reasons[0].reason) == [
        "200001 cells; expected 2, as in the header"
      ])
  }

  @Test func `rejected rows are handed over and not kept`() throws {
    let model = try SmallModel().load()
    var reader = try Self.reader(
      "id,age\n" + (0..<5000).map { "r\($0),x\n" }.joined(), blockSize: 1000, model: model)
    var lines: [Int] = []
    var units = UnusualStates(model: model)
    let check = try CaseFileCheck(&reader, units: &units) { lines.append($0.line) }
    #expect(lines == Array(2..<5002))
    #expect(check.rejectedCount == 5000 && check.readCount == 0 && check.rejections.isEmpty)
  }
}
