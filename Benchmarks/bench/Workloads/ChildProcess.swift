import Foundation

/// The tool `dorsal`, as it was built beside this runner.
enum ChildProcess {
  /// The folder that this runner is in.
  static var toolFolder: URL {
    let runner = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(fileURLWithPath: runner ?? ".").deletingLastPathComponent()
  }

  /// Runs the tool to its end.
  ///
  /// - Parameters:
  ///   - arguments: Its arguments.
  ///   - watchesMemory: Whether to look at its memory all the while, which costs a little
  ///     time of a core.
  /// - Returns: The most memory it held at a time (`VmHWM` of the kernel, 5 ms before its end
  ///   at the latest), in MB of 10⁶ bytes, where it was watched.
  /// - Throws: `WrongAnswer` where it does not end with status 0.
  static func dorsal(_ arguments: [String], watchesMemory: Bool = false) async throws -> Double? {
    let tool = toolFolder.appendingPathComponent("dorsal")
    let process = Process()
    process.executableURL = tool
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let (end, continuation) = AsyncStream.makeStream(of: Never.self)
    process.terminationHandler = { _ in continuation.finish() }
    do {
      try process.run()
    } catch {
      throw WrongAnswer("\(tool.path) cannot be run; build it first (swift build -c release)")
    }
    var peak: Double?
    while watchesMemory, process.isRunning {
      peak = highWater(of: process.processIdentifier) ?? peak
      try await Task.sleep(for: .milliseconds(5))
    }
    for await _ in end {}
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw WrongAnswer("the tool ended with status \(process.terminationStatus)")
    }
    return peak
  }

  private static func highWater(of process: Int32) -> Double? {
    guard let status = FileManager.default.contents(atPath: "/proc/\(process)/status") else {
      return nil
    }
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first
      .flatMap { Double($0) }.map { $0 * 1024 / 1e6 }
  }
}
