import Foundation

/// Files of the repository that tests read.
enum Repository {
  /// The repository's root folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The folder of the shipped model.
  static let model = root + "/Models/back-pain"

  /// The labelled cases that come with the shipped model.
  static let vignettes = root + "/Data/vignettes.csv"
}
