import Dorsal
import Testing

/// A file in codes of its own, with a mapping, says what the plain file says.
///
/// Both files are written here from the same drawn states; nothing of the library writes either.
@Suite struct MappedFileTests {
  /// What a file was read as.
  struct Read: Equatable {
    var cases: [String] = []
    var codes: [UInt8] = []
    var rejected: [String] = []
    var words: [String: [Int: Int]] = [:]
  }

  static func read(
    _ text: String, mapping: String? = nil, model: Model, level: CPULevel? = .best,
    blockSize: Int = 1 << 18, dialect: Dialect = Dialect()
  ) throws -> Read {
    var options = CaseFileReader.Options()
    options.rowLevel = level
    options.blockSize = blockSize
    options.dialect = dialect
    options.mapping = try mapping.map { try CaseMapping(bytes: Array($0.utf8), file: "m") }
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
    result.words = reader.tally.counts.unknownWords
    return result
  }

  /// Cases as two files and the mapping of the second.
  struct Pair {
    var plain: [String] = []
    var mapped: [String] = []
    var mapping = ["column,finding,codes,unit,factor,unknown,separator,rule"]
    var plainText: String { plain.joined(separator: "\n") + "\n" }
    var mappedText: String { mapped.joined(separator: "\n") + "\n" }
    var mappingText: String { mapping.joined(separator: "\n") + "\n" }
  }

  /// How a column of the mapped file writes a finding.
  private enum Form: CaseIterable { case codes, codesAndWords, boxes, list, plain }

  /// Draws cases of the shipped model: categories as numbers, boxes or lists of codes, numbers in
  /// other units, R's and pandas' words for unknown.
  static func pair(model: Model, seed: UInt64, count: Int, strange: Double = 0) -> Pair {
    var random = SplitMix64(seed: seed)
    var pair = Pair()
    var findings: [(Finding, Form)] = []
    for finding in model.findings.shuffled(using: &random).prefix(40) {
      findings.append((finding, Form.allCases.randomElement(using: &random) ?? .plain))
    }
    pair.plain.append("id," + findings.map(\.0.id).joined(separator: ",") + ",diagnosis")
    var header = ["Record", "noise"]
    for (finding, form) in findings {
      let states = finding.states
      switch form {
      case _ where finding.kind == .number:
        header.append("n_" + finding.id)
        // Powers of two: their products are exact.
        pair.mapping.append("n_\(finding.id),\(finding.id),,,4,-9,,")
      case .codes, .codesAndWords:
        header.append("c_" + finding.id)
        let codes = states.indices.map { "\($0 + 1)=\(states[$0])" }.joined(separator: ";")
        pair.mapping.append("c_\(finding.id),\(finding.id),\(codes),,,99,,")
      case .boxes:
        for (index, state) in states.enumerated() {
          header.append("b_\(finding.id)___\(index)")
          pair.mapping.append("b_\(finding.id)___\(index),\(finding.id),1=\(state);0=,,,,,")
        }
      case .list:
        header.append("l_" + finding.id)
        let codes = states.indices.map { "X\($0)A*=\(states[$0])" }.joined(separator: ";")
        pair.mapping.append("l_\(finding.id),\(finding.id),\(codes),,,,bar,")
      case .plain: header.append(finding.id)
      }
    }
    header.append("dx")
    pair.mapping += ["Record,id,,,,,,", "dx,diagnosis,,,,,,"]
    pair.mapped.append(header.joined(separator: ","))
    for row in 0..<count {
      var (plain, mapped) = (["p\(row)"], ["p\(row)", "noise\(row % 7)"])
      for (finding, form) in findings {
        let isKnown = Bool.random(using: &random)
        let unknown = ["", "NA", "nan", ""].randomElement(using: &random) ?? ""
        if finding.kind == .number {
          let range = finding.range ?? 0...100
          let number = Double(
            Int.random(
              in: Int(range.lowerBound.rounded(.up))...Int(range.upperBound), using: &random))
          plain.append(isKnown ? "\(number)" : "")
          mapped.append(
            isKnown ? "\(number / 4)" : ["", "-9", "NA"].randomElement(using: &random) ?? "")
          continue
        }
        let state = Int.random(in: finding.states.indices, using: &random)
        plain.append(isKnown ? finding.states[state] : "")
        switch form {
        case .codes: mapped.append(isKnown ? "\(state + 1)" : unknown)
        case .codesAndWords:
          mapped.append(isKnown ? "\(state + 1).0" : unknown.isEmpty ? "99" : unknown)
        case .boxes:
          mapped += finding.states.indices.map { isKnown && $0 == state ? "1" : "0" }
        case .list:
          mapped.append(
            isKnown ? "Q1|X\(state)A7 | Z" : ["Q1", ""].randomElement(using: &random) ?? "")
        case .plain: mapped.append(isKnown ? finding.states[state] : unknown)
        }
        if strange > 0, Double.random(in: 0..<1, using: &random) < strange,
          let last = mapped.indices.last
        {
          mapped[last] =
            ["?!", "\"1\"", " 1 ", "é", "1", "77", "12,5"].randomElement(using: &random)
            ?? ""
        }
      }
      let cause = Int.random(in: model.causes.indices, using: &random)
      plain.append(model.causes[cause].id)
      mapped.append(model.causes[cause].id)
      pair.plain.append(plain.joined(separator: ","))
      pair.mapped.append(mapped.joined(separator: ","))
    }
    return pair
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func `a mapped file is read as the plain file that says the same`(seed: UInt64) throws {
    let model = try Repository.model()
    let pair = Self.pair(model: model, seed: seed, count: 200)
    let plain = try Self.read(pair.plainText, model: model)
    #expect(plain.cases.count == 200)
    for level in [nil] + CPULevel.available.map(Optional.some) {
      for blockSize in [700, 1 << 18] {
        let mapped = try Self.read(
          pair.mappedText, mapping: pair.mappingText, model: model, level: level,
          blockSize: blockSize)
        #expect(mapped.rejected == [])
        #expect(mapped.cases == plain.cases)
        let same = mapped.codes == plain.codes
        #expect(same, "seed \(seed), level \(String(describing: level))")
      }
    }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func `the inner loop reads mapped rows as they are read one by one`(seed: UInt64) throws {
    let model = try Repository.model()
    let pair = Self.pair(model: model, seed: seed, count: 300, strange: 0.01)
    let single = try Self.read(
      pair.mappedText, mapping: pair.mappingText, model: model, level: nil)
    #expect(!single.rejected.isEmpty)
    for blockSize in [900, 1 << 18] {
      let mapped = try Self.read(
        pair.mappedText, mapping: pair.mappingText, model: model, blockSize: blockSize)
      #expect(mapped == single)
    }
  }

  @Test func `rows read and rows rejected are the rows of the file`() throws {
    let model = try Repository.model()
    let pair = Self.pair(model: model, seed: 11, count: 400, strange: 0.02)
    let read = try Self.read(pair.mappedText, mapping: pair.mappingText, model: model)
    let lines = pair.mappedText.split(separator: "\n").count - 1
    #expect(!read.rejected.isEmpty)
    #expect(read.cases.count + read.rejected.count == lines)
  }

  @Test func `a mapping of every column to itself changes nothing`() throws {
    let model = try Repository.model()
    let pair = Self.pair(model: model, seed: 3, count: 100)
    let header = pair.plain[0].split(separator: ",").map(String.init)
    let mapping = "column,finding\n" + header.map { "\($0),\($0)\n" }.joined()
    #expect(
      try Self.read(pair.plainText, mapping: mapping, model: model)
        == Self.read(pair.plainText, model: model))
  }

  @Test func `columns that the mapping does not name keep their own names`() throws {
    let model = try SmallModel().load()
    let text = "nr,sign,age,site\na,1,17,leg\nb,0,60,\n"
    #expect(
      try Self.read(text, mapping: "column,finding\nnr,id\n", model: model)
        == Self.read(text.replacing("nr,", with: "id,"), model: model))
  }
}
