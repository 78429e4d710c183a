import Synchronization

/// Lets so much in at a time and no more: requests, or bytes that are being received.
package final class Gate: Sendable {
  /// What was let in; it leaves when nobody has it any more, whatever comes between.
  package final class Pass: Sendable {
    private let gate: Gate
    private let held: Mutex<Int>

    fileprivate init(_ gate: Gate, _ amount: Int) {
      self.gate = gate
      held = Mutex(amount)
    }

    /// Whether there is room for more; it is taken then.
    package func add(_ amount: Int) -> Bool {
      guard gate.take(amount) else { return false }
      held.withLock { $0 += amount }
      return true
    }

    deinit { gate.give(held.withLock { $0 }) }
  }

  private let most: Int
  private let inside = Mutex(0)

  /// A gate with room for so much.
  package init(most: Int) { self.most = most }

  /// How much is inside.
  package var count: Int { inside.withLock { $0 } }

  /// A pass, or nothing where there is no room.
  package func enter(_ amount: Int = 1) -> Pass? { take(amount) ? Pass(self, amount) : nil }

  private func take(_ amount: Int) -> Bool {
    inside.withLock { count in
      guard count + amount <= most else { return false }
      count += amount
      return true
    }
  }

  private func give(_ amount: Int) { inside.withLock { $0 -= amount } }
}
