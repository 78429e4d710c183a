import Dorsal
import FoundationEssentials

/// A folder of tables that appears whole or not at all: it is written beside its place and
/// renamed when it is finished. What stands at the place already is never replaced.
enum OutputFolder {
  /// Checks that a folder can be made, before the work that fills it.
  ///
  /// - Throws: `Failure` with status 73 where something stands there, or its own folder is
  ///   missing.
  static func check(_ path: String) throws {
    guard FileKind.at(path) == .nothing else {
      throw Failure(.cannotCreate, "\(path): exists already; name a folder that does not")
    }
    let parent = FilePlace.folder(of: place(path))
    guard parent.isEmpty || FileKind.at(parent) == .folder else {
      throw Failure(.cannotCreate, "\(path): cannot be created; the folder above is missing")
    }
  }

  /// Writes the files of a model.
  static func write(_ tables: ModelTables, to path: String) throws {
    try check(path)
    let beside = "\(place(path)).partial-\(ProcessInfo.processInfo.processIdentifier)"
    Interruption.note(beside)
    defer {
      try? FileManager.default.removeItem(atPath: beside)
      Interruption.forget(beside)
    }
    do {
      try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: false)
      for (name, bytes) in tables.files.sorted(by: { $0.key < $1.key }) {
        try OpenFile(creating: beside + "/" + name).write(bytes)
      }
    } catch {
      throw Failure(
        .cannotCreate, "\(path): cannot be written: \(ErrorText.describe(error)); nothing was kept")
    }
    do {
      try OpenFile.rename(beside, to: place(path))
    } catch {
      throw Failure(
        .cannotCreate, "\(path): cannot be put in its place: \(OpenFile.text(of: error))")
    }
  }

  /// The path without a slash at its end.
  private static func place(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
