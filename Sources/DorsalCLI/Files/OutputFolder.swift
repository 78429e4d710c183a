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
    guard !path.isEmpty else {
      throw Failure(.cannotCreate, "the new folder has an empty name; expected one that is free")
    }
    guard FileKind.at(path) == .nothing else {
      throw Failure(.cannotCreate, "\(path): exists already; name a folder that does not")
    }
    let parent = OpenFile.parts(of: try destination(path)).folder
    guard parent.isEmpty || FileKind.at(parent) == .folder else {
      throw Failure(.cannotCreate, "\(path): cannot be created; the folder above is missing")
    }
  }

  /// Writes the files of a model.
  static func write(_ tables: ModelTables, to path: String) throws {
    try check(path)
    let place = try destination(path)
    let beside = HiddenFile.join(OpenFile.parts(of: place).folder, HiddenFile.randomName())
    Interruption.note(beside)
    defer {
      try? FileManager.default.removeItem(atPath: beside)
      Interruption.forget(beside)
    }
    do {
      try OpenFile.makeFolder(beside)
      for (name, bytes) in tables.files.sorted(by: { $0.key < $1.key }) {
        let file = try OpenFile(creating: beside + "/" + name)
        try file.write(bytes)
        // A rename may reach the disk before the bytes do, and power may go between.
        try file.store()
      }
      try OpenFile.share(folder: beside)
    } catch {
      throw Failure(
        .cannotCreate, "\(path): cannot be written: \(ErrorText.describe(error)); nothing was kept")
    }
    do {
      try Interruption.place(beside) { () throws(POSIXError) in
        try OpenFile.rename(beside, to: place)
      }
    } catch {
      throw Failure(
        .cannotCreate, "\(path): cannot be put in its place: \(OpenFile.text(of: error))")
    }
  }

  /// Where the folder will be: a link to nothing stays, and the folder appears where it leads.
  private static func destination(_ path: String) throws -> String {
    do {
      return place(try OpenFile.destination(of: place(path)))
    } catch {
      throw Failure(.cannotCreate, "\(path): cannot be created: \(OpenFile.text(of: error))")
    }
  }

  /// The path without a slash at its end.
  static func place(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
