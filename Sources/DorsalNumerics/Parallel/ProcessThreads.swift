internal import Glibc
internal import Synchronization

/// Threads that a process has started, which none that is forked from it has.
///
/// Whoever waits for them in the forked process waits for ever. So the first process to use threads is
/// remembered, and another one that has inherited its memory knows that they are not its own.
package enum ProcessThreads {
  /// The process whose threads they are; 0 before there are any.
  private static let owner = Atomic<Int32>(0)

  /// Whether work on several threads can begin here, which is then remembered.
  package static func areOwn() -> Bool {
    let process = getpid()
    let first = owner.compareExchange(
      expected: 0, desired: process, ordering: .relaxed)
    return first.exchanged || first.original == process
  }
}
