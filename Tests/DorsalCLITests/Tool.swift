import Foundation

/// What a run came to.
struct Outcome {
  /// The exit status, or the number of the signal that ended the run, below zero.
  let status: Int32
  /// Standard output.
  let output: String
  /// Standard error.
  let errors: String

  /// The lines of standard output.
  var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// The tool as it was built beside these tests.
enum Tool {
  /// The tool's path.
  static let path: String = {
    let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return ((tests ?? "") as NSString).deletingLastPathComponent + "/dorsal"
  }()
}

/// A program that runs.
///
/// Its outputs go to files rather than pipes, so that neither side ever waits for the
/// other, whatever the size of the answer.
final class Running: Sendable {
  /// No run of these tests takes nearly as long; one that does hangs and is ended.
  private static let patience = Duration.seconds(900)

  private let process = Process()
  private let output: String
  private let errors: String
  private let end: AsyncStream<Never>

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: Its path.
  ///   - folder: Its working folder.
  ///   - scratch: A folder for what it prints.
  ///   - input: The bytes of its standard input.
  init(
    _ program: String, _ arguments: [String], in folder: String, scratch: String, input: [UInt8]
  ) throws {
    let name = scratch + "/" + UUID().uuidString
    (output, errors) = (name + ".output", name + ".errors")
    for (path, bytes) in [(name + ".input", input), (output, []), (errors, [])] {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(["DORSAL": Tool.path]) { $1 }
    let given = FileHandle(forReadingAtPath: name + ".input")
    let (answers, faults) = (
      FileHandle(forWritingAtPath: output), FileHandle(forWritingAtPath: errors)
    )
    process.standardInput = given
    process.standardOutput = answers
    process.standardError = faults
    // The program has its own. `Process` keeps these for good, and with over a thousand files open
    // it reads past the list of them (swift-corelibs-foundation, pull request 5472).
    defer { for handle in [given, answers, faults] { try? handle?.close() } }
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    end = stream
    process.terminationHandler = { _ in continuation.finish() }
    try process.run()
  }

  /// Sends the program a signal.
  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Whether the program holds a file open, or has ended.
  func hasOpened(_ path: String) -> Bool {
    guard process.isRunning else { return true }
    let folder = "/proc/\(process.processIdentifier)/fd/"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return numbers.contains { number in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + number)) == path
    }
  }

  /// How many files of a folder the program has written to that are not at their place yet.
  func unfinishedCount(in folder: String) -> Int {
    let descriptors = "/proc/\(process.processIdentifier)/fd/"
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: descriptors)) ?? []
    return numbers.count { number in
      guard
        let place = try? FileManager.default.destinationOfSymbolicLink(
          atPath: descriptors + number),
        place.hasPrefix(folder + "/#") || place.hasPrefix(folder + "/.dorsal-"),
        let file = FileHandle(forReadingAtPath: descriptors + number)
      else { return false }
      defer { try? file.close() }
      return ((try? file.seekToEnd()) ?? 0) > 0
    }
  }

  /// Waits for the end of the program.
  func outcome() async throws -> Outcome {
    let watchdog = Task {
      try await Task.sleep(for: Self.patience)
      send(SIGKILL)
    }
    for await _ in end {}
    watchdog.cancel()
    return Outcome(
      status: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus,
      output: try Self.text(output), errors: try Self.text(errors))
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }
}
