import Dorsal
import Foundation

/// What is measured: a model and cases drawn from it, in memory and as files.
struct Subject: Sendable {
  /// Its name in reports.
  let name: String
  let modelFolder: URL
  let scorer: Scorer
  let batch: CaseBatch
  /// Where the case files are.
  let folder: URL
  /// Keeps the folder while it is in use.
  private let keeper: TemporaryFolder?

  var model: Model { scorer.model }

  /// The shipped model, or any other, with cases of which few findings are known.
  static func model(
    _ folder: String, cases: Int, known: Double, seed: UInt64, files: Bool
  ) throws -> Subject {
    let own = try TemporaryFolder()
    return try Subject(
      name: URL(fileURLWithPath: folder).lastPathComponent,
      modelFolder: URL(fileURLWithPath: folder), folder: own.url, keeper: own, cases: cases,
      known: known, seed: seed, files: files)
  }

  /// The synthetic model, half of whose findings are known.
  static func synthetic(
    _ shape: SyntheticModel = SyntheticModel(), cases: Int, known: Double = 0.5, seed: UInt64,
    files: Bool, in folder: URL? = nil
  ) throws -> Subject {
    let own = folder == nil ? try TemporaryFolder() : nil
    let folder = folder ?? own?.url ?? FileManager.default.temporaryDirectory
    let modelFolder = folder.appendingPathComponent("model")
    try shape.write(to: modelFolder)
    return try Subject(
      name: "synthetic", modelFolder: modelFolder, folder: folder, keeper: own, cases: cases,
      known: known, seed: seed, files: files)
  }

  private init(
    name: String, modelFolder: URL, folder: URL, keeper: TemporaryFolder?, cases: Int,
    known: Double, seed: UInt64, files: Bool
  ) throws {
    let model = try Model(folder: modelFolder.path)
    var generator = SplitMix64(seed: seed)
    self.name = name
    self.modelFolder = modelFolder
    self.folder = folder
    self.keeper = keeper
    scorer = Scorer(model: model)
    batch = RandomCases(model: model, known: known).batch(0..<cases, using: &generator)
    guard files else { return }
    for format in CaseFormat.allCases {
      try CaseFileText(model: model, format: format).write(batch, to: file(format))
    }
  }

  /// A folder that `dorsal-bench generate` wrote; its cases are read from the file.
  init(generated folder: String) throws {
    name = "synthetic"
    self.folder = URL(fileURLWithPath: folder)
    modelFolder = self.folder.appendingPathComponent("model")
    keeper = nil
    let model = try Model(folder: modelFolder.path)
    scorer = Scorer(model: model)
    let path = self.folder.appendingPathComponent("cases.csv")
    var reader = try CaseFileReader(
      source: FileByteSource(try OpenFile(reading: path.path)), file: path.path, model: model)
    let read = try CaseFile(&reader, model: model)
    if let rejection = read.rejections.first { throw WrongAnswer(rejection.description) }
    batch = read.cases
  }

  /// The cases as a file.
  func file(_ format: CaseFormat) -> URL {
    folder.appendingPathComponent("cases." + format.rawValue)
  }

  /// The first cases of the batch.
  func first(_ count: Int) -> CaseBatch {
    var some = CaseBatch(like: batch)
    for index in 0..<min(count, batch.count) { some.append(case: index, of: batch) }
    return some
  }

  /// The batch in blocks, for work that goes block by block.
  func blocks(of size: Int) -> [CaseBatch] {
    stride(from: 0, to: batch.count, by: size).map { start in
      var block = CaseBatch(like: batch)
      for index in start..<min(start + size, batch.count) { block.append(case: index, of: batch) }
      return block
    }
  }

  /// How many findings are known on average.
  var knownPerCase: Double {
    let some = min(batch.count, 10_000)
    let known = (0..<some).reduce(0) {
      $0 + batch.knownFindingCount(of: $1, settingFinding: model.settingFinding)
    }
    return Double(known) / Double(max(some, 1))
  }
}
