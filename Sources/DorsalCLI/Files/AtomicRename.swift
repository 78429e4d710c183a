import Foundation

/// Renaming over a file that is there already: `FileManager.moveItem` refuses it, and its
/// `replaceItemAt` lost both files on Linux with Swift 6.3.1.
enum AtomicRename {
  /// Gives a file a new name; a file of that name is replaced, with no moment without one.
  ///
  /// - Returns: Why it could not be done, or nothing.
  static func move(_ path: String, to place: String) -> String? {
    // Strings become C strings for the length of the call alone.
    unsafe rename(path, place) == 0
      ? nil : POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO).localizedDescription
  }
}
