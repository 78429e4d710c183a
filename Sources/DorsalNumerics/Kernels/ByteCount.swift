internal import CKernels

/// Counts bytes, many at a time.
package enum ByteCount {
  /// How often a byte stands among the first bytes of an array.
  ///
  /// - Complexity: O(`count`).
  package static func count(
    of byte: UInt8, in bytes: [UInt8], upTo count: Int, level: CPULevel = .best
  ) -> Int {
    precondition(count >= 0 && count <= bytes.count, "the bytes are there")
    return unsafe bytes.withUnsafeBufferPointer { text in
      guard let base = text.baseAddress else { return 0 }
      return unsafe ck_count_byte(Int32(level.rawValue), base, count, byte)
    }
  }
}
