import Synchronization

/// Things that take long to make and are asked for again, by what they are made of. A few are
/// kept: whoever asks for many has them made anew, and takes no memory.
final class Prepared<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private static var most: Int { 32 }

  private let values = Mutex<[Key: Value]>([:])

  /// The thing of a key. Two threads may make the same one; either is as good.
  subscript(key: Key, make: () -> Value) -> Value {
    if let value = values.withLock({ $0[key] }) { return value }
    let value = make()
    values.withLock { values in
      if values.count >= Self.most { values.removeAll() }
      values[key] = value
    }
    return value
  }
}
