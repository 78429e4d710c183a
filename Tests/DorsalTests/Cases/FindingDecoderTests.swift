import Dorsal
import Testing

@Suite struct FindingDecoderTests {
  private static func code(_ finding: String, _ text: String) throws -> UInt8 {
    let model = try SmallModel().load()
    let index = try #require(model.index(ofFinding: finding))
    let bytes = Array(text.utf8)
    return try FindingDecoder(model.findings[index]).code(
      of: bytes.span, range: 0..<bytes.count)
  }

  private static func fault(_ finding: String, _ text: String) throws -> String {
    do {
      let code = try code(finding, text)
      Issue.record("\(text) was read as \(code)")
      return ""
    } catch let fault as DorsalError {
      return fault.description
    }
  }

  @Test(
    arguments: [
      ("17.999999999999996", 1), ("18", 2), ("18.0", 2), ("1.8e1", 2), ("49.9", 2), ("50", 3),
      ("0", 1), ("120", 3),
    ] as [(String, UInt8)])
  func `a number on an edge belongs to the state above it`(text: String, code: UInt8) throws {
    #expect(try Self.code("age", text) == code)
  }

  @Test(
    arguments: [
      ("present", 2), ("absent", 1), ("yes", 2), ("No", 1), ("TRUE", 2), ("false", 1), ("1", 2),
      ("0", 1),
    ] as [(String, UInt8)])
  func `a binary finding takes the usual words`(text: String, code: UInt8) throws {
    #expect(try Self.code("sign", text) == code)
  }

  @Test(arguments: [
    ("age", "12x", "not a number"), ("age", "nan", "leave the cell empty"),
    ("age", "inf", "not a number"), ("age", "1e999", "from 0 to 120"),
    ("age", "-1", "from 0 to 120"),
    ("age", "121", "from 0 to 120"), ("age", "3,5", "not a comma"),
    ("age", "old", "name of a state"),
    ("sign", "presnt", "did you mean \"present\""), ("sign", "2", "expected absent or present"),
    ("site", "Leg", "did you mean \"leg\""), ("site", " leg", "did you mean \"leg\""),
    ("site", "NA", "leave the cell empty"), ("site", "yes", "one of back, chest, leg"),
  ])
  func `a value that cannot be taken says what was expected`(
    finding: String, text: String, words: String
  ) throws {
    #expect(try Self.fault(finding, text).contains(words))
  }

  @Test func `a program's values are read like a file's`() throws {
    let model = try SmallModel().load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: ["age": 50, "sign": false, "site": "leg"], model: model)
    #expect(batch.codes == [0, 1, 3, 3])
    #expect(throws: DorsalError.self) {
      try batch.append(id: "b", findings: ["aeg": 50], model: model)
    }
    #expect(throws: DorsalError.self) {
      try batch.append(id: "b", findings: ["age": .number(.nan)], model: model)
    }
    #expect(batch.count == 1)
  }
}
