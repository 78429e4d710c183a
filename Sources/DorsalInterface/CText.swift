import CDorsal
import Glibc

/// Texts that cross the interface.
enum CText {
  /// A copy that ends with a zero byte, in memory of `malloc`'s kind, for `dorsal_text_free` or
  /// `deallocate`. A zero byte within the text would end it for whoever reads it, and becomes
  /// U+FFFD.
  static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 1)
    for byte in text.utf8 {
      if byte == 0 {
        bytes += [0xEF, 0xBF, 0xBD]
      } else {
        bytes.append(byte)
      }
    }
    bytes.append(0)
    let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    for (place, byte) in bytes.enumerated() {
      (pointer + place).initialize(to: CChar(bitPattern: byte))
    }
    return pointer
  }

  /// A text of a caller; nothing for NULL or what is no UTF-8.
  static func read(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer = pointer else { return nil }
    return String(validatingCString: pointer)
  }
}
