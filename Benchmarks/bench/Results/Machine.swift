import Dorsal
import Foundation

/// What a run was made on and with: the header of a report.
struct Machine: Codable, Sendable {
  let date: String
  let cpu: String
  /// The vector instructions in use: AVX-512, AVX2 or SSE2.
  let cpuLevel: String
  let cores: Int
  let openblas: String
  let openblasCore: String
  let swift: String
  /// The commit, with `+` where files differ from it, or `unknown`.
  let commit: String
  /// How many threads the rows of several threads use.
  let threads: Int

  /// Looks at this machine.
  static func current(threads: Int) -> Machine {
    let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return Machine(
      date: ISO8601DateFormatter().string(from: Date()),
      cpu: field("model name", of: information),
      cpuLevel: CPULevel.best == .v4 ? "AVX-512" : CPULevel.best == .v3 ? "AVX2" : "SSE2",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      openblas: BLAS.configuration.trimmingCharacters(in: .whitespaces),
      openblasCore: BLAS.coreName, swift: swiftVersion, commit: commit, threads: threads)
  }

  private static func field(_ name: String, of information: String) -> String {
    let line = information.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
  }

  /// The compiler on the path, which is the one that `swift build` uses.
  private static var swiftVersion: String {
    let line = answer("swift", "--version").split(separator: "\n").first { $0.contains("version") }
    return line.map(String.init) ?? "unknown"
  }

  /// The commit that the runner was built from, as far as the files around it tell.
  static var commit: String {
    let name = answer("git", "rev-parse", "--short", "HEAD")
    if name.isEmpty { return "unknown" }
    return name + (answer("git", "status", "--porcelain", "-uno").isEmpty ? "" : "+")
  }

  /// What a program prints, or nothing where it cannot be run.
  private static func answer(_ arguments: String...) -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = ChildProcess.toolFolder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return "" }
    let bytes = (try? pipe.fileHandleForReading.readToEnd()) ?? nil
    process.waitUntilExit()
    return String(decoding: bytes ?? Data(), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The header in lines of text.
  var lines: [String] {
    [
      "\(cpu), \(cpuLevel), \(cores) cores; \(threads) threads where not one",
      "\(openblas); kernels of \(openblasCore)",
      "\(swift); commit \(commit); \(date)",
    ]
  }
}
