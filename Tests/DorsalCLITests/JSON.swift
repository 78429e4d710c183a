import Foundation
import Testing

/// JSON read by Foundation, for answers that programs read.
enum JSON {
  /// The object that a text holds.
  static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
