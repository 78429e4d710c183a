import Dorsal
import Foundation
import Testing

/// A sample of the harness that every test run has: the kept corpus of `Tests/Torture` and some
/// hundred files made of it by a fixed seed, through every reader. `make torture` and `make fuzz`
/// go on from there.
@Suite(.serialized) struct CorpusSampleTests {
  private static let corpus = Repository.root + "/Tests/Torture/corpus/"
  private static let model = Result { try Model(folder: corpus + "model") }
  /// Files made of each kept one.
  private static let mutations = 60

  private static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: corpus + name)))
  }

  /// Pieces that readers look for, or that are hard to read.
  private static let pieces: [[UInt8]] =
    [
      "\"", "\"\"", ",", ";", "\n", "\r\n", "\r", "{", "}", "[", "]", ":", "\\u0000", "\\ud800",
      "null", "true",
      "1e999", "-1", "0.5", "1e-320", "nan", "id", "diagnosis", "\u{202E}", "\u{FEFF}", "é",
      "2026-02-30", "*",
    ].map { Array($0.utf8) } + [[0], [0xff], [0xc3], [0x1b, 0x5b], [0xef, 0xbb, 0xbf]]

  /// A file with one to four changes: bytes turned, taken out, doubled or put in.
  private static func mutated(_ file: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var file = file
    for _ in 0..<Int.random(in: 1...4, using: &random) where !file.isEmpty {
      let start = Int.random(in: 0..<file.count, using: &random)
      let end = min(start + Int.random(in: 1...40, using: &random), file.count)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: file[start] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: file.removeSubrange(start..<end)
      case 2: file.insert(contentsOf: Array(file[start..<end]), at: start)
      case 3:
        let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
        file.insert(contentsOf: piece, at: start)
      default: file.removeLast(file.count - start)
      }
    }
    return file
  }

  /// The kept file, and what is made of it.
  private static func sample(of name: String, seed: UInt64) throws -> [[UInt8]] {
    let kept = try bytes(name)
    var random = SplitMix64(seed: seed)
    return [kept] + (0..<mutations).map { _ in mutated(kept, &random) }
  }

  /// What a case file is read as: a line for each case and each rejected row, or why it is none.
  private static func read(
    _ bytes: [UInt8], _ format: CaseFormat, blockSize: Int, isPlain: Bool
  ) throws -> [String] {
    var options = CaseFileReader.Options()
    options.format = format
    options.blockSize = blockSize
    if !isPlain { options.rowLevel = nil }
    let model = try model.get()
    let scorer = Scorer(model: model)
    do {
      var reader = try CaseFileReader(
        source: MemoryByteSource(bytes), file: "f", model: model, options: options)
      var found: [String] = []
      while let block = try reader.next() {
        let decoded = block.decode()
        let cases = decoded.cases
        let posteriors = scorer.score(cases, top: 1)
        for index in 0..<cases.count {
          let codes = cases.codes[index * cases.findingCount..<(index + 1) * cases.findingCount]
          found.append(
            "\(cases.id(of: index)) \(Array(codes)) \(cases.diagnosis(of: index))")
          let sum = posteriors.matrix.row(index).reduce(0, +)
          #expect(abs(sum - 1) < 1e-5, "posteriors add up to 1")
        }
        found += decoded.rejections.map(\.description)
      }
      return found.sorted()
    } catch let fault as DorsalError {
      return [fault.description]
    }
  }

  @Test(arguments: [("cases.csv", CaseFormat.csv), ("cases.jsonl", .jsonl)])
  func `case files of the corpus are read alike in any blocks`(
    name: String, format: CaseFormat
  ) throws {
    var (read, refused) = (0, 0)
    for file in try Self.sample(of: name, seed: 1) {
      let whole = try Self.read(file, format, blockSize: 1 << 18, isPlain: true)
      #expect(whole == (try Self.read(file, format, blockSize: 16, isPlain: true)))
      #expect(whole == (try Self.read(file, format, blockSize: 1 << 18, isPlain: false)))
      if whole.count > 1 { read += 1 } else { refused += 1 }
    }
    // A sample of which nothing can be read, or all, would show nothing.
    #expect(read > Self.mutations / 3)
    #expect(refused > 0)
  }

  @Test func `a table of the corpus that loads can be scored`() throws {
    let kept = ModelTables(folder: Self.corpus + "model")
    var (loaded, refused) = (0, 0)
    for (place, name) in ModelTables.fileNames.enumerated() where kept.files[name] != nil {
      for bytes in try Self.sample(of: "model/" + name, seed: UInt64(place)) {
        var files = kept.files
        files[name] = bytes
        guard let model = try? Model(tables: ModelTables(origin: "m", files: files)) else {
          refused += 1
          continue
        }
        loaded += 1
        var batch = CaseBatch(model: model)
        batch.append(
          id: "a".utf8, codes: model.findings.map { UInt8($0.states.count) }, line: 1)
        let scorer = Scorer(model: model)
        let sum = scorer.score(batch).matrix.row(0).reduce(0, +)
        #expect(abs(sum - 1) < 1e-4, "posteriors add up to 1")
        let present = CoexistenceScorer(scorer: scorer).score(batch).present
        #expect(present.elements.allSatisfy { (0...1.000001).contains($0) })
        for result in ClinicalScores(model: model)?.results(for: batch)[0] ?? [] {
          #expect(!result.possibleBands.isEmpty, "some band is possible")
        }
      }
    }
    #expect(loaded > Self.mutations / 3)
    #expect(refused > Self.mutations / 3)
  }

  @Test func `a calibration of the corpus that loads makes posteriors`() throws {
    let model = try Self.model.get()
    let scorer = Scorer(model: model)
    var batch = CaseBatch(model: model)
    batch.append(id: "a".utf8, codes: model.findings.map { _ in 1 }, line: 1)
    let posteriors = scorer.score(batch)
    var (loaded, refused) = (0, 0)
    let methods = ["beta", "evidence", "isotonic", "none", "prior-shift", "temperature", "vector"]
    for (place, method) in methods.enumerated() {
      for bytes in try Self.sample(of: "calibration-\(method).json", seed: UInt64(place)) {
        guard let calibration = try? Calibration(json: bytes, file: "c", model: model) else {
          refused += 1
          continue
        }
        loaded += 1
        let sum = calibration.apply(to: posteriors, of: batch, scorer: scorer).matrix.row(0)
          .reduce(0, +)
        #expect(abs(sum - 1) < 1e-4, "corrected posteriors add up to 1")
      }
    }
    #expect(loaded >= methods.count)
    #expect(refused > Self.mutations / 3)
  }

  @Test func `diaries of the corpus become cases`() throws {
    let model = try Self.model.get()
    var (read, refused) = (0, 0)
    for bytes in try Self.sample(of: "diary.csv", seed: 9) {
      guard let diaries = try? DiaryFile.read(bytes, file: "d") else {
        refused += 1
        continue
      }
      read += 1
      #expect(DiaryCases(diaries, model: model, weekly: false).items.count == diaries.count)
      #expect(DiaryCases(diaries, model: model, weekly: true).items.count >= diaries.count)
    }
    #expect(read > 0)
    #expect(refused > Self.mutations / 3)
  }
}
