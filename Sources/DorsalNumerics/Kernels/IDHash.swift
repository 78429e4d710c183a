internal import CKernels

/// Hashes and order of ids that stand one behind the other.
package enum IDHash {
  /// A secret of this process, so that nobody can write ids whose hashes are the same.
  private static let key: (UInt64, UInt64) = {
    var random = SystemRandomNumberGenerator()
    return (random.next(), random.next())
  }()

  /// A hash of each of some ids that stand one behind the other: SipHash of one and three rounds
  /// with a secret of the process. It is no checksum: ids whose hashes are the same are compared,
  /// and no answer depends on a hash.
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
            unsafe ck_hash_ids(
              ids.baseAddress, ends.baseAddress, ends.count, key.0, key.1, hashes.baseAddress)
          }
        }
      }
      written = ends.count
    }
  }

  /// Whether each id comes behind the one before: shorter ones first, and those of one length by
  /// their bytes. Then no two are the same.
  ///
  /// - Parameters:
  ///   - ids: The bytes of the ids.
  ///   - ends: Where each id ends.
  ///   - last: What the first one has to come behind; the empty id comes before all others.
  /// - Complexity: O(bytes).
  package static func ascend(_ ids: [UInt8], ends: [Int], behind last: [UInt8]) -> Bool {
    precondition(ends.isEmpty || ends[ends.count - 1] <= ids.count, "the ids are there")
    return unsafe ids.withUnsafeBufferPointer { ids in
      unsafe last.withUnsafeBufferPointer { last in
        unsafe ends.withUnsafeBufferPointer { ends in
          unsafe ends.withMemoryRebound(to: Int64.self) { ends in
            // An empty array may have no address, and nothing is compared with it.
            guard let bytes = ids.baseAddress else { return ends.isEmpty }
            return unsafe ck_ids_ascend(
              last.baseAddress ?? bytes, last.count, bytes, ends.baseAddress, ends.count) != 0
          }
        }
      }
    }
  }
}
