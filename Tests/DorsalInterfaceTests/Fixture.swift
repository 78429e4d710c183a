import FoundationEssentials

/// What the tests read.
enum Fixture {
  /// The folder of the shipped model.
  static let shippedFolder = root + "/Models/back-pain"

  /// The folder of a model of four findings.
  static let smallFolder = root + "/Tests/Torture/corpus/model"

  private static let root =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
}
