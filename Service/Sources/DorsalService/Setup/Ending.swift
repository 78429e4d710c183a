import Synchronization

/// Whether a service was told to end.
package final class Ending: Sendable {
  private let begun = Mutex(false)

  /// Whether it was.
  package var hasBegun: Bool { begun.withLock { $0 } }

  /// It is told to end.
  package func begin() { begun.withLock { $0 = true } }
}
