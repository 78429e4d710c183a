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
  static func model() throws -> Model { try Model(folder: modelFolder) }

  /// A fixture's text.
  static func fixture(_ name: String) throws -> String {
    try String(contentsOfFile: root + "/Tests/DorsalTests/Fixtures/" + name, encoding: .utf8)
  }
}
