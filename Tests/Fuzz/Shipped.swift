import Dorsal
import DorsalCore
import FoundationEssentials

/// The shipped model, which has tables of codes.
enum Shipped {
  static let model = load()

  private static func load() -> Model {
    do {
      return try Model(folder: "Models/back-pain")
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
