internal import CKernels

/// The inner loop of SHA-256.
package enum SHA256Blocks {
  /// Takes whole blocks of 64 bytes into a state.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - start: Where the first block begins.
  ///   - count: How many blocks.
  ///   - state: The eight words of the state.
  ///   - plainly: Whether to leave the processor's own instructions alone.
  package static func take(
    _ bytes: [UInt8], from start: Int, count: Int, into state: inout InlineArray<8, UInt32>,
    plainly: Bool
  ) {
    precondition(start >= 0 && count >= 0 && start + 64 * count <= bytes.count, "blocks are there")
    guard count > 0 else { return }
    var words = state.indices.map { state[$0] }
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe words.withUnsafeMutableBufferPointer { words in
        guard let bytes = bytes.baseAddress else { return }
        unsafe ck_sha256(plainly ? 1 : 0, words.baseAddress, bytes + start, count)
      }
    }
    for index in state.indices { state[index] = words[index] }
  }
}
