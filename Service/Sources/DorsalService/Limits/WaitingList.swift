import NIOCore
import NIOPosix
import Synchronization

/// Who waits for a thread, so that nobody waits for longer than a bound: an answer that comes too
/// late is worth less than being told at once to come again.
///
/// One timer serves all who wait, so that a request that does not wait costs none.
final class WaitingList: Sendable {
  /// A place in the list.
  typealias Place = Int

  private struct Waiting {
    let until: NIODeadline
    let end: @Sendable () -> Void
  }

  private struct State {
    var waiting: [Place: Waiting] = [:]
    var next = 0
    var hasTimer = false
  }

  private let longest: TimeAmount
  private let state = Mutex(State())

  /// - Parameter longest: For how long anybody waits.
  init(longest: TimeAmount) { self.longest = longest }

  /// Begins to wait.
  ///
  /// - Parameter end: Is called once if the wait was too long, and never after `leave`.
  func enter(_ end: @escaping @Sendable () -> Void) -> Place {
    let (place, needsTimer) = state.withLock { state in
      let place = state.next
      state.next += 1
      state.waiting[place] = Waiting(until: .now() + longest, end: end)
      defer { state.hasTimer = true }
      return (place, !state.hasTimer)
    }
    if needsTimer { schedule(in: longest) }
    return place
  }

  /// Ends a wait in time.
  ///
  /// - Returns: Whether it was in time.
  func leave(_ place: Place) -> Bool {
    state.withLock { $0.waiting.removeValue(forKey: place) != nil }
  }

  private func schedule(in time: TimeAmount) {
    MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: time) { self.look() }
  }

  /// Ends the waits that were too long, and looks again when the next one may be.
  private func look() {
    let now = NIODeadline.now()
    let (late, next) = state.withLock { state in
      let late = state.waiting.filter { $0.value.until <= now }
      for place in late.keys { state.waiting[place] = nil }
      let next = state.waiting.values.map(\.until).min()
      state.hasTimer = next != nil
      return (late, next)
    }
    for waiting in late.values { waiting.end() }
    if let next { schedule(in: max(.nanoseconds(1), next - now)) }
  }
}
