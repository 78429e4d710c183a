import Foundation

/// A temporary folder to run the tool in, removed with its object.
///
/// A small model stands in it at `Models/back-pain`, which is where the tool looks first.
final class WorkingFolder: Sendable {
  /// The folder's path.
  let path: String
  private let root: String

  /// Makes a folder.
  ///
  /// - Parameters:
  ///   - files: The texts of files by their names.
  ///   - model: The model to put in it, or nothing for none.
  init(_ files: [String: String] = [:], model: SmallModel? = SmallModel()) throws {
    root = NSTemporaryDirectory() + "dorsal-tests-" + UUID().uuidString
    path = root + "/work"
    for folder in [path, scratch] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try model?.write(to: path + "/" + SmallModel.folder)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private var scratch: String { root + "/scratch" }

  /// Writes a file.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  /// Writes a file.
  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  /// The text of a file.
  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
  }

  /// The names of the files, without the model.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).filter { $0 != "Models" }.sorted()
  }

  /// Starts the tool in this folder.
  func start(_ arguments: [String], input: [UInt8] = []) throws -> Running {
    try Running(Tool.path, arguments, in: path, scratch: scratch, input: input)
  }

  /// Starts the tool in this folder, with a terminal for its input and errors.
  func startOnTerminal(_ arguments: String...) throws -> Terminal {
    try startOnTerminal(arguments)
  }

  /// Starts the tool in this folder, with a terminal for its input and errors.
  func startOnTerminal(_ arguments: [String]) throws -> Terminal {
    try Terminal(
      Tool.path, arguments, in: path, output: scratch + "/" + UUID().uuidString + ".output")
  }

  /// Runs the tool in this folder.
  func dorsal(_ arguments: String..., input: String = "") async throws -> Outcome {
    try await start(arguments, input: Array(input.utf8)).outcome()
  }

  /// Starts a script of bash in this folder, in which `$DORSAL` is the tool.
  func startShell(_ script: String) throws -> Running {
    try Running("/bin/bash", ["-c", script], in: path, scratch: scratch, input: [])
  }

  /// Runs a script of bash in this folder, in which `$DORSAL` is the tool.
  func shell(_ script: String) async throws -> Outcome { try await startShell(script).outcome() }
}
