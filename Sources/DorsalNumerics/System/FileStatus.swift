package import FoundationEssentials
internal import Glibc

/// What the system says of a file: what it is and which.
package struct FileStatus: Sendable {
  /// What stands at a path.
  package enum Kind: Sendable {
    case file, folder
    /// A terminal, or a device such as `/dev/null`.
    case characters
    /// A pipe, a socket or a disk.
    case other
  }

  /// One file, whatever paths lead to it; or a name in a folder where nothing stands yet.
  package struct Identity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let name: String

    fileprivate init(_ about: stat, name: String = "") {
      (device, inode, self.name) = (UInt64(about.st_dev), UInt64(about.st_ino), name)
    }
  }

  /// What it is.
  package let kind: Kind
  /// Which it is.
  package let identity: Identity
  fileprivate let about: stat

  private init(_ about: stat) {
    self.about = about
    identity = Identity(about)
    kind =
      switch about.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFCHR: .characters
      default: .other
      }
  }

  /// Looks at what a path leads to, links followed.
  ///
  /// - Returns: Nothing where nothing is there.
  /// - Throws: What the system says, where it does not even let anybody look.
  package static func at(_ path: String) throws(POSIXError) -> FileStatus? {
    var about = stat()
    // Strings become C strings for the length of the call alone.
    if unsafe stat(path, &about) == 0 { return FileStatus(about) }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw OpenFile.fault
  }

  /// Looks at an open file.
  package static func of(_ file: OpenFile) -> FileStatus? {
    var about = stat()
    return unsafe fstat(file.descriptor, &about) == 0 ? FileStatus(about) : nil
  }

  /// Looks at a name in an open folder; a link is not followed.
  package static func at(_ name: String, in folder: OpenFile) -> FileStatus? {
    var about = stat()
    guard unsafe fstatat(folder.descriptor, name, &about, AT_SYMLINK_NOFOLLOW) == 0 else {
      return nil
    }
    return FileStatus(about)
  }

  /// Which file would be made at a path where nothing stands; nothing where its folder is
  /// missing.
  package static func identityOfNew(_ path: String) -> Identity? {
    guard let place = try? OpenFile.destination(of: path) else { return nil }
    let (folder, name) = OpenFile.parts(of: place)
    var about = stat()
    guard unsafe stat(folder.isEmpty ? "." : folder, &about) == 0 else { return nil }
    return Identity(about, name: name)
  }
}

extension OpenFile {
  /// The folder of a path, empty for the working folder, and the last name in it.
  package static func parts(of path: String) -> (folder: String, name: String) {
    let bytes = path.utf8
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    let name = String(path[bytes.index(after: slash)...])
    return (slash == bytes.startIndex ? "/" : String(path[..<slash]), name)
  }

  /// Where a file is, or would be made, that a path names: the links at the path's end are
  /// followed, whether or not anything stands where they lead.
  ///
  /// - Throws: What the system says: `ELOOP` for links without end, `EILSEQ` for one to a name
  ///   that is no UTF-8.
  package static func destination(of path: String) throws(POSIXError) -> String {
    var place = path
    for _ in 0..<40 {
      var about = stat()
      guard unsafe lstat(place, &about) == 0, about.st_mode & S_IFMT == S_IFLNK else {
        return place
      }
      let target = try linkTarget(place)
      let folder = parts(of: place).folder
      place =
        target.hasPrefix("/") || folder.isEmpty
        ? target : folder + (folder == "/" ? "" : "/") + target
    }
    throw POSIXError(.ELOOP)
  }

  private static func linkTarget(_ path: String) throws(POSIXError) -> String {
    var fault: POSIXError?
    let room = Int(PATH_MAX)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { bytes, filled in
      let got = unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe characters.baseAddress.map { unsafe readlink(path, $0, room) } ?? -1
      }
      if got < 0 { fault = OpenFile.fault }
      filled = max(got, 0)
    }
    if let fault { throw fault }
    guard let target = String(validating: bytes, as: UTF8.self) else { throw POSIXError(.EILSEQ) }
    return target
  }

  /// Gives a file the mode and owner of another, as far as this user may: where the group cannot
  /// be kept, it gets no rights that everybody does not have.
  package func adopt(_ other: FileStatus) throws(POSIXError) {
    var mode = other.about.st_mode & 0o777
    guard let own = FileStatus.of(self) else { throw Self.fault }
    if own.about.st_gid != other.about.st_gid,
      fchown(descriptor, uid_t.max, other.about.st_gid) != 0
    {
      mode = mode & ~0o070 | (mode & 0o007) << 3
    }
    if own.about.st_uid != other.about.st_uid {
      _ = fchown(descriptor, other.about.st_uid, gid_t.max)
    }
    if fchmod(descriptor, mode) != 0 { throw Self.fault }
  }

  /// Gives a file the mode of new files: whoever runs the tool may narrow it with a mask.
  package func adoptMask(isFolder: Bool = false) throws(POSIXError) {
    let mode: mode_t = (isFolder ? 0o777 : 0o666) & ~Self.mask
    if fchmod(descriptor, mode) != 0 { throw Self.fault }
  }

  /// The mask can only be read by setting it; meanwhile the narrowest one is set.
  private static let mask: mode_t = {
    let mask = umask(0o777)
    umask(mask)
    return mask
  }()
}
