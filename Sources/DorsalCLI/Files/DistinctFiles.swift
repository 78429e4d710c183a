import ArgumentParser
import Dorsal

/// Sees to it, before any work, that no file is written that is read too, and none twice: what
/// appears whole at the end of a run would take the place of what was read.
enum DistinctFiles {
  /// An output, by the option that names it.
  struct Output {
    let option: String
    /// Nothing where the option is not given; `-` for standard output.
    let path: String?

    init(_ option: String, _ path: String?) { (self.option, self.path) = (option, path) }

    /// What an answer without an option of its own goes to.
    static let standard = Output("standard output", "-")

    fileprivate var title: String {
      path.map(OutputFile.standardOutput.contains) == true ? "standard output" : option
    }
  }

  /// Compares files by what they are, whatever links lead to them.
  ///
  /// - Parameters:
  ///   - inputs: The files that are read; `-` for standard input.
  ///   - model: The folder of the model.
  ///   - outputs: What is written.
  /// - Throws: `ValidationError` that names two that are one.
  static func check(
    reading inputs: [String?], model: String? = nil, writing outputs: [Output]
  ) throws {
    let tables =
      model.map { folder in
        (ModelTables.fileNames + ModelTables.extraFileNames).map { folder + "/" + $0 }
      } ?? []
    var read: [(title: String, identity: FileStatus.Identity)] = []
    for input in inputs.compactMap(\.self) where input == "-" {
      if let status = FileStatus.of(.standardInput), status.kind == .file {
        read.append(("standard input", status.identity))
      }
    }
    for path in inputs.compactMap(\.self) + tables where path != "-" {
      // Pipes and terminals may be read and written.
      if let status = try? FileStatus.at(path), status.kind == .file {
        read.append((path, status.identity))
      }
    }
    var written: [(title: String, identity: FileStatus.Identity)] = []
    for output in outputs {
      guard let path = output.path, let identity = identity(of: path) else { continue }
      if let other = written.first(where: { $0.identity == identity }) {
        throw ValidationError("\(other.title) and \(output.title) are the same file")
      }
      if let other = read.first(where: { $0.identity == identity }) {
        throw ValidationError("\(output.title) and \(other.title) are the same file")
      }
      written.append((output.title, identity))
    }
  }

  /// Which file an output is; nothing for terminals and devices, which take any number.
  private static func identity(of path: String) -> FileStatus.Identity? {
    let status: FileStatus?
    if OutputFile.standardOutput.contains(path) {
      status = FileStatus.of(.standardOutput)
    } else {
      guard let found = try? FileStatus.at(path) else { return FileStatus.identityOfNew(path) }
      status = found
    }
    guard let status, status.kind != .characters else { return nil }
    return status.identity
  }
}
