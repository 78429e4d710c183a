internal import CKernels
public import FoundationEssentials
internal import Glibc

/// An open file, pipe or terminal; one that was opened here is closed when nothing holds it
/// any more. Bytes go between it and arrays without a copy.
public final class OpenFile: Sendable {
  /// The number that the system knows it by.
  package let descriptor: Int32
  private let isOurs: Bool

  /// What the process was started with; they stay open.
  package static let standardInput = OpenFile(descriptor: STDIN_FILENO)
  package static let standardOutput = OpenFile(descriptor: STDOUT_FILENO)
  package static let standardError = OpenFile(descriptor: STDERR_FILENO)

  /// A file that somebody else opened and closes.
  ///
  /// - Parameter descriptor: The number that the system knows it by.
  public init(descriptor: Int32) {
    (self.descriptor, isOurs) = (descriptor, false)
  }

  /// Opens a file to read it from its beginning.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: What the system says, `ENOENT` where there is no such file.
  public convenience init(reading path: String) throws(POSIXError) {
    try self.init(path: path, flags: O_RDONLY)
  }

  /// Opens a file that is there, such as a pipe, to write to it.
  package convenience init(writing path: String) throws(POSIXError) {
    try self.init(path: path, flags: O_WRONLY)
  }

  /// Makes a file and opens it to write to it; nothing may be there, no link either.
  package convenience init(creating path: String) throws(POSIXError) {
    try self.init(path: path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
  }

  /// Opens an ordinary file to read it.
  ///
  /// - Throws: What the system says; `EISDIR` for a folder, and `ESPIPE` for a pipe or a device,
  ///   which might never end.
  package convenience init(readingOrdinary path: String) throws(POSIXError) {
    let opened = unsafe ck_open_ordinary(path)
    guard opened >= 0 else { throw Self.fault }
    self.init(owning: opened)
  }

  /// Opens a folder to name files in it by.
  convenience init(folder path: String) throws(POSIXError) {
    let opened = unsafe ck_open_folder(path)
    guard opened >= 0 else { throw Self.fault }
    self.init(owning: opened)
  }

  /// A file that was opened for this object, which closes it.
  init(owning descriptor: Int32) { (self.descriptor, isOurs) = (descriptor, true) }

  private init(path: String, flags: Int32) throws(POSIXError) {
    // Whoever runs the tool may narrow the rights of new files with a mask.
    let everyone: mode_t = 0o666
    let opened = unsafe open(path, flags | O_CLOEXEC, everyone)
    guard opened >= 0 else { throw Self.fault }
    (descriptor, isOurs) = (opened, true)
  }

  deinit {
    if isOurs { close(descriptor) }
  }

  /// What the system said last.
  static var fault: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }

  /// How many bytes it has, where it is an ordinary file.
  package var size: Int? {
    var about = stat()
    guard unsafe fstat(descriptor, &about) == 0, about.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return Int(about.st_size)
  }

  /// Whether a person sits at it.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Reads until there are as many bytes as asked for, or no more.
  ///
  /// - Parameters:
  ///   - count: The most bytes to read.
  ///   - rest: What stands before them in the answer.
  /// - Returns: `rest` and the bytes read; `rest` alone at the end.
  /// - Throws: What the system says.
  package func read(upTo count: Int, behind rest: [UInt8] = []) throws(POSIXError) -> [UInt8] {
    var fault: POSIXError?
    let bytes = unsafe [UInt8](
      unsafeUninitializedCapacity: rest.count + max(count, 0)
    ) { bytes, filled in
      filled = rest.count
      for index in 0..<filled { unsafe bytes[index] = rest[index] }
      while let base = bytes.baseAddress, filled < bytes.count {
        let got = unsafe Glibc.read(descriptor, base + filled, bytes.count - filled)
        if got > 0 {
          filled += got
        } else if got == 0 {
          break
        } else if errno != EINTR {
          fault = Self.fault
          break
        }
      }
    }
    if let fault { throw fault }
    return bytes
  }

  /// Reads all that is left.
  ///
  /// - Parameters:
  ///   - roomOfByte: How many bytes of memory each byte takes, with what is made of it.
  ///   - most: How many bytes are wanted at most; one more is read of what has more.
  /// - Throws: What the system says; `ENOMEM` where the memory is not to be had.
  package func readAll(roomOfByte: Int = 1, most: Int = .max - 1) throws(POSIXError) -> [UInt8] {
    // One byte more than an ordinary file has, so that its end is met by the first read.
    var room = min(size ?? 1 << 16, most) + 1
    try Self.requireRoom(roomOfByte * room)
    var bytes = try read(upTo: room)
    while bytes.count == room, room <= most {
      room = room > most / 2 ? most + 1 : room * 2
      try Self.requireRoom(roomOfByte * room)
      bytes = try read(upTo: room - bytes.count, behind: bytes)
    }
    return bytes
  }

  private static func requireRoom(_ count: Int) throws(POSIXError) {
    do throws(MemoryFault) {
      try MemoryRoom.require(count)
    } catch {
      throw POSIXError(.ENOMEM)
    }
  }

  /// Writes all bytes.
  ///
  /// - Throws: What the system says; some of the bytes may have been written.
  package func write(_ bytes: [UInt8]) throws(POSIXError) {
    var fault: POSIXError?
    unsafe bytes.withUnsafeBytes { bytes in
      var written = 0
      while let base = bytes.baseAddress, written < bytes.count, fault == nil {
        let put = unsafe Glibc.write(descriptor, base + written, bytes.count - written)
        if put > 0 {
          written += put
        } else if put == 0 {
          // Some disks of a network do so at their limit; to try again would never end.
          fault = POSIXError(.EIO)
        } else if errno != EINTR {
          fault = Self.fault
        }
      }
    }
    if let fault { throw fault }
  }

  /// Lets the system begin to store a stretch of the file on its disk and returns at once, so
  /// that a later wait for all of it is short. Where the system has no such call nothing happens.
  ///
  /// - Parameters:
  ///   - start: The first byte of the stretch.
  ///   - count: How many bytes it has.
  package func beginStoring(from start: Int, count: Int) {
    ck_begin_storing(descriptor, Int64(start), Int64(count))
  }

  /// Waits until the file's disk has all of its bytes.
  ///
  /// - Throws: What the system says.
  package func store() throws(POSIXError) {
    if fsync(descriptor) != 0 { throw Self.fault }
  }
}

extension OpenFile {
  /// Gives a file or folder a new name, with no moment in which neither is there; a file of that
  /// name is replaced. (`FileManager.moveItem` refuses to, and its `replaceItemAt` lost both
  /// files on Linux with Swift 6.3.1.)
  ///
  /// - Throws: What the system says.
  package static func rename(_ path: String, to place: String) throws(POSIXError) {
    // Strings become C strings for the length of the call alone.
    if unsafe Glibc.rename(path, place) != 0 { throw fault }
  }

  /// Makes a folder for this user alone.
  ///
  /// - Throws: What the system says, `EEXIST` where something has the name.
  package static func makeFolder(_ path: String) throws(POSIXError) {
    if unsafe mkdir(path, 0o700) != 0 { throw fault }
  }

  /// Opens a folder to everybody whom the mask of the one who runs the tool lets in, and waits
  /// until the disk has the names in it.
  package static func share(folder path: String) throws(POSIXError) {
    let folder = try OpenFile(folder: path)
    try folder.adoptMask(isFolder: true)
    try folder.store()
  }

  /// An error of the system in its own words, such as `No space left on device`.
  package static func text(of error: POSIXError) -> String {
    unsafe strerror(error.code.rawValue).map { unsafe String(cString: $0) }
      ?? "error \(error.code.rawValue)"
  }
}
