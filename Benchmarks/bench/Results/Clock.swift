import Foundation

/// What a piece of work took.
struct Duration: Sendable {
  /// Seconds by the clock on the wall.
  var wall: Double
  /// Seconds of processor time, of all threads and of child processes that ended.
  ///
  /// On a machine that others use too it is the steadier of the two for work on one thread:
  /// it does not grow while the work waits for its turn.
  var processor: Double

  /// Measures a piece of work.
  static func of(_ body: () async throws -> Void) async rethrows -> Duration {
    let children = childSeconds
    let processor = clock()
    let start = DispatchTime.now()
    try await body()
    let end = DispatchTime.now()
    let own = Double(clock() - processor) / 1_000_000  // CLOCKS_PER_SEC by POSIX
    return Duration(
      wall: Double(end.uptimeNanoseconds - start.uptimeNanoseconds) / 1e9,
      processor: own + childSeconds - children)
  }

  /// Processor time of the children of this process that have ended, by the kernel's ticks
  /// of 10 ms.
  private static var childSeconds: Double {
    let status = FileManager.default.contents(atPath: "/proc/self/stat") ?? Data()
    // Fields 16 and 17 of the line; the second one, the name in brackets, may hold spaces.
    let fields =
      String(decoding: status, as: UTF8.self).split(separator: ")").last?.split(separator: " ")
      ?? []
    guard fields.count > 14, let user = Double(fields[13]), let system = Double(fields[14]) else {
      return 0
    }
    return (user + system) / 100
  }
}
