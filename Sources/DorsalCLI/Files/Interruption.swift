import Dispatch
import Dorsal
import FoundationEssentials
import Glibc
import Synchronization

/// Leaves nothing half-written behind when the tool is interrupted.
enum Interruption {
  /// Unfinished files, which a signal removes.
  private static let unfinished = Mutex<[String: Int32]>([:])

  /// Begins to watch for the signals and the want of memory that end a program, and ignores those of a
  /// closed pipe and of a file that grew too large: the write that met them reports it.
  ///
  /// - Returns: What watches; it has to live as long as the tool runs.
  static func watch() -> [any DispatchSourceSignal] {
    MemoryWatch.begin()
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let signals = [(SIGINT, "interrupted"), (SIGTERM, "ended"), (SIGHUP, "hung up")]
    return signals.map { number, name in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        // The lock is never let go of again: nothing is put in its place from now on.
        unfinished.withLock { paths in
          for path in paths.keys { remove(path) }
          StandardError.write("\ndorsal: \(name); unfinished output was removed\n")
          // Not exit: what it takes down, other threads are still using.
          _exit(128 + number)
        }
      }
      source.resume()
      return source
    }
  }

  /// Removes a file or folder, into which the tool may be writing still: of a folder that gets one
  /// more file meanwhile there is something left to remove, and once it is gone nothing can be made
  /// in it.
  private static func remove(_ path: String) {
    for _ in 0..<1000 where FileKind.at(path) != .nothing {
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// Puts something in its place that may have several parts, while neither a signal nor the end of
  /// memory removes them. Its note is taken back.
  static func place<Failure: Error>(
    _ path: String, _ rename: () throws(Failure) -> Void
  ) throws(Failure) {
    try unfinished.withLock { noted throws(Failure) in
      if let number = noted.removeValue(forKey: path) { MemoryWatch.forget(number) }
      try rename()
    }
  }

  /// Notes a file that is not finished.
  static func note(_ path: String) {
    let number = MemoryWatch.note(path)
    unfinished.withLock { $0[path] = number }
  }

  /// Takes a note back: the file is finished or gone.
  static func forget(_ path: String) {
    if let number = unfinished.withLock({ $0.removeValue(forKey: path) }) {
      MemoryWatch.forget(number)
    }
  }

}
