import Dorsal
import DorsalCore

/// Case files as Arrow. Other bytes would be read as text, which other targets try.
enum Target {
  static func read(_ bytes: [UInt8]) {
    guard bytes.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) || bytes.starts(with: "ARROW1\0\0".utf8)
    else { return }
    readArrow(bytes)
  }
}
