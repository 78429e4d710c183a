import Dorsal
import Foundation

/// Files of the repository that tests read.
enum Repository {
  /// The repository's root folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The folder of the shipped model.
  static let modelFolder = root + "/Models/back-pain"

  /// The shipped model.
  ///
  /// Read once: in debug reading it takes longer than most of what is done with it.
  static func model() throws -> Model { try shipped.get() }
  private static let shipped = Result { try Model(folder: modelFolder) }

  /// The shipped model with one weight for every finding: 1 where simulated findings are
  /// independent given the cause.
  static func model(weight: Int) throws -> Model {
    try weight == 1 ? unweighted.get() : weighted(weight)
  }
  private static let unweighted = Result { try weighted(1) }

  private static func weighted(_ weight: Int) throws -> Model {
    let shipped = ModelTables(folder: modelFolder)
    var files = shipped.files
    let text = String(decoding: files["findings.csv", default: []], as: UTF8.self)
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    let names = rows[0].split(separator: ",", omittingEmptySubsequences: false)
    guard let column = names.firstIndex(of: "weight") else { return try model() }
    // Only the question behind the weight is ever quoted.
    let changed = rows.enumerated().map { line, row -> String in
      var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if line > 0, cells.count > column { cells[column] = "\(weight)" }
      return cells.joined(separator: ",")
    }
    // Cases without what cannot be are no longer those that scoring takes them for.
    files["plausibility.csv"] = nil
    files["findings.csv"] = Array(changed.joined(separator: "\n").utf8)
    return try Model(tables: ModelTables(origin: modelFolder, files: files))
  }

  /// The shipped vignettes.
  static func vignettes(_ model: Model) throws -> CaseBatch {
    let path = root + "/Data/vignettes.csv"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var reader = try CaseFileReader(source: MemoryByteSource(text), file: path, model: model)
    return try CaseFile(&reader, model: model).cases
  }

  /// A fixture's text.
  static func fixture(_ name: String) throws -> String {
    try String(contentsOfFile: root + "/Tests/DorsalTests/Fixtures/" + name, encoding: .utf8)
  }
}
