internal import Dispatch
internal import Synchronization

/// Work on several cores whose answers come in the order of their index.
package enum ParallelMap {
  /// Maps 0..<`count` on at most `threads` threads; the answers do not depend on how many.
  ///
  /// In a process that was forked from one with threads there is one.
  ///
  /// - Parameters:
  ///   - count: How many answers.
  ///   - threads: How many to work on at a time, at least 1.
  ///   - body: The work; called on any thread.
  package static func run<Output: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) -> Output
  ) -> [Output] {
    guard threads > 1, count > 1, ProcessThreads.areOwn() else { return (0..<count).map(body) }
    let next = Mutex(0)
    let outputs = Mutex([Output?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let index = next.withLock { next in
          defer { next += 1 }
          return next
        }
        guard index < count else { return }
        let output = body(index)
        outputs.withLock { $0[index] = output }
      }
    }
    return outputs.withLock { $0.compactMap { $0 } }
  }
}
