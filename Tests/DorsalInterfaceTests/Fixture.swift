import FoundationEssentials

/// What the tests read.
enum Fixture {
  /// The folder of the shipped model.
  static let shippedFolder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path + "/Models/back-pain"
}
