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
    let processor = processorSeconds
    let start = DispatchTime.now()
    try await body()
    let end = DispatchTime.now()
    return Duration(
      wall: Double(end.uptimeNanoseconds - start.uptimeNanoseconds) / 1e9,
      processor: processorSeconds - processor)
  }

  /// Of this process, by `clock`, and of its ended children, by the kernel's ticks of 10 ms.
  private static var processorSeconds: Double {
    let own = Double(clock()) / 1_000_000  // CLOCKS_PER_SEC by POSIX
    let status = FileManager.default.contents(atPath: "/proc/self/stat") ?? Data()
    // Fields 16 and 17; the second one, the name in brackets, may hold spaces.
    let fields =
      String(decoding: status, as: UTF8.self)
      .split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 14, let user = Double(fields[13]), let system = Double(fields[14]) else {
      return own
    }
    return own + (user + system) / 100
  }
}
