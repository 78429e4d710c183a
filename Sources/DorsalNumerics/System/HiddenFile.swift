internal import CKernels
package import FoundationEssentials
internal import Glibc

/// A new file that nobody sees before it is finished, for this user alone until then.
///
/// Where the disk has files without a name it is one, so that nothing stays behind however the
/// program ends. Elsewhere it has a random name in the folder of its place.
package final class HiddenFile: Sendable {
  /// The file, open for writing.
  package let file: OpenFile
  /// The path of the file while it has a name that is not its own.
  package let temporaryPath: String?
  private let folder: OpenFile
  private let folderPath: String
  private let name: String
  private let temporaryName: String?

  /// Makes a file.
  ///
  /// - Parameters:
  ///   - path: Where it will appear; no link.
  ///   - isNamed: Whether it has a name at once, even where it need not.
  /// - Throws: What the system says, `ENOENT` where the folder is missing.
  package init(for path: String, isNamed: Bool = false) throws(POSIXError) {
    (folderPath, name) = OpenFile.parts(of: path)
    folder = try OpenFile(folder: folderPath)
    if !isNamed, case let unnamed = ck_open_unnamed(folder.descriptor), unnamed >= 0 {
      file = OpenFile(owning: unnamed)
      (temporaryName, temporaryPath) = (nil, nil)
      return
    }
    let random = Self.randomName()
    let opened = unsafe ck_open_new(folder.descriptor, random)
    guard opened >= 0 else { throw OpenFile.fault }
    file = OpenFile(owning: opened)
    temporaryName = random
    temporaryPath = Self.join(folderPath, random)
  }

  /// A name that nobody can guess; short, so that it fits wherever the place's own does.
  package static func randomName() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return ".dorsal-" + String(repeating: "0", count: 16 - digits.count) + digits + ".partial"
  }

  package static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// Gives the file the mode and owner of what it is to replace, or those of a new file, and
  /// waits until the disk has all of it.
  ///
  /// - Throws: What the system says.
  package func store() throws(POSIXError) {
    if let old = FileStatus.at(name, in: folder), old.kind == .file {
      try file.adopt(old)
    } else {
      try file.adoptMask()
    }
    try file.store()
  }

  /// Lets the file appear at its place; an ordinary file there is replaced, with no moment in
  /// which neither is there.
  ///
  /// - Parameter willName: Is told the path of a name that the file has for a moment.
  /// - Throws: What the system says.
  package func appear(willName: (String) -> Void) throws(POSIXError) {
    if let temporaryName { return try rename(temporaryName) }
    if unsafe ck_link_unnamed(file.descriptor, folder.descriptor, name) == 0 { return }
    guard errno == EEXIST else { throw OpenFile.fault }
    // A file without a name cannot take the place of another: it gets one first.
    let random = Self.randomName()
    willName(Self.join(folderPath, random))
    guard unsafe ck_link_unnamed(file.descriptor, folder.descriptor, random) == 0 else {
      throw OpenFile.fault
    }
    do {
      try rename(random)
    } catch {
      _ = unsafe unlinkat(folder.descriptor, random, 0)
      throw error
    }
  }

  private func rename(_ temporary: String) throws(POSIXError) {
    let descriptor = folder.descriptor
    guard unsafe renameat(descriptor, temporary, descriptor, name) == 0 else {
      throw OpenFile.fault
    }
  }

  /// Removes the file, where it has a name that is not its own.
  package func remove() {
    if let temporaryName { _ = unsafe unlinkat(folder.descriptor, temporaryName, 0) }
  }
}
