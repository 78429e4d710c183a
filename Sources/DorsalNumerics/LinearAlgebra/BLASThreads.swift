internal import COpenBLAS
internal import Synchronization

/// The threads of OpenBLAS, of which Dorsal's calls take one.
///
/// How many it works on is process-wide, and a program may share OpenBLAS with Dorsal. So the first
/// call that is under way sets one thread, and the last one to end gives back what was there before.
enum BLASThreads {
  private struct Use {
    /// How many calls are under way.
    var count = 0
    /// How many threads there were before the first of them.
    var before: Int32 = 1
  }

  private static let use = Mutex(Use())

  /// Has OpenBLAS work on one thread until `giveBack`.
  static func takeOne() {
    use.withLock { use in
      if use.count == 0 {
        use.before = openblas_get_num_threads()
        if use.before != 1 { openblas_set_num_threads(1) }
      }
      use.count += 1
    }
  }

  /// Ends what `takeOne` began.
  static func giveBack() {
    use.withLock { use in
      use.count -= 1
      if use.count == 0, use.before != 1 { openblas_set_num_threads(use.before) }
    }
  }
}
