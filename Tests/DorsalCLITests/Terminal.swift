import Foundation

/// A program that runs with a terminal for its input and errors: a pseudo-terminal of the
/// system, so that it cannot tell it from a person's.
final class Terminal {
  /// Why there is no terminal to test with.
  struct Unavailable: Error { let what: String }

  /// No dialogue of these tests takes nearly as long. The other tests may keep this one from
  /// looking for minutes, though, since all share a few threads.
  private static let patience = Duration.seconds(1800)

  private let process = Process()
  private let ours: FileHandle
  private let output: String
  /// What was read and not yet expected.
  private var screen = ""

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - folder: Its working folder.
  ///   - output: The path of a file for its standard output.
  init(_ program: String, _ arguments: [String], in folder: String, output: String) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    guard unsafe openpty(&master, &slave, nil, nil, nil) == 0 else {
      throw Unavailable(what: "the system gives no pseudo-terminal")
    }
    // Programs that other tests start at this moment must not hold it open.
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    ours = FileHandle(fileDescriptor: master, closeOnDealloc: true)
    let theirs = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    self.output = output
    try Data().write(to: URL(fileURLWithPath: output))
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = theirs
    process.standardError = theirs
    process.standardOutput = FileHandle(forWritingAtPath: output)
    try process.run()
    try theirs.close()
  }

  /// Reads what the program says up to a text.
  ///
  /// - Returns: What was read, the text included, from where the last call stopped; nothing
  ///   where the program ended before or took too long.
  @discardableResult
  func expect(_ text: String) async throws -> String? {
    let end = ContinuousClock.now + Self.patience
    while true {
      if let found = screen.range(of: text) {
        let said = String(screen[..<found.upperBound])
        screen = String(screen[found.upperBound...])
        return said
      }
      guard ContinuousClock.now < end, try await read() else { return nil }
    }
  }

  /// Reads what there is.
  ///
  /// - Returns: Whether the program may say more.
  private func read() async throws -> Bool {
    // Asked first: what a program says before it ends is there when it has ended.
    let mayGoOn = process.isRunning
    var descriptor = pollfd(fd: ours.fileDescriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&descriptor, 1, 20) > 0 else {
      try await Task.sleep(for: .milliseconds(5))
      return mayGoOn
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe Foundation.read(ours.fileDescriptor, buffer.baseAddress, buffer.count)
    }
    // At the end of the program the system gives an error in place of an end of file.
    guard count > 0 else { return false }
    screen += String(decoding: bytes[..<count], as: UTF8.self)
    return true
  }

  /// Types a line.
  func type(_ line: String) throws { try ours.write(contentsOf: Data((line + "\n").utf8)) }

  /// Presses the key that ends the input.
  func endInput() throws { try ours.write(contentsOf: Data([4])) }

  /// Presses the key that interrupts.
  func interrupt() { process.interrupt() }

  /// Reads to the end of the program.
  ///
  /// - Returns: Its exit status, what it still said, and its standard output.
  func finish() async throws -> (status: Int32, said: String, output: String) {
    let end = ContinuousClock.now + Self.patience
    while try await read(), ContinuousClock.now < end {}
    if process.isRunning, ContinuousClock.now >= end { process.terminate() }
    process.waitUntilExit()
    let text = try String(contentsOfFile: output, encoding: .utf8)
    return (process.terminationStatus, screen, text)
  }
}
