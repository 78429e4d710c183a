import Synchronization

/// Things that take long to make and are asked for again, by what they are made of. There are as
/// many as there are keys, so keys have to be few.
final class Prepared<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let values = Mutex<[Key: Value]>([:])

  /// The thing of a key. Two threads may make the same one; either is as good.
  subscript(key: Key, make: () -> Value) -> Value {
    if let value = values.withLock({ $0[key] }) { return value }
    let value = make()
    values.withLock { $0[key] = value }
    return value
  }
}
