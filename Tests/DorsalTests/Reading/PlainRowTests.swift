import Dorsal
import Testing

/// The inner loop that reads plain rows against the reader of single records.
@Suite struct PlainRowTests {
  /// A file of rows that are mostly plain, with everything mixed in that is not.
  private static func text(model: Model, seed: UInt64, lineEnd: String, strange: Double) -> String {
    var random = SplitMix64(seed: seed)
    let findings = model.findings.shuffled(using: &random).prefix(40)
    var lines = ["id," + findings.map(\.id).joined(separator: ",") + ",diagnosis"]
    let oddities = [
      "Yes", "NO", "tRue", "1", "0", " present", "present ", "presentpresent", "\"present\"", "x",
      "a,b", "é", "\"quo\"\"ted\"", "unknown", "-1", "1e1", "+5", "5.", ".5", "1.2.3", "007",
      "123456789012345678", "12,5", "\u{0}", "\r", "\"two\nlines\"", "a\"b", "\t",
    ]
    for row in 0..<400 {
      if Double.random(in: 0..<1, using: &random) < strange / 10 { lines.append("") }
      var cells = ["case-\(row)"]
      for finding in findings {
        var cell = ""
        if Bool.random(using: &random) {
          if finding.kind == .number {
            // On the edges, beside them, and anywhere.
            let edge = finding.edges.randomElement(using: &random) ?? 0
            let number = [
              edge, edge - 0.1, edge + 0.001, Double(Int.random(in: 0...200, using: &random)),
            ].randomElement(using: &random)
            cell = "\(number ?? 0)"
            if cell.hasSuffix(".0"), Bool.random(using: &random) { cell.removeLast(2) }
          } else {
            cell = finding.states.randomElement(using: &random) ?? ""
          }
        }
        if Double.random(in: 0..<1, using: &random) < strange / 40 {
          cell = oddities.randomElement(using: &random) ?? ""
        }
        cells.append(cell)
      }
      let causes = model.causes.map(\.id) + ["", "", "strain|tumour", "no_such_cause"]
      cells.append(causes.randomElement(using: &random) ?? "")
      if Double.random(in: 0..<1, using: &random) < strange / 10 { cells[0] = "" }
      if Double.random(in: 0..<1, using: &random) < strange / 10 { cells[0] = "Zoë, \(row)" }
      if Double.random(in: 0..<1, using: &random) < strange / 10 { cells.removeLast() }
      if Double.random(in: 0..<1, using: &random) < strange / 10 { cells.append("more") }
      lines.append(cells.joined(separator: ","))
    }
    return lines.joined(separator: lineEnd) + (seed % 2 == 0 ? lineEnd : "")
  }

  private struct Read: Equatable {
    var cases: [String] = []
    var codes: [UInt8] = []
    var rejected: [String] = []
  }

  private static func read(
    _ text: String, model: Model, level: CPULevel?, blockSize: Int
  ) throws -> Read {
    var options = CaseFileReader.Options()
    options.rowLevel = level
    options.blockSize = blockSize
    var reader = try CaseFileReader(
      source: MemoryByteSource(text), file: "f", model: model, options: options)
    var result = Read()
    while let block = try reader.next() {
      let decoded = block.decode()
      for index in 0..<decoded.cases.count {
        result.cases.append(
          "\(decoded.cases.lines[index]) \(decoded.cases.id(of: index)) "
            + "\(decoded.cases.diagnosis(of: index))")
      }
      result.codes += decoded.cases.codes
      result.rejected += decoded.rejections.map(\.description)
    }
    return result
  }

  @Test(arguments: CPULevel.available, [0, 0.3, 5])
  func `rows are read as they are one by one`(level: CPULevel, strange: Double) throws {
    let model = try Repository.model()
    for seed in 1...4 as ClosedRange<UInt64> {
      let text = Self.text(
        model: model, seed: seed, lineEnd: seed > 2 ? "\r\n" : "\n", strange: strange)
      let plain = try Self.read(text, model: model, level: nil, blockSize: 1 << 18)
      for blockSize in [1 << 18, 5000, 700] {
        let fast = try Self.read(text, model: model, level: level, blockSize: blockSize)
        #expect(fast == plain)
      }
      #expect(plain.cases.count + plain.rejected.count >= 400)
      #expect(strange > 0 || plain.cases.count > 100)
    }
  }

  /// Lines of JSON that are mostly plain, with everything mixed in that is not.
  private static func lines(model: Model, seed: UInt64, lineEnd: String, strange: Double) -> String
  {
    var random = SplitMix64(seed: seed)
    func oddly(_ share: Double) -> Bool {
      Double.random(in: 0..<1, using: &random) < strange * share
    }
    let oddValues = [
      "true", "false", "null", "1", "0", "\"1\"", "01", "1.", ".5", "-3", "1e1", "1.5.2", "12",
      "\"\"", "\"pres\\u0065nt\"", "\"é\"", "{}", "[]", "\"true\"", "\"Yes\"", "tru", "\"x\"",
      "\"present", "present", "\"a\tb\"", "70", "65", "64.9", "\"65\"",
    ]
    var lines: [String] = []
    for row in 0..<300 {
      if oddly(0.03) {
        lines.append(["", " ", "[]", "{", "x"].randomElement(using: &random) ?? "")
      }
      var findings = model.findings.shuffled(using: &random).prefix(20).map { finding in
        var value = "null"
        if finding.kind == .number {
          value = "\(Int.random(in: 0...100, using: &random))"
        } else if Double.random(in: 0..<1, using: &random) < 0.9 {
          value = "\"\(finding.states.randomElement(using: &random) ?? "")\""
        }
        if oddly(0.01) { value = oddValues.randomElement(using: &random) ?? "" }
        let space = oddly(0.05) ? "  " : ""
        return "\"\(finding.id)\":\(space)\(value)"
      }
      if oddly(0.02) { findings.append("\"no_such_finding\":\"present\"") }
      if oddly(0.02), let first = findings.first { findings.append(first) }
      var members = ["\"id\":\"case-\(row)\"", "\"findings\":{\(findings.joined(separator: ","))}"]
      if Bool.random(using: &random) {
        let cause = model.causes.randomElement(using: &random)?.id ?? ""
        members.append("\"diagnosis\": \"\(cause)\"")
      }
      if Bool.random(using: &random) { members.append("\"setting\":\"emergency\"") }
      if oddly(0.02) { members.append("\"diagnosis\":\"strain|tumour\"") }
      if oddly(0.02) { members.append("\"id\":\"again\"") }
      if oddly(0.02) { members.removeFirst() }
      if oddly(0.02) {
        members[0] =
          ["\"id\":7", "\"id\":\"\"", "\"id\":\"\\\"\""].randomElement(using: &random) ?? ""
      }
      members.shuffle(using: &random)
      lines.append(
        "{\(members.joined(separator: oddly(0.1) ? " , " : ", "))}\(oddly(0.02) ? "  " : "")")
    }
    return lines.joined(separator: lineEnd) + (seed % 2 == 0 ? lineEnd : "")
  }

  @Test(arguments: CPULevel.available, [0, 1, 5])
  func `lines of JSON are read as they are one by one`(level: CPULevel, strange: Double) throws {
    let model = try Repository.model()
    for seed in 1...4 as ClosedRange<UInt64> {
      let text = Self.lines(
        model: model, seed: seed, lineEnd: seed > 2 ? "\r\n" : "\n", strange: strange)
      let plain = try Self.read(text, model: model, level: nil, blockSize: 1 << 18)
      for blockSize in [1 << 18, 3000] {
        let fast = try Self.read(text, model: model, level: level, blockSize: blockSize)
        #expect(fast == plain)
      }
      #expect(plain.cases.count > (strange == 5 ? 20 : 100), "seed \(seed)")
    }
  }

  /// Names of one list that share their first bytes, and lists of every width.
  @Test(arguments: CPULevel.available)
  func `each name gets its code and everything else none`(level: CPULevel) {
    let lists: [[String]] = [
      ["a", "b", "c", "ab", "ba", "abcdefgh"],
      ["abcdefgh", "abcdefghi", "abcdefghj", "abcdefghijklmnop"],
      ["abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyz01234", "abcdefgh"],
      (1...200).map { "state_\($0)" },
    ]
    for names in lists {
      let kernel = PlainCSVReader(
        columns: [
          .id,
          .names(names.enumerated().map { ($1, UInt16($0 + 1)) }, target: .code(0)),
        ], codeStride: 1, level: level)
      for name in names + [""] {
        let expected = UInt8((names.firstIndex(of: name) ?? -1) + 1)
        for (cell, isKnown) in [(name, true), (name + "x", names.contains(name + "x"))] {
          let bytes = Array("1,\(cell)\n\(String(repeating: "z", count: 64))".utf8)
          let block = kernel.index(bytes)
          let rows = kernel.read(block, of: bytes, from: 0)
          #expect(rows.count == (isKnown ? 1 : 0), "\(cell)")
          var codes: [UInt8] = []
          rows.appendCodes(to: &codes)
          if isKnown, cell == name { #expect(codes == [expected], "\(cell)") }
        }
      }
    }
  }
}
