internal import DorsalNumerics

/// The SHA-256 of bytes (FIPS 180-4), for the checksum that tells which model
/// gave an answer. `sha256sum` gives the same, so that anybody can check it.
package enum SHA256 {
  /// The digest as 64 hexadecimal digits.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - plainly: Whether to leave the processor's own instructions alone.
  package static func hexadecimalDigest(of bytes: [UInt8], plainly: Bool = false) -> String {
    var hasher = Hasher(plainly: plainly)
    hasher.update(bytes)
    return hasher.hexadecimalDigest
  }

  /// A digest of bytes that come one part after the other.
  package struct Hasher: Sendable {
    private var hash: InlineArray<8, UInt32> = [
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
      0x5be0_cd19,
    ]
    /// Bytes that do not fill a block yet.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0
    private let plainly: Bool

    /// Begins without bytes.
    package init(plainly: Bool = false) { self.plainly = plainly }

    /// Takes the next bytes.
    package mutating func update(_ bytes: [UInt8]) {
      byteCount += UInt64(bytes.count)
      take(bytes)
    }

    private mutating func take(_ bytes: [UInt8]) {
      var start = 0
      if !rest.isEmpty {
        start = min(64 - rest.count, bytes.count)
        rest += bytes[..<start]
        guard rest.count == 64 else { return }
        let block = rest
        rest = []
        SHA256Blocks.take(block, from: 0, count: 1, into: &hash, plainly: plainly)
      }
      let blocks = (bytes.count - start) / 64
      SHA256Blocks.take(bytes, from: start, count: blocks, into: &hash, plainly: plainly)
      start += 64 * blocks
      rest += bytes[start...]
    }

    /// The digest of the bytes so far, as 64 hexadecimal digits.
    package var hexadecimalDigest: String {
      var end = self
      var padding: [UInt8] = [0x80]
      while (rest.count + padding.count) % 64 != 56 { padding.append(0) }
      for shift in stride(from: 56, through: 0, by: -8) {
        padding.append(UInt8(truncatingIfNeeded: (byteCount * 8) >> UInt64(shift)))
      }
      end.take(padding)
      return end.hash.indices.map { index in
        let digits = String(end.hash[index], radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
      }.joined()
    }
  }
}
