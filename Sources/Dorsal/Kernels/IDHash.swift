internal import CKernels

/// Hashes of ids.
package enum IDHash {
  /// A hash of each of some ids that stand one behind the other. It is no checksum: ids whose
  /// hashes are the same are compared.
  ///
  /// - Parameters:
  ///   - ids: The bytes of the ids.
  ///   - ends: Where each id ends.
  /// - Complexity: O(bytes).
  package static func hashes(of ids: [UInt8], ends: [Int]) -> [UInt64] {
    precondition(ends.isEmpty || ends[ends.count - 1] <= ids.count, "the ids are there")
    return unsafe [UInt64](unsafeUninitializedCapacity: ends.count) { hashes, written in
      unsafe ids.withUnsafeBufferPointer { ids in
        unsafe ends.withUnsafeBufferPointer { ends in
          unsafe ends.withMemoryRebound(to: Int64.self) { ends in
            unsafe ck_hash_ids(ids.baseAddress, ends.baseAddress, ends.count, hashes.baseAddress)
          }
        }
      }
      written = ends.count
    }
  }
}
