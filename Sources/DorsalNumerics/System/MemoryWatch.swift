internal import CKernels

/// What becomes of unfinished files when memory ends.
package enum MemoryWatch {
  /// Begins to tell of the end of memory, with the status 70.
  package static func begin() { ck_watch_memory() }

  /// Notes a file to be removed, and gives a number to forget it by.
  package static func note(_ path: String) -> Int32 { unsafe ck_note_unfinished(path) }

  /// Takes a note back.
  package static func forget(_ number: Int32) { ck_forget_unfinished(number) }
}
